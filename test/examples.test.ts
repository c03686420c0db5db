import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const folder = path.join(import.meta.dirname, '../examples');
const run = promisify(execFile);

describe('examples run as they are', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  test.each(files)('%s', async (file) => {
    const { stdout, stderr } = await run(process.execPath, [path.join(folder, file)], {
      timeout: 25_000,
    });
    expect(stderr).toBe('');
    expect(stdout).not.toBe('');
  });
});
