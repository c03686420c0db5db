import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TableEnvironment } from '../src/index.ts';
import { runSlt } from './support/slt.ts';

const ROOT = path.join(import.meta.dirname, 'sql');
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

type Config = Readonly<Record<string, string | number>>;

/** What must not change a result. The tables are small: by default all would be interpreted. */
const COMPILE: readonly Config[] = [
  { 'table.exec.interpreted-rows': 0 },
  { 'table.exec.compile': 'off' },
];
const BATCHES: readonly Config[] = [
  {},
  { 'table.exec.batch-rows': 3 },
  { 'table.exec.batch-rows': 1 },
];
const ONE_THREAD: Config = { 'parallelism.default': 1 };
/** The tables are small: else all would run as one task. */
const FOUR_THREADS: Config = { 'parallelism.default': 4, 'table.exec.inline-rows': 0 };

const WAYS: readonly Config[] = [
  ...COMPILE.flatMap((compile) =>
    BATCHES.map((batch) => ({ ...compile, ...batch, ...ONE_THREAD })),
  ),
  ...BATCHES.map((batch, i) => ({ ...COMPILE[i - 1], ...batch, ...FOUR_THREADS })),
];

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.slt'))
  .sort();

describe.each(WAYS)('golden files: %o', (config) => {
  test.each(files)('%s', async (file) => {
    if (UPDATE && config !== WAYS[0]) return;
    const environment = TableEnvironment.create({
      config: { 'table.local-time-zone': 'UTC', ...config },
    });
    try {
      expect(await runSlt(path.join(ROOT, file), environment, UPDATE)).toEqual([]);
    } finally {
      await environment.close();
    }
  });
});
