import { runtimeError } from '../../common/errors.ts';
import {
  type BitmapOperation,
  bitmapCardinality,
  bitmapOf,
  bitmapValues,
  combineBitmaps,
  printBitmap,
  readBitmap,
} from '../../types/bitmap-value.ts';
import { array, BIGINT, BITMAP, BYTES, INT, STRING } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import { arg, explicit, inputOf, nullableIfArgs, sequence } from '../type-strategies.ts';

const bitmap = arg('bitmap', 'BITMAP');

/** BITMAP_BUILD(array). */
export const BITMAP_BUILD = defineScalar({
  name: 'BITMAP_BUILD',
  doc: 'The bitmap of the integers in an array; NULLs in it are left out.',
  input: inputOf((call) => {
    const [type] = call.types;
    const isInts =
      type?.kind === 'ARRAY' && ['TINYINT', 'SMALLINT', 'INT', 'NULL'].includes(type.element.kind);
    return isInts && call.types.length === 1 ? call.types : null;
  }, 'array ARRAY<INT>'),
  output: nullableIfArgs(explicit(BITMAP)),
  eval: (items: readonly (number | null)[]) => bitmapOf(items.filter((item) => item !== null)),
  examples: [['BITMAP_TO_STRING(BITMAP_BUILD(ARRAY[3, 1, 3, -1]))', '{1,3,4294967295}']],
});

/** BITMAP_AND(a, b). */
export const BITMAP_AND = combined('BITMAP_AND', 'and', 'in both bitmaps', '{2}');
/** BITMAP_OR(a, b). */
export const BITMAP_OR = combined('BITMAP_OR', 'or', 'in one of two bitmaps or in both', '{1,2,3}');
/** BITMAP_XOR(a, b). */
export const BITMAP_XOR = combined('BITMAP_XOR', 'xor', 'in exactly one of two bitmaps', '{1,3}');
/** BITMAP_ANDNOT(a, b). */
export const BITMAP_ANDNOT = combined(
  'BITMAP_ANDNOT',
  'andnot',
  'in the first bitmap but not in the second',
  '{1}',
);

function combined(name: string, operation: BitmapOperation, where: string, example: string) {
  const call = `${name}(BITMAP_BUILD(ARRAY[1, 2]), BITMAP_BUILD(ARRAY[2, 3]))`;
  return defineScalar({
    name,
    doc: `The bitmap of the integers that are ${where}.`,
    input: sequence(arg('bitmap1', 'BITMAP'), arg('bitmap2', 'BITMAP')),
    output: nullableIfArgs(explicit(BITMAP)),
    eval: (a: Uint8Array, b: Uint8Array) => combineBitmaps(operation, a, b),
    examples: [[`BITMAP_TO_STRING(${call})`, example]],
  });
}

/** BITMAP_CARDINALITY(bitmap). */
export const BITMAP_CARDINALITY = defineScalar({
  name: 'BITMAP_CARDINALITY',
  doc: 'The number of integers in a bitmap.',
  input: sequence(bitmap),
  output: nullableIfArgs(explicit(BIGINT)),
  eval: (value: Uint8Array) => BigInt(bitmapCardinality(value)),
  examples: [['BITMAP_CARDINALITY(BITMAP_BUILD(ARRAY[1, 2, 2]))', '2']],
});

/** BITMAP_FROM_BYTES(bytes). */
export const BITMAP_FROM_BYTES = defineScalar({
  name: 'BITMAP_FROM_BYTES',
  doc: 'The bitmap that bytes in the portable format of Roaring bitmaps contain.',
  input: sequence(arg('bytes', 'BINARY_STRING')),
  output: nullableIfArgs(explicit(BITMAP)),
  eval: (bytes: Uint8Array) => {
    const read = readBitmap(bytes);
    if (read !== null) return read;
    throw runtimeError('INVALID_FUNCTION_ARGUMENT', {
      function: 'BITMAP_FROM_BYTES',
      reason: 'the bytes are no bitmap',
    });
  },
  examples: [
    ["BITMAP_TO_STRING(BITMAP_FROM_BYTES(X'3A3000000100000000000000100000002A00'))", '{42}'],
  ],
});

/** BITMAP_TO_BYTES(bitmap). */
export const BITMAP_TO_BYTES = defineScalar({
  name: 'BITMAP_TO_BYTES',
  doc: 'A bitmap as bytes in the portable format of Roaring bitmaps.',
  input: sequence(bitmap),
  output: nullableIfArgs(explicit(BYTES)),
  eval: (value: Uint8Array) => value,
  examples: [
    ["BITMAP_TO_BYTES(BITMAP_BUILD(ARRAY[42])) = X'3A3000000100000000000000100000002A00'", 'TRUE'],
  ],
});

/** Integers that an array is made of at most. */
const ITEMS_MAX = 50_000_000;

/** BITMAP_TO_ARRAY(bitmap). */
export const BITMAP_TO_ARRAY = defineScalar({
  name: 'BITMAP_TO_ARRAY',
  doc: 'The integers in a bitmap, in the order that they would have as unsigned numbers.',
  input: sequence(bitmap),
  output: nullableIfArgs(explicit(array(INT))),
  eval: (value: Uint8Array) => {
    const count = bitmapCardinality(value);
    if (count > ITEMS_MAX) {
      throw runtimeError('INVALID_FUNCTION_ARGUMENT', {
        function: 'BITMAP_TO_ARRAY',
        reason: `an array of ${count} integers is too long`,
      });
    }
    return Array.from(bitmapValues(value), (item) => item | 0);
  },
  examples: [['BITMAP_TO_ARRAY(BITMAP_BUILD(ARRAY[3, -1, 1]))', '[1, 3, -1]']],
});

/** BITMAP_TO_STRING(bitmap). */
export const BITMAP_TO_STRING = defineScalar({
  name: 'BITMAP_TO_STRING',
  doc: 'The text of a bitmap: its integers as unsigned numbers; cut if it is long.',
  input: sequence(bitmap),
  output: nullableIfArgs(explicit(STRING)),
  eval: printBitmap,
  examples: [['BITMAP_TO_STRING(BITMAP_BUILD(ARRAY[3, -1, 1]))', '{1,3,4294967295}']],
});
