/**
 * The format of SQLite's sqllogictest: https://www.sqlite.org/sqllogictest/doc/trunk/about.wiki, with
 * the errors of other engines' files (`statement error REGEX`, `query error REGEX`).
 */
export type LogicRecord = StatementRecord | QueryRecord | HaltRecord | ThresholdRecord;

interface RecordBase {
  /** The line of the file, from 1. */
  readonly line: number;
  /** Engines for which the record counts (`onlyif`) or does not (`skipif`). */
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** A statement and whether it works. */
export interface StatementRecord extends RecordBase {
  readonly kind: 'statement';
  readonly sql: string;
  /** Null: it works; else what the error must look like. */
  readonly error: RegExp | null;
}

/** How the values of a result are put in order before they are compared. */
export type SortMode = 'nosort' | 'rowsort' | 'valuesort';

/** A query and its values. */
export interface QueryRecord extends RecordBase {
  readonly kind: 'query';
  readonly sql: string;
  /** One letter a column: T text, I integer, R real; others are read as text. */
  readonly types: string;
  readonly sort: SortMode;
  /** Queries of the same label have the same result. */
  readonly label: string | null;
  readonly expected: Expected;
}

/** What a query gives: an error, values one a line, rows with blanks between values, or a hash. */
export type Expected =
  | { readonly kind: 'error'; readonly like: RegExp }
  | { readonly kind: 'values'; readonly lines: readonly string[] }
  | { readonly kind: 'hash'; readonly count: number; readonly md5: string };

/** The end of what is to be run. */
export interface HaltRecord extends RecordBase {
  readonly kind: 'halt';
}

/** From how many values on a file has their hash: means something only to who writes files. */
export interface ThresholdRecord extends RecordBase {
  readonly kind: 'hash-threshold';
}

const SEPARATOR = '----';
const HASH = /^(\d+) values hashing to ([0-9a-f]{32})$/;

/** Reads the records of a file. Errors: Error with the line for a record that is none. */
export function parseRecords(text: string): readonly LogicRecord[] {
  const lines = text.split(/\r?\n/);
  const records: LogicRecord[] = [];
  let only: string[] = [];
  let skip: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const head = (lines[at] ?? '').replace(/#.*$/, '').trim();
    const line = ++at;
    if (head === '') continue;
    const [kind = '', ...words] = head.split(/\s+/);
    if (kind === 'onlyif') only.push(words[0] ?? '');
    else if (kind === 'skipif') skip.push(words[0] ?? '');
    else {
      const body: string[] = [];
      const values: string[] = [];
      if (kind === 'statement' || kind === 'query') {
        for (; at < lines.length && lines[at] !== '' && lines[at] !== SEPARATOR; at++) {
          body.push(lines[at] ?? '');
        }
        if (lines[at] === SEPARATOR) {
          for (at++; at < lines.length && lines[at] !== ''; at++) values.push(lines[at] ?? '');
        }
      }
      records.push(recordOf(kind, words, { line, only, skip }, body.join('\n'), values));
      only = [];
      skip = [];
    }
  }
  return records;
}

function recordOf(
  kind: string,
  words: readonly string[],
  base: RecordBase,
  sql: string,
  values: readonly string[],
): LogicRecord {
  const [first = '', second, third] = words;
  const like = () => new RegExp(words.slice(1).join(' '), 'i');
  switch (kind) {
    case 'statement':
      return { ...base, kind, sql, error: first === 'error' ? like() : null };
    case 'query': {
      if (first === 'error') {
        const expected = { kind: 'error', like: like() } as const;
        return { ...base, kind, sql, types: '', sort: 'nosort', label: null, expected };
      }
      const sorts: readonly string[] = ['nosort', 'rowsort', 'valuesort'];
      const sort = second !== undefined && sorts.includes(second) ? (second as SortMode) : null;
      const label = sort === null ? (second ?? null) : (third ?? null);
      const hash = values.length === 1 ? HASH.exec(values[0] ?? '') : null;
      const expected: Expected =
        hash === null
          ? { kind: 'values', lines: values }
          : { kind: 'hash', count: Number(hash[1]), md5: hash[2] ?? '' };
      return { ...base, kind, sql, types: first, sort: sort ?? 'nosort', label, expected };
    }
    case 'halt':
    case 'hash-threshold':
      return { ...base, kind };
    default:
      throw new Error(`line ${base.line}: '${kind}' is no record`);
  }
}
