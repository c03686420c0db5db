import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const library = new URL('../../src/index.ts', import.meta.url).href;

/**
 * Runs the `ts` blocks of a page of docs as one program in a folder of its own; those that begin
 * with `// file: name` are files beside it. Gives what it printed, and the `text` blocks of the
 * page, which say what it prints.
 */
export async function runGuide(page: string): Promise<{ printed: string; said: string }> {
  const guide = readFileSync(path.join(import.meta.dirname, '../../docs', page), 'utf8');
  const blocks = (language: string): readonly string[] => {
    const pattern = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
    return [...guide.matchAll(pattern)].map(([, text = '']) =>
      text.replaceAll("'millrace'", `'${library}'`),
    );
  };
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-guide-'));
  try {
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
    const program: string[] = [];
    for (const text of blocks('ts')) {
      const file = /^\/\/ file: (.*)$/m.exec(text)?.[1];
      if (file === undefined) program.push(text);
      else writeFileSync(path.join(folder, file), text);
    }
    const main = path.join(folder, 'guide.ts');
    writeFileSync(main, program.join('\n'));
    const options = { cwd: folder, timeout: 60_000 };
    const { stdout } = await promisify(execFile)(process.execPath, [main], options);
    return { printed: stdout, said: blocks('text').join('') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
