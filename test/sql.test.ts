import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TableEnvironment } from '../src/index.ts';
import { runSlt } from './support/slt.ts';

const ROOT = path.join(import.meta.dirname, 'sql');
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

/** The ways to run that must not change a result. */
const WAYS: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  default: {},
  interpreted: { 'table.exec.compile': 'off' },
  'batches of 1': { 'table.exec.batch-rows': 1 },
  'batches of 3, 4 threads': { 'table.exec.batch-rows': 3, 'parallelism.default': 4 },
};

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.slt'))
  .sort();

describe.each(Object.entries(WAYS))('golden files: %s', (way, config) => {
  test.each(files)('%s', async (file) => {
    if (UPDATE && way !== 'default') return;
    const environment = TableEnvironment.create({
      config: { 'table.local-time-zone': 'UTC', 'parallelism.default': 2, ...config },
    });
    try {
      expect(await runSlt(path.join(ROOT, file), environment, UPDATE)).toEqual([]);
    } finally {
      await environment.close();
    }
  });
});
