import type { Column } from '../../columnar/column.ts';
import { toExternal } from '../../columnar/rows.ts';
import type { DataType } from '../../types/data-type.ts';
import { CHUNK_ROWS, PLACE_IN_CHUNK } from './chunks.ts';
import { decodeStrings } from './strings.ts';

/** One argument of a call: a column, or a value that is the same for all rows. */
export type CallArgument =
  | { readonly kind: 'column'; readonly column: Column }
  | { readonly kind: 'constant'; readonly type: DataType; readonly value: unknown };

/** How the generated loop reads one argument. */
export interface Argument {
  /** Tells apart the forms of arguments for which loops are generated. */
  readonly form: string;
  /** The value of row `i`, as source text over the names `a<n>`, `b<n>` and `n<n>`. */
  readonly code: string;
  /** The same where row `i` is not NULL, and a test for NULL; null if only the value shows it. */
  readonly presentCode: string;
  readonly nullTest: string | null;
  /** What the names stand for: values or codes, dictionary values, validity. */
  readonly values: unknown;
  readonly dictionary: unknown;
  readonly validity: Uint8Array | null;
  /** Makes the values of the rows of a chunk; null if all are there. */
  readonly load: ((from: number, to: number) => void) | null;
  /** Whether arguments of this form can be NULL. */
  readonly nullable: boolean;
  /** The value of a row as the function sees it: for messages. */
  readonly at: (row: number) => unknown;
}

/** Makes the argument of position `n`. Fixed-width numbers are read in place. */
export function argumentOf(argument: CallArgument, n: number): Argument {
  if (argument.kind === 'constant') {
    const value = toExternal(argument.type)(argument.value);
    return { ...valuesArgument(value, `a${n}`), form: 'constant', nullable: true, at: () => value };
  }
  const { column } = argument;
  const read = toExternal(column.type);
  const at = (row: number): unknown => read(column.get(row));
  const { code, ...plain } = plainArgument(column, n);
  const form = `${column.type.kind} ${column.layout}`;
  if (column.layout === 'null') return { ...plain, code, form, nullable: true, at };
  if (column.nullCount === 0) return { ...plain, code, form, nullable: false, at };
  const nullTest = `(n${n}[i >> 3] & (1 << (i & 7))) === 0`;
  return {
    ...plain,
    form: `${form}?`,
    nullable: true,
    code: `(${nullTest} ? null : ${code})`,
    nullTest,
    validity: column.validity,
    at,
  };
}

/** The argument over values that are JavaScript values already. */
export function argumentOfValues(values: readonly unknown[], n: number): Argument {
  const reading = valuesArgument(values, `a${n}[i]`);
  return { ...reading, form: 'values', nullable: true, at: (row) => values[row] };
}

type Reading = Omit<Argument, 'form' | 'nullable' | 'at'>;

function valuesArgument(values: unknown, code: string): Reading {
  const nothing = { nullTest: null, dictionary: null, validity: null, load: null };
  return { ...nothing, code, presentCode: code, values };
}

function plainArgument(column: Column, n: number): Reading {
  if (column.layout === 'null') return valuesArgument(null, 'null');
  if (column.layout === 'bool') {
    return valuesArgument(column.bits, `((a${n}[i >> 3] & (1 << (i & 7))) !== 0)`);
  }
  if (column.layout === 'fixed' && READ_IN_PLACE.has(column.type.kind)) {
    return valuesArgument(column.values, `a${n}[i]`);
  }
  if (column.layout === 'dictionary') {
    const dictionary = decodeValues(column.dictionary);
    return { ...valuesArgument(column.codes, `b${n}[a${n}[i]]`), dictionary };
  }
  const chunk = new Array<unknown>(Math.min(column.length, CHUNK_ROWS));
  const load = loaderOf(column, chunk);
  return { ...valuesArgument(chunk, `a${n}[${PLACE_IN_CHUNK}]`), load };
}

/** Fills a chunk with the JavaScript values of rows of a column. */
function loaderOf(column: Column, chunk: unknown[]): (from: number, to: number) => void {
  if (column.layout === 'binary' && isText(column.type)) {
    return (from, to) => decodeStrings(column, from, to, chunk);
  }
  const read = toExternal(column.type);
  return (from, to) => {
    for (let row = from; row < to; row++) chunk[row - from] = read(column.get(row));
  };
}

/** Types whose stored elements are the JavaScript values. */
const READ_IN_PLACE: ReadonlySet<string> = new Set([
  'TINYINT',
  'SMALLINT',
  'INT',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
]);

/** The JavaScript values of a column. */
export function decodeValues(column: Column): readonly unknown[] {
  const values = new Array<unknown>(column.length);
  loaderOf(column, values)(0, column.length);
  return values;
}

function isText({ kind }: DataType): boolean {
  return kind === 'VARCHAR' || kind === 'CHAR';
}
