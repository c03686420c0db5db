import { assert } from '../../common/assert.ts';
import type { DataType } from '../../types/data-type.ts';
import { allocBitmap, type Validity } from '../allocate.ts';
import type { Region } from '../arena/region.ts';
import { clearBit } from '../bitmap.ts';
import { storageOf, storageWidth } from '../values.ts';
import type { KeyShape } from './id-table.ts';

/** How `packKey` reads the values of a key column: see `pack.as.ts`. */
export const Form = { plain: 0, float32: 1, float64: 2, bits: 3, strings: 4 } as const;
/** One of the forms. */
export type Form = (typeof Form)[keyof typeof Form];

/** One key of a table: how its values are brought into a packed row. */
export interface KeyPart {
  readonly type: DataType;
  readonly form: Form;
  /** Bytes in the packed row; ids of strings take 4. */
  readonly width: number;
  /** Where the value lies in the packed row. */
  readonly offset: number;
  /** Where the byte lies that tells NULL; -1 if there is none. */
  readonly nullOffset: number;
}

/** How keys of some types are stored. */
export interface KeyPlan {
  readonly shape: KeyShape;
  readonly parts: readonly KeyPart[];
  /** Bytes of a packed row, a multiple of 8; 0 when the single key is used as it is. */
  readonly stride: number;
}

/** Bytes of the id that stands for a string in a packed row. */
const ID_WIDTH = 4;
/** The widest key that an integer table holds. */
const WORD = 8;

/**
 * Plans how keys of some types are stored; `nulls`: NULL is kept as a value.
 */
export function planKeys(types: readonly DataType[], nulls: boolean): KeyPlan {
  const forms = types.map((type) => formOf(type));
  const only = forms.length === 1 ? forms[0]! : null;
  const alone =
    only !== null &&
    (only.form === Form.strings || (only.form === Form.plain && only.width <= WORD));
  let offset = 0;
  const places = new Map<number, number>();
  for (const i of forms.keys()) {
    places.set(i, offset);
    offset += forms[i]!.width;
  }
  const parts = types.map((type, i): KeyPart => {
    const { form, width } = forms[i]!;
    const flagged = !alone && nulls && type.nullable && form !== Form.strings;
    const nullOffset = flagged ? offset++ : -1;
    return { type, form, width, offset: alone ? 0 : places.get(i)!, nullOffset };
  });
  if (alone) return { shape: only.form === Form.strings ? 'strings' : 'int', parts, stride: 0 };
  const stride = Math.max(1, Math.ceil(offset / WORD)) * WORD;
  return { shape: stride === WORD ? 'int' : 'rows', parts, stride };
}

/** Bytes of a key that is an integer as it is stored; null for keys of other kinds. */
export function integerWidth(type: DataType): number | null {
  const { form, width } = formOf(type);
  return form === Form.plain && width <= WORD && type.kind !== 'NULL' ? width : null;
}

function formOf(type: DataType): { form: Form; width: number } {
  switch (type.kind) {
    case 'FLOAT':
      return { form: Form.float32, width: 4 };
    case 'DOUBLE':
      return { form: Form.float64, width: 8 };
    case 'BOOLEAN':
      return { form: Form.bits, width: 1 };
    case 'NULL':
      return { form: Form.plain, width: 1 };
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
    case 'BITMAP':
    case 'VARIANT':
    // Nested values are keys by a text that stands for them.
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
      return { form: Form.strings, width: ID_WIDTH };
    default: {
      const storage = storageOf(type);
      assert(storage !== null, 'a fixed-width type');
      return { form: Form.plain, width: storageWidth(storage) };
    }
  }
}

/** The validity of `rows` keys of which that with the id `nullId` is NULL; -1: none. */
export function validityWithout(nullId: number, rows: number, region: Region): Validity {
  if (nullId < 0) return { validity: null, nullCount: 0 };
  const validity = allocBitmap(region, rows, 1);
  clearBit(validity, nullId);
  return { validity, nullCount: 1 };
}
