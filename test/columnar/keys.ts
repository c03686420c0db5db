import fc from 'fast-check';
import type { Region } from '../../src/columnar/arena/region.ts';
import type { Column } from '../../src/columnar/column.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { ALL_TYPES, arbitraryRows, columnOf, dictionaryOf } from './arbitrary.ts';

/** Rows of several key columns, some of them dictionary-encoded. */
export interface KeySample {
  readonly types: readonly DataType[];
  readonly values: readonly (readonly unknown[])[];
  readonly dictionary: readonly boolean[];
  readonly rows: number;
}

/** Whether a builder makes dictionaries of a type in these tests. */
function mayEncode(type: DataType): boolean {
  if (['ARRAY', 'MAP', 'MULTISET', 'ROW'].includes(type.kind)) return false;
  return type.kind !== 'BOOLEAN' && type.kind !== 'NULL' && !type.kind.endsWith('BINARY');
}

/** Key columns of up to three types. */
export function arbitraryKeyTypes(
  types: readonly DataType[] = ALL_TYPES,
): fc.Arbitrary<readonly DataType[]> {
  return fc.array(fc.constantFrom(...types), { minLength: 1, maxLength: 3 });
}

/** Rows of key columns of given types. */
export function arbitraryKeys(types: readonly DataType[], maxRows = 60): fc.Arbitrary<KeySample> {
  return fc
    .record({
      columns: fc.tuple(...types.map((type) => arbitraryRows(type, maxRows))),
      dictionary: fc.tuple(...types.map(() => fc.boolean())),
    })
    .map(({ columns, dictionary }) => {
      const rows = Math.min(...columns.map((column) => column.length));
      return { types, values: columns.map((c) => c.slice(0, rows)), dictionary, rows };
    });
}

/** The columns of a sample. */
export function keyColumnsOf(sample: KeySample, region: Region): Column[] {
  return sample.types.map((type, i) =>
    sample.dictionary[i] === true && mayEncode(type)
      ? dictionaryOf(type, sample.values[i]!, region)
      : columnOf(type, sample.values[i]!, region),
  );
}

/** A text that is equal for equal keys: of the naive counterpart of a table. */
export function keyText(values: readonly unknown[]): string {
  return values.map(valueText).join('|');
}

function valueText(v: unknown): string {
  if (v === null) return 'null';
  if (v instanceof Uint8Array) return `bytes ${v.join()}`;
  if (v instanceof Map) return `map ${[...v].map(valueText).sort().join(';')}`;
  if (Array.isArray(v)) return `list ${v.map(valueText).join(';')}`;
  return `${typeof v} ${JSON.stringify(String(v))}`;
}

/** The values of one row of a sample. */
export function keyOf(sample: KeySample, row: number): unknown[] {
  return sample.values.map((column) => column[row]);
}

/** Every `step`-th row, in the arena; null for a step of 0. */
export function selectionOf(rows: number, step: number, region: Region): Int32Array | null {
  if (step === 0) return null;
  const selected = Array.from({ length: rows }, (_, i) => i).filter((i) => i % step === 0);
  const selection = region.int32(region.alloc(selected.length * 4), selected.length);
  selection.set(selected);
  return selection;
}
