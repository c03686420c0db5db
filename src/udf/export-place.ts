import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where a module exports a name, as `file:///…/functions.ts:12`; null where that is not found. */
export function placeOfExport(url: string, name: string): string | null {
  const lines = linesOf(url);
  const line = patternsOf(name)
    .map((pattern) => lines.findIndex((text) => pattern.test(text)))
    .find((at) => at >= 0);
  return line === undefined ? null : `${url}:${line + 1}`;
}

/** How an export may begin: where it is made before where it is listed. */
function patternsOf(name: string): readonly RegExp[] {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const made = `(?:abstract\\s+)?(?:async\\s+)?(?:function\\s*\\*?|const|let|var|class)\\s+${escaped}(?![\\w$])`;
  return [
    name === 'default' ? /^\s*export\s+default(?![\w$])/ : RegExp(`^\\s*export\\s+${made}`),
    RegExp(`^\\s*(?:module\\.)?exports\\.${escaped}\\s*=`),
    RegExp(`^\\s*${made}`),
    RegExp(`^\\s*export\\s*\\{.*(?<![\\w$])${escaped}(?![\\w$])`),
    RegExp(`^\\s*(?:[\\w$]+\\s+as\\s+)?${escaped}\\s*,?\\s*$`),
  ];
}

function linesOf(url: string): readonly string[] {
  try {
    return readFileSync(fileURLToPath(url), 'utf8').split('\n');
  } catch {
    return [];
  }
}
