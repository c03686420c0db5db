import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TableRuntimeError } from '../../src/common/errors.ts';
import { TableEnvironment } from '../../src/index.ts';

/** What a failing row says, in all ways to run it. */
const CASES: readonly (readonly [sql: string, hint: string])[] = [
  ['SELECT 1 / 0', 'In (1 / 0).'],
  ['SELECT id, n / (n - n) FROM t WHERE id = 1', 'In (n / (n - n)), where n is 3.'],
  ['SELECT 10 / n FROM t', 'In (10 / n), where n is 0.'],
  ['SELECT id FROM t WHERE 10 / n > 1 AND id > 0', 'In (10 / n), where n is 0.'],
  ['SELECT id FROM t WHERE id > 0 ORDER BY 1 % n', 'In (1 % n), where n is 0.'],
  ['SELECT SUM(10 / n) FROM t', 'In (10 / n), where n is 0.'],
  ['SELECT id, MIN(10 / n) FROM t GROUP BY id', 'In (10 / n), where n is 0.'],
  ["SELECT CAST(s AS INT) + 1 FROM t WHERE s = 'bob'", "In CAST(s AS INT), where s is 'bob'."],
  ['SELECT CASE WHEN 1 / n > 0 THEN 1 END FROM t', 'In (1 / n), where n is 0.'],
  [
    "SELECT CASE WHEN n > 0 THEN 1 ELSE CAST(s AS INT) / n END FROM t WHERE s <> 'ann'",
    "In CASE WHEN (n > 0) THEN 1 ELSE (CAST(s AS INT) / n) END, where n is 0, s is 'bob'.",
  ],
  ["SELECT d / 0 FROM t WHERE s = 'ann'", 'In (d / 0), where d is 2.50.'],
];

const WAYS: readonly Readonly<Record<string, string | number>>[] = [
  { 'parallelism.default': 1 },
  { 'parallelism.default': 1, 'table.exec.compile': 'off' },
  { 'parallelism.default': 1, 'table.exec.batch-rows': 1 },
  { 'parallelism.default': 2, 'table.exec.inline-rows': 0 },
];

describe.each(WAYS)('an error says which expression and which row: %o', (config) => {
  const env = TableEnvironment.create({ config });

  beforeAll(async () => {
    await env.executeSql('CREATE TABLE t (id INT, n INT, d DECIMAL(10, 2), s STRING)');
    await env.executeSql("INSERT INTO t VALUES (1, 3, 2.50, 'ann'), (2, 0, 1.00, 'bob')");
  });
  afterAll(() => env.close());

  test.each(CASES)('%s', async (sql, hint) => {
    const error = await env
      .executeSql(sql)
      .then((result) => result.toArray())
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TableRuntimeError);
    expect((error as TableRuntimeError).hint?.replace(/CAST\(0 AS [^)]*\)+/, '0')).toBe(hint);
  });
});
