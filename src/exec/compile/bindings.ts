import type { Column, FixedColumn } from '../../columnar/column.ts';
import type { InputMode } from './loop-builder.ts';

/** Where the buffers of one input of a loop lie in one batch, and how they are read. */
export interface Binding {
  readonly mode: InputMode;
  readonly values: number;
  readonly validity: number;
  readonly codes: number;
  /** The validity of the table that codes point into. */
  readonly entries: number;
  /** The code of NULL rows when they have an entry of their own. */
  readonly nullCode: number;
}

/** A column of results per dictionary entry, the last one for NULL, and the codes into it. */
export interface MappedColumn {
  readonly kind: 'mapped';
  readonly codes: Column & { readonly layout: 'dictionary' };
  readonly table: Column;
}

const NO_NULLS = {
  nullable: false,
  tableNulls: false,
  nullSlot: false,
  bits: 0,
  narrow: 0,
} as const;
const NOTHING = { values: 0, validity: 0, codes: 0, entries: 0, nullCode: 0 } as const;

/** A column of results by the row in the batch. */
export interface RowColumn {
  readonly kind: 'rows';
  readonly column: Column;
}

/** Results of an expression: by position, by row or per dictionary entry. */
export type Evaluated = Column | RowColumn | MappedColumn;

/** Binds results; null unless they have fixed width. */
export function bindEvaluated(evaluated: Evaluated): Binding | null {
  if (!('kind' in evaluated)) return bindColumn(evaluated, false);
  return evaluated.kind === 'rows' ? bindColumn(evaluated.column, true) : bindMapped(evaluated);
}

/**
 * Binds a column of fixed-width or BOOLEAN values, plain or behind codes. `general`: without what
 * each batch may have otherwise, so that there are few forms.
 */
export function bindColumn(column: Column, byRow: boolean, general = false): Binding | null {
  const nullable = column.nullCount > 0 && column.validity !== null;
  switch (column.layout) {
    case 'null':
      return { ...NOTHING, mode: { ...NO_NULLS, values: 'null', byRow } };
    case 'fixed': {
      const narrow = general ? null : column.narrow;
      const bits = general ? 0 : bitsOf(column);
      return {
        ...NOTHING,
        mode: {
          ...NO_NULLS,
          ...{ values: 'plain', byRow, nullable, bits, narrow: narrow?.width ?? 0 },
        },
        values: (narrow ?? column).values.byteOffset,
        validity: column.validity?.byteOffset ?? 0,
      };
    }
    case 'bool':
      return {
        ...NOTHING,
        mode: { ...NO_NULLS, values: 'plain', byRow, nullable },
        values: addressOf(column) ?? 0,
        validity: column.validity?.byteOffset ?? 0,
      };
    case 'dictionary': {
      const values = addressOf(column.dictionary);
      if (values === null) return null;
      return {
        ...NOTHING,
        mode: { ...NO_NULLS, values: 'codes', byRow, nullable },
        values,
        validity: column.validity?.byteOffset ?? 0,
        codes: column.codes.byteOffset,
      };
    }
    default:
      return null;
  }
}

/** Binds results per dictionary entry; null unless they have fixed width. */
function bindMapped({ codes, table }: MappedColumn): Binding | null {
  const values = addressOf(table);
  if (values === null) return null;
  const nullable = codes.nullCount > 0 && codes.validity !== null;
  const tableNulls = table.nullCount > 0 && table.validity !== null;
  return {
    mode: {
      values: 'codes',
      byRow: true,
      nullable,
      tableNulls,
      nullSlot: nullable,
      bits: 0,
      narrow: 0,
    },
    values,
    validity: codes.validity?.byteOffset ?? 0,
    codes: codes.codes.byteOffset,
    entries: table.validity?.byteOffset ?? 0,
    nullCode: table.length - 1,
  };
}

/** Binds whether the rows of a column are valid, as BOOLEAN values. */
export function bindValidity(column: Column): Binding {
  const mode = { ...NO_NULLS, byRow: true } as const;
  if (column.layout === 'null') return { ...NOTHING, mode: { ...mode, values: 'zero' } };
  if (column.nullCount === 0 || column.validity === null) {
    return { ...NOTHING, mode: { ...mode, values: 'one' } };
  }
  return { ...NOTHING, mode: { ...mode, values: 'plain' }, values: column.validity.byteOffset };
}

/** Few steps of bits are told apart, so that loops have few forms. */
const BITS_STEP = 8;
/** Of values of more bits nothing is known. */
const BITS_MAX = 56;

/** So many bits hold the values of a column without their signs; 0 where that is not known. */
function bitsOf({ range }: FixedColumn): number {
  if (range === null) return 0;
  const { least, greatest } = range;
  const length = Math.max(bitLength(least), bitLength(greatest));
  const bits = Math.ceil(length / BITS_STEP) * BITS_STEP;
  return bits > BITS_MAX ? 0 : bits;
}

function bitLength(value: bigint): number {
  return (value < 0n ? -value : value).toString(2).length;
}

function addressOf(column: Column): number | null {
  if (column.layout === 'fixed') return column.values.byteOffset;
  return column.layout === 'bool' ? column.bits.byteOffset : null;
}

/** Whether two inputs are read by the same code. */
export function sameMode(a: InputMode, b: InputMode): boolean {
  return (
    a.values === b.values &&
    a.byRow === b.byRow &&
    a.nullable === b.nullable &&
    a.tableNulls === b.tableNulls &&
    a.nullSlot === b.nullSlot &&
    a.bits === b.bits &&
    a.narrow === b.narrow
  );
}

/** A text that is equal for equal modes. */
export function modeKey(mode: InputMode): string {
  const flags = Number(mode.byRow) + 2 * Number(mode.nullable);
  const nulls = flags + 4 * Number(mode.tableNulls) + 8 * Number(mode.nullSlot);
  const bits = mode.bits === 0 ? '' : `b${mode.bits}`;
  return `${mode.values[0]}${nulls}${bits}${mode.narrow === 0 ? '' : `w${mode.narrow}`}`;
}
