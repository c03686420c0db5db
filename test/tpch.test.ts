import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TABLES, type TableSpec } from '../bench/tpch/tables.ts';
import { type ExplainedOperator, TableEnvironment } from '../src/index.ts';

/** The queries of TPC-H over a few thousand rows in CSV files, with the results that DuckDB gives. */
const SCALE = 0.005;
const TYPES = {
  bigint: 'BIGINT',
  int: 'INT',
  money: 'DECIMAL(15, 2)',
  date: 'DATE',
  text: 'STRING',
} as const;

/** The queries of a file: with commas as in the specification, or with their joins written out. */
function queriesOf(file: string): readonly (readonly [name: string, sql: string])[] {
  const text = readFileSync(path.join(import.meta.dirname, 'tpch', file), 'utf8');
  return text
    .split(/^-- (?=Q\d+$)/m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end).trim().replace(/;$/, '')];
    });
}

/** Parameters with which queries find rows in tables as small as these, too. */
const LOOSER: readonly (readonly [name: string, from: string, to: string])[] = [
  ['Q11', '0.0001', '0.01'],
  ['Q17', '0.2', '0.9'],
  ['Q18', '300', '250'],
  ['Q20', 'forest%', 'f%'],
];

const COMMAS = queriesOf('specification.sql');
const QUERIES: readonly (readonly [name: string, sql: string])[] = [
  ...COMMAS,
  ...queriesOf('joins.sql').map(([name, sql]) => [`${name} with joins`, sql] as const),
  ...LOOSER.map(([name, from, to]): readonly [string, string] => {
    const sql = COMMAS.find((query) => query[0] === name)?.[1] ?? '';
    return [`${name} with ${to}`, sql.replaceAll(from, to)];
  }),
];

/** The ways to run that must not change a result. */
const WAYS = {
  'one thread': { 'parallelism.default': 1 },
  'two threads': { 'parallelism.default': 2 },
  interpreted: { 'parallelism.default': 1, 'table.exec.compile': 'off' },
  'interpreted, two threads': { 'parallelism.default': 2, 'table.exec.compile': 'off' },
} as const;

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-tpch-'));
const environments = new Map<string, TableEnvironment>();
let duckdb: DuckDBConnection;

function csvOf(table: TableSpec): string {
  const lines: string[] = [];
  for (let unit = 1; unit <= table.units(SCALE); unit++) {
    const out: unknown[][] = table.columns.map(() => []);
    table.rows(unit, SCALE, out);
    for (let row = 0; row < out[0]!.length; row++) {
      lines.push(table.columns.map(([, kind], c) => csvCell(kind, out[c]![row])).join(','));
    }
  }
  return `${lines.join('\n')}\n`;
}

function csvCell(kind: keyof typeof TYPES, value: unknown): string {
  switch (kind) {
    case 'money':
      return (Number(value) / 100).toFixed(2);
    case 'date':
      return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
    case 'text':
      return `"${String(value).replaceAll('"', '""')}"`;
    default:
      return String(value);
  }
}

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const statements: string[] = [];
  for (const table of TABLES) {
    const file = path.join(folder, `${table.name}.csv`);
    writeFileSync(file, csvOf(table));
    const columns = table.columns.map(([name, kind]) => `${name} ${TYPES[kind]}`).join(', ');
    statements.push(
      `CREATE TABLE ${table.name} (${columns})
       WITH ('connector' = 'filesystem', 'path' = '${file}', 'format' = 'csv')`,
    );
    await duckdb.run(`CREATE TABLE ${table.name} (${columns.replaceAll('STRING', 'VARCHAR')})`);
    await duckdb.run(`COPY ${table.name} FROM '${file}' (FORMAT csv, HEADER false)`);
  }
  for (const [way, config] of Object.entries(WAYS)) {
    const environment = TableEnvironment.create({ config });
    environments.set(way, environment);
    for (const statement of statements) await environment.executeSql(statement);
  }
}, 60_000);

afterAll(async () => {
  duckdb.closeSync();
  for (const environment of environments.values()) await environment.close();
  rmSync(folder, { recursive: true });
});

type Row = readonly (string | null)[];

/** Half a unit of the last digit of the number with fewer digits: averages and quotients differ. */
function sameValue(a: string | null, b: string | null): boolean {
  if (a === b) return true;
  if (a === null || b === null || a === '' || b === '') return false;
  const [x, y] = [Number(a), Number(b)];
  const digits = Math.min(...[a, b].map((text) => /\.(\d+)$/.exec(text)?.[1]?.length ?? 0));
  return Math.abs(x - y) <= Math.max(0.501 * 10 ** -digits, 1e-9 * Math.abs(x));
}

const differs = (rows: readonly Row[], expected: readonly Row[]) =>
  rows.length !== expected.length ||
  rows.some((row, i) => row.some((value, c) => !sameValue(value, expected[i]?.[c] ?? null)));

describe('TPC-H as DuckDB', () => {
  test.each(QUERIES)('%s', async (_, sql) => {
    const expected = (await (await duckdb.run(sql)).getRows()).map((row) =>
      row.map((value) => (value === null ? null : String(value))),
    );
    for (const [way, environment] of environments) {
      const rows = await (await environment.executeSql(sql)).textRows();
      // The comparison of all values is what shows a difference.
      if (differs(rows, expected)) expect({ way, rows }).toEqual({ way, rows: expected });
    }
  });
});

describe('EXPLAIN ANALYZE of TPC-H', () => {
  /** Operators that took other rows than those that their inputs gave. */
  function leaks(node: ExplainedOperator): readonly string[] {
    const { measured, inputs, description } = node;
    const below = inputs.flatMap(leaks);
    if (measured === null || inputs.some((input) => input.measured === null)) return below;
    if (inputs.length === 0) return below;
    const given = inputs.reduce((sum, input) => sum + input.measured!.rowsOut, 0);
    const wrong = measured.rowsIn !== given;
    return wrong ? [...below, `${description}: ${measured.rowsIn} of ${given}`] : below;
  }

  test.each(COMMAS)('%s: every operator takes the rows that its inputs give', async (_, sql) => {
    for (const way of ['one thread', 'two threads']) {
      const environment = environments.get(way)!;
      environment.getConfig().set('table.exec.inline-rows', way === 'one thread' ? '1000000' : '0');
      const rows = await (await environment.executeSql(sql)).toArray();
      const profile = await environment.explainAnalyze(sql);
      expect(profile.rows).toBe(rows.length);
      expect(profile.plans.flatMap(leaks)).toEqual([]);
      const { statements, usedBytes, otherBytes } = await environment.memory();
      expect({ statements, usedBytes }).toEqual({
        statements: { running: 0, bytes: 0 },
        usedBytes: otherBytes,
      });
    }
  });
});
