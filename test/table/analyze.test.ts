import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { INSERT_ONLY } from '../../src/connectors/connector.ts';
import { TableEnvironment } from '../../src/index.ts';
import { scan } from '../../src/planner/logical/build.ts';
import { estimateRows } from '../../src/planner/logical/cardinality.ts';

test('ANALYZE TABLE keeps rows and values in the catalog', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-analyze-'));
  const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
  try {
    writeFileSync(path.join(folder, 'a.csv'), '1,x\n2,\n2,y\n');
    await tEnv.executeSql(
      `CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'filesystem', 'path' = '${folder}', 'format' = 'csv')`,
    );
    await tEnv.executeSql('ANALYZE TABLE t COMPUTE STATISTICS FOR ALL COLUMNS');
    const table = tEnv.getCatalog('default_catalog')?.getTable('default_database', 't');
    expect(table?.kind === 'table' && table.statistics).toEqual({
      rowCount: 3,
      columns: new Map([
        ['a', { nullCount: 0, distinctCount: 2, min: 1, max: 2 }],
        [
          'b',
          {
            nullCount: expect.any(Number),
            distinctCount: expect.any(Number),
            min: expect.any(String),
            max: 'y',
          },
        ],
      ]),
    });
  } finally {
    await tEnv.close();
    rmSync(folder, { recursive: true });
  }
});

test('what ANALYZE TABLE counted is the estimate of a source that does not know its rows', () => {
  const source = {
    schema: { fields: [] },
    changelogMode: INSERT_ONLY,
    bounded: true,
    rowCount: null,
    digest: '',
    spec: null,
    splits: () => [],
    read: () => [],
  };
  const statistics = { rowCount: 42, columns: new Map() };
  expect(estimateRows(scan('t', source, { statistics, origin: null }))).toBe(42);
  expect(estimateRows(scan('t', { ...source, rowCount: 7 }))).toBe(7);
});
