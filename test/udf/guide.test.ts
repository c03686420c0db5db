import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const guide = readFileSync(path.join(import.meta.dirname, '../../docs/udfs.md'), 'utf8');
const library = new URL('../../src/index.ts', import.meta.url).href;
const folder = mkdtempSync(path.join(tmpdir(), 'millrace-guide-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The code blocks of the guide in a language. */
function blocks(language: string): readonly string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
  return [...guide.matchAll(pattern)].map(([, text = '']) =>
    text.replaceAll("'millrace'", `'${library}'`),
  );
}

test('the program of the guide prints what the guide says', async () => {
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  const program: string[] = [];
  for (const text of blocks('ts')) {
    const file = /^\/\/ file: (.*)$/m.exec(text)?.[1];
    if (file === undefined) program.push(text);
    else writeFileSync(path.join(folder, file), text);
  }
  const main = path.join(folder, 'guide.ts');
  writeFileSync(main, program.join('\n'));
  const { stdout } = await promisify(execFile)(process.execPath, [main], { timeout: 60_000 });
  expect(stdout).toBe(blocks('text').join(''));
}, 90_000);
