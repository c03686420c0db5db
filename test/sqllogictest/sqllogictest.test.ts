import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';
import { compareGenerated } from './compare.ts';
import { executeRecords } from './execute.ts';
import { parseRecords } from './format.ts';
import { STYLES } from './generator.ts';

const folder = path.join(import.meta.dirname, 'files');

async function run(text: string) {
  const environment = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
  try {
    return await executeRecords(parseRecords(text), environment);
  } finally {
    await environment.close();
  }
}

describe('files of sqllogictest', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.test'));
  test.each(files)('%s', async (file) => {
    const { failures, passed } = await run(readFileSync(path.join(folder, file), 'utf8'));
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThan(0);
  });
});

test('600 queries in the style of the corpus as SQLite and DuckDB', async () => {
  const { queries, differences } = await compareGenerated({ queries: 600, seed: 3 });
  expect(differences).toEqual([]);
  expect(Object.keys(queries)).toHaveLength(STYLES.length);
}, 60_000);

describe('the runner', () => {
  test('finds wrong values, wrong hashes, labels that differ, errors that are missing', async () => {
    const { failures, passed, skipped } = await run(
      [
        'query I nosort one\nSELECT 1\n----\n1',
        'query I nosort one\nSELECT 2\n----\n2',
        'query II rowsort\nSELECT 1, 2\n----\n2\n1',
        'query I valuesort\nSELECT 1\n----\n1 values hashing to 00000000000000000000000000000000',
        'statement error\nSELECT 1',
        'query error no_such\nSELECT * FROM no_such_table',
        'skipif millrace\nstatement ok\nnonsense',
        'onlyif sqlite\nstatement ok\nnonsense',
        'halt',
        'statement ok\nnonsense',
      ].join('\n\n'),
    );
    expect(failures.map((failure) => failure.split(':', 1)[0])).toEqual([
      'line 6',
      'line 11',
      'line 17',
      'line 22',
    ]);
    expect({ passed, skipped }).toEqual({ passed: 2, skipped: 2 });
  });
});
