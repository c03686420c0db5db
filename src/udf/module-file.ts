import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../common/diagnostics.ts';
import { type Span, udfError } from '../common/errors.ts';
import { describeThrown } from '../common/thrown.ts';

/** Files that hold the names of their exports as text. */
const SCRIPT = /\.[cm]?[jt]s$/;

/** What makes exports whose names are not in the text. */
const UNNAMED = /\bexport\s*\*|\bexports\b/;

const EXPORTED =
  /^\s*export\s+(?:async\s+)?(?:function\s*\*?|const|let|var|class)\s+(?<name>[\w$]+)/gm;

/**
 * Refuses a module whose file does not exist. Other URLs are left to the import. `written`: a path
 * that was written in a statement at `span`. Errors: UdfError UDF_MODULE_FAILED.
 */
export function requireModule(
  name: string,
  url: string,
  written: { readonly span: Span | null } | null = null,
): void {
  const span = written?.span ?? null;
  if (!url.startsWith('file:')) return;
  let file: string;
  try {
    file = fileURLToPath(url);
  } catch (cause) {
    const reason = describeThrown(cause);
    const details = { functionName: name, span, cause };
    throw udfError('UDF_MODULE_FAILED', { name, module: url, reason }, details);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return;
  const params = { name, module: file, reason: 'there is no such file' };
  const start = `Relative paths start at the working directory, '${process.cwd()}'.`;
  const hint = likeFile(file) ?? (written === null ? null : start);
  throw udfError('UDF_MODULE_FAILED', params, { functionName: name, span, hint });
}

/** The file that may be meant, as a hint. */
function likeFile(file: string): string | null {
  const { dir, base } = path.parse(file);
  return didYouMean(base, existsSync(dir) ? readdirSync(dir) : []);
}

/**
 * Refuses an export that a module of this machine cannot have, without importing it: one whose name
 * is nowhere in its text. Errors: UdfError UDF_MODULE_FAILED.
 */
export function requireExport(name: string, url: string, exportName: string): void {
  if (!url.startsWith('file:') || !SCRIPT.test(new URL(url).pathname)) return;
  const text = readFileSync(fileURLToPath(url), 'utf8');
  const word = exportName.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  if (UNNAMED.test(text) || RegExp(`(?<![\\w$])${word}(?![\\w$])`).test(text)) return;
  const names = [...text.matchAll(EXPORTED)].map(({ groups }) => groups?.['name'] ?? '');
  const known = names.length === 0 ? '' : `, only: ${names.sort().join(', ')}`;
  const reason = `it has no export '${exportName}'${known}`;
  const hint = didYouMean(exportName, names);
  throw udfError('UDF_MODULE_FAILED', { name, module: url, reason }, { functionName: name, hint });
}
