import { createHash } from 'node:crypto';
import { TableError } from '../../src/common/errors.ts';
import type { TableEnvironment } from '../../src/index.ts';
import type { LogicRecord, QueryRecord, SortMode, StatementRecord } from './format.ts';

/** What became of the records of a file. */
export interface LogicReport {
  readonly passed: number;
  readonly skipped: number;
  /** Line and text of each failure. */
  readonly failures: readonly string[];
}

/** Names by which `onlyif` and `skipif` may mean this engine. */
const ENGINES = ['millrace', 'flink'];

/** Runs records in order, in one environment. */
export async function executeRecords(
  records: readonly LogicRecord[],
  environment: TableEnvironment,
): Promise<LogicReport> {
  const failures: string[] = [];
  const labels = new Map<string, string>();
  let passed = 0;
  let skipped = 0;
  for (const record of records) {
    const excluded = record.skip.some((name) => ENGINES.includes(name));
    const others = record.only.length > 0 && !record.only.some((name) => ENGINES.includes(name));
    if (record.kind === 'hash-threshold') continue;
    if (excluded || others) {
      skipped++;
      continue;
    }
    if (record.kind === 'halt') break;
    const problem = await (record.kind === 'query'
      ? runQuery(record, environment, labels)
      : runStatement(record, environment));
    if (problem === null) passed++;
    else failures.push(`line ${record.line}: ${problem}\n${record.sql}`);
  }
  return { passed, skipped, failures };
}

/** The error's text if it is one of ours; a bug of ours is thrown on. */
function messageOf(error: unknown): string {
  if (error instanceof TableError) return `${error.code} ${error.message}`;
  throw error;
}

async function runStatement(
  { sql, error }: StatementRecord,
  environment: TableEnvironment,
): Promise<string | null> {
  try {
    await (await environment.executeSql(sql)).toArray();
  } catch (thrown) {
    const message = messageOf(thrown);
    return error?.test(message) === true ? null : message;
  }
  return error === null ? null : `must fail with ${error}`;
}

async function runQuery(
  record: QueryRecord,
  environment: TableEnvironment,
  labels: Map<string, string>,
): Promise<string | null> {
  const { sql, types, sort, label, expected } = record;
  let rows: readonly (readonly string[])[];
  try {
    rows = await rowsOf(sql, types, environment);
  } catch (thrown) {
    const message = messageOf(thrown);
    return expected.kind === 'error' && expected.like.test(message) ? null : message;
  }
  if (expected.kind === 'error') return `must fail with ${expected.like}`;
  const values = inOrder(rows, sort);
  const digest = md5(values);
  const known = label === null ? undefined : labels.get(label);
  if (known !== undefined && known !== digest) return `is not the same as others of ${label}`;
  if (label !== null) labels.set(label, digest);
  if (expected.kind === 'hash') {
    const same = expected.count === values.length && expected.md5 === digest;
    return same ? null : `${values.length} values hashing to ${digest}`;
  }
  if (equal(values, expected.lines)) return null;
  // Other engines write the values of a row in one line.
  if (rows.length === expected.lines.length) {
    const lines = rows.map((row) => row.join(' '));
    const given = expected.lines.map((line) => line.split(/\s+/).join(' '));
    const sorted = sort !== 'nosort';
    if (equal(sorted ? lines.toSorted() : lines, sorted ? given.toSorted() : given)) return null;
  }
  return `got\n${values.join('\n')}\nbut`;
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

async function rowsOf(sql: string, types: string, environment: TableEnvironment) {
  const result = await environment.executeSql(sql);
  const rows: string[][] = [];
  for await (const row of result.collect()) {
    rows.push(Object.values(row).map((value, i) => valueText(value, types[i] ?? 'T')));
  }
  return rows;
}

/** Values as sqllogictest writes them: integers whole, reals with three digits. */
function valueText(value: unknown, type: string): string {
  if (value === null || value === undefined) return 'NULL';
  if (type === 'I') {
    if (typeof value === 'boolean') return value ? '1' : '0';
    const number = Number(value);
    return Number.isNaN(number) || typeof value === 'bigint'
      ? String(value)
      : String(Math.trunc(number));
  }
  if (type === 'R') return Number(value).toFixed(3);
  const text = String(value);
  return text === '' ? '(empty)' : text.replace(/[^\x20-\x7e]/g, '@');
}

function inOrder(rows: readonly (readonly string[])[], sort: SortMode): readonly string[] {
  switch (sort) {
    case 'nosort':
      return rows.flat();
    case 'valuesort':
      return rows.flat().toSorted();
    case 'rowsort': {
      const key = (row: readonly string[]) => row.join('\n');
      return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)).flat();
    }
  }
}

/** The hash of the values, each with a line end. */
function md5(values: readonly string[]): string {
  return createHash('md5')
    .update(values.map((value) => `${value}\n`).join(''))
    .digest('hex');
}
