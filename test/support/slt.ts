import { readFileSync, writeFileSync } from 'node:fs';
import { TableError } from '../../src/common/errors.ts';
import type { TableEnvironment } from '../../src/index.ts';

/** One record of a golden file: a statement that succeeds or fails, or a query with its rows. */
type SltRecord = StatementRecord | QueryRecord | ExplainRecord;

interface RecordBase {
  /** Lines before the record (comments, blank lines), as written. */
  readonly lead: readonly string[];
  readonly head: string;
  readonly sql: string;
  /** The line of the file, from 1. */
  readonly line: number;
}

interface StatementRecord extends RecordBase {
  readonly kind: 'statement';
  /** The code that the statement must fail with; null when it must succeed. */
  readonly code: string | null;
  /** The span of the error in the statement; null when it is not checked. */
  readonly span: { readonly start: number; readonly end: number } | null;
}

interface QueryRecord extends RecordBase {
  readonly kind: 'query';
  /** One letter a column: T, I, R, B, D or ?. */
  readonly types: string;
  readonly sorted: boolean;
  readonly expected: readonly string[];
}

interface ExplainRecord extends RecordBase {
  readonly kind: 'explain';
  readonly expected: readonly string[];
}

const SEPARATOR = '----';

/** Reads the records of a golden file. */
export function parseSlt(text: string): { records: SltRecord[]; tail: string[] } {
  const lines = text.replace(/\n$/, '').split('\n');
  const records: SltRecord[] = [];
  let lead: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const head = lines[at] ?? '';
    if (head === '' || head.startsWith('#')) {
      lead.push(head);
      at++;
      continue;
    }
    const line = at + 1;
    const sql: string[] = [];
    for (at++; at < lines.length && lines[at] !== '' && lines[at] !== SEPARATOR; at++) {
      sql.push(lines[at] ?? '');
    }
    const expected: string[] = [];
    if (lines[at] === SEPARATOR) {
      for (at++; at < lines.length && lines[at] !== ''; at++) expected.push(lines[at] ?? '');
    }
    records.push(recordOf(head, { lead, head, sql: sql.join('\n'), line }, expected));
    lead = [];
  }
  return { records, tail: lead };
}

function recordOf(head: string, base: RecordBase, expected: readonly string[]): SltRecord {
  const [kind, ...words] = head.split(/\s+/);
  if (kind === 'statement' && words[0] === 'ok') {
    return { ...base, kind: 'statement', code: null, span: null };
  }
  if (kind === 'statement' && words[0] === 'error') {
    const [, start, end] = /^(\d+):(\d+)$/.exec(words[2] ?? '') ?? [];
    const span = start === undefined ? null : { start: Number(start), end: Number(end) };
    return { ...base, kind: 'statement', code: words[1] ?? '', span };
  }
  if (kind === 'query') {
    const sorted = words.includes('rowsort');
    return { ...base, kind: 'query', types: words[0] ?? '', sorted, expected };
  }
  if (kind === 'explain') return { ...base, kind: 'explain', expected };
  throw new Error(`line ${base.line}: unknown record '${head}'`);
}

/** What a record gave: null when it is as expected, else what is wrong and the new expectation. */
interface Outcome {
  readonly problem: string | null;
  readonly record: SltRecord;
}

/** Runs the records of a file in one environment. With `update`, rewrites what queries expect. */
export async function runSlt(
  path: string,
  environment: TableEnvironment,
  update: boolean,
): Promise<readonly string[]> {
  const { records, tail } = parseSlt(readFileSync(path, 'utf8'));
  const outcomes: Outcome[] = [];
  for (const record of records) outcomes.push(await runRecord(record, environment));
  if (update) {
    const text = [...outcomes.flatMap((o) => printRecord(o.record)), ...tail].join('\n');
    writeFileSync(path, `${text.trimEnd()}\n`);
  }
  const wrong = update ? outcomes.filter((o) => o.problem?.includes('failed:')) : outcomes;
  return wrong.flatMap((o) =>
    o.problem === null ? [] : [`${path}:${o.record.line} ${o.problem}`],
  );
}

async function runRecord(record: SltRecord, environment: TableEnvironment): Promise<Outcome> {
  try {
    if (record.kind === 'statement') return await runStatement(record, environment);
    const actual =
      record.kind === 'explain'
        ? environment.explainSql(record.sql).trimEnd().split('\n').map(orDot)
        : await rowsOf(record, environment);
    const same = JSON.stringify(actual) === JSON.stringify(record.expected);
    const problem = same
      ? null
      : `\n${record.sql}\nexpected\n${record.expected.join('\n')}\ngot\n${actual.join('\n')}`;
    return { problem, record: { ...record, expected: actual } };
  } catch (error) {
    const text = error instanceof TableError ? `${error.code}: ${error.message}` : String(error);
    return { problem: `\n${record.sql}\nfailed: ${text}`, record };
  }
}

async function runStatement(
  record: StatementRecord,
  environment: TableEnvironment,
): Promise<Outcome> {
  try {
    const result = await environment.executeSql(record.sql);
    await result.toArray();
  } catch (error) {
    if (record.code === null || !(error instanceof TableError)) throw error;
    const { code, span } = error;
    const place = span === null ? '' : ` ${span.start}:${span.end}`;
    const right =
      code === record.code &&
      (record.span === null || (record.span.start === span?.start && record.span.end === span.end));
    const problem = right
      ? null
      : `\n${record.sql}\nmust fail with ${record.head}, got ${code}${place}`;
    return { problem, record: { ...record, head: `statement error ${code}${place}` } };
  }
  const problem = record.code === null ? null : `\n${record.sql}\nmust fail with ${record.code}`;
  return { problem, record };
}

async function rowsOf(
  record: QueryRecord,
  environment: TableEnvironment,
): Promise<readonly string[]> {
  const result = await environment.executeSql(record.sql);
  const width = result.schema.columns.length;
  if (record.types.length !== width) {
    throw new Error(`the result has ${width} columns, the record says ${record.types.length}`);
  }
  const rows = (await result.textRows()).map((row) => row.map(cellText).join('  '));
  return record.sorted ? [...rows].sort() : rows;
}

function cellText(cell: string | null): string {
  if (cell === null) return 'NULL';
  return cell === '' ? '(empty)' : cell.replaceAll('\n', '\\n');
}

/** A blank line would end the record. */
function orDot(line: string): string {
  return line === '' ? '.' : line;
}

function printRecord(record: SltRecord): readonly string[] {
  const sql = record.sql === '' ? [] : record.sql.split('\n');
  const lines = [...record.lead, record.head, ...sql];
  if (record.kind === 'statement') return lines;
  return [...lines, SEPARATOR, ...record.expected];
}
