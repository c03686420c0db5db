import {
  Bitmap,
  type BitmapBytes,
  type BitmapOperation,
  bitmapCardinality,
  bitmapOf,
  bitmapValues,
} from '../../../types/bitmap-value.ts';
import { withNullable } from '../../../types/data-type.ts';
import { array, BIGINT, BITMAP } from '../../../types/types.ts';
import { defineAggregate } from '../../define.ts';
import type { AggregateShape, RowAccumulator } from '../../definition.ts';
import { arg, explicit, forceNullable, sequence } from '../../type-strategies.ts';

const VALUES = '(VALUES (ARRAY[1, 2]), (ARRAY[2, 3])) AS t(a)';

/** BITMAP_BUILD_AGG(value). */
export const BITMAP_BUILD_AGG = built('BITMAP_BUILD_AGG', false);
/** BITMAP_BUILD_CARDINALITY_AGG(value). */
export const BITMAP_BUILD_CARDINALITY_AGG = built('BITMAP_BUILD_CARDINALITY_AGG', true);
/** BITMAP_AND_AGG(bitmap). */
export const BITMAP_AND_AGG = combined('and', 'all bitmaps', false, '{2}');
/** BITMAP_AND_CARDINALITY_AGG(bitmap). */
export const BITMAP_AND_CARDINALITY_AGG = combined('and', 'all bitmaps', true, '1');
/** BITMAP_OR_AGG(bitmap). */
export const BITMAP_OR_AGG = combined('or', 'one of the bitmaps', false, '{1,2,3}');
/** BITMAP_OR_CARDINALITY_AGG(bitmap). */
export const BITMAP_OR_CARDINALITY_AGG = combined('or', 'one of the bitmaps', true, '3');
/** BITMAP_XOR_AGG(bitmap). */
export const BITMAP_XOR_AGG = combined('xor', 'an odd number of the bitmaps', false, '{1,3}');
/** BITMAP_XOR_CARDINALITY_AGG(bitmap). */
export const BITMAP_XOR_CARDINALITY_AGG = combined(
  'xor',
  'an odd number of the bitmaps',
  true,
  '2',
);

function built(name: string, counts: boolean) {
  const what = counts ? 'The number of different integers' : 'The bitmap of the integers';
  return defineAggregate({
    name,
    doc: `${what} that are not NULL; NULL if there are none.`,
    input: sequence(arg('value', 'INT')),
    output: forceNullable(explicit(counts ? BIGINT : BITMAP)),
    state: stateTypes,
    createAccumulator: ({ retracts }) => {
      const bytesOf = ([value]: readonly unknown[]) => [value as number];
      return retracts === true
        ? new CountedBitmaps('or', counts, bytesOf)
        : new MergedBitmaps('or', counts, (bitmap, [value]) => bitmap.add(value as number));
    },
    examples: [
      counts
        ? [`${name}(a) FROM (VALUES (1), (2), (2)) AS t(a)`, '2']
        : [`BITMAP_TO_STRING(${name}(a)) FROM (VALUES (1), (2), (2)) AS t(a)`, '{1,2}'],
    ],
  });
}

function combined(
  operation: Exclude<BitmapOperation, 'andnot'>,
  where: string,
  counts: boolean,
  example: string,
) {
  const name = `BITMAP_${operation.toUpperCase()}_${counts ? 'CARDINALITY_AGG' : 'AGG'}`;
  const call = `${name}(BITMAP_BUILD(a))`;
  return defineAggregate({
    name,
    doc: `${counts ? 'The number' : 'The bitmap'} of the integers that are in ${where}; NULL of no bitmaps.`,
    input: sequence(arg('bitmap', 'BITMAP')),
    output: forceNullable(explicit(counts ? BIGINT : BITMAP)),
    state: stateTypes,
    createAccumulator: ({ retracts }) =>
      retracts === true
        ? new CountedBitmaps(operation, counts, ([bytes]) => bitmapValues(bytes as BitmapBytes))
        : new MergedBitmaps(operation, counts, (bitmap, [bytes]) =>
            bitmap.combine(operation, bytes as BitmapBytes),
          ),
    examples: [[`${counts ? call : `BITMAP_TO_STRING(${call})`} FROM ${VALUES}`, example]],
  });
}

function stateTypes({ retracts }: AggregateShape) {
  const counts = withNullable(array(withNullable(BIGINT, false)), false);
  return retracts === true ? [withNullable(BIGINT, false), counts, counts] : [BITMAP];
}

/** The bitmaps so far as one; null before the first. */
class MergedBitmaps implements RowAccumulator {
  readonly #operation: BitmapOperation;
  readonly #counts: boolean;
  readonly #take: (bitmap: Bitmap, args: readonly unknown[]) => void;
  #bitmap: Bitmap | null = null;

  constructor(
    operation: BitmapOperation,
    counts: boolean,
    take: (bitmap: Bitmap, args: readonly unknown[]) => void,
  ) {
    this.#operation = operation;
    this.#counts = counts;
    this.#take = take;
  }

  add(args: readonly unknown[]): void {
    if (this.#bitmap !== null || this.#operation !== 'and') {
      this.#bitmap ??= new Bitmap();
      this.#take(this.#bitmap, args);
    } else this.merge(args);
  }

  merge([bytes]: readonly unknown[]): void {
    if (bytes === null) return;
    const operation = this.#bitmap === null ? 'or' : this.#operation;
    this.#bitmap ??= new Bitmap();
    this.#bitmap.combine(operation, bytes as BitmapBytes);
  }

  state(): readonly unknown[] {
    return [this.#bitmap?.toBytes() ?? null];
  }

  value(): unknown {
    if (this.#bitmap === null) return null;
    return this.#counts ? BigInt(this.#bitmap.cardinality()) : this.#bitmap.toBytes();
  }
}

/** How many bitmaps contain each integer, as bitmaps may be taken out again. */
class CountedBitmaps implements RowAccumulator {
  readonly #operation: BitmapOperation;
  readonly #counts: boolean;
  readonly #integers: (args: readonly unknown[]) => Iterable<number>;
  readonly #times = new Map<number, number>();
  #bitmaps = 0;

  constructor(
    operation: BitmapOperation,
    counts: boolean,
    integers: (args: readonly unknown[]) => Iterable<number>,
  ) {
    this.#operation = operation;
    this.#counts = counts;
    this.#integers = integers;
  }

  add(args: readonly unknown[]): void {
    this.#bitmaps++;
    for (const integer of this.#integers(args)) this.#change(integer, 1);
  }

  retract(args: readonly unknown[]): void {
    this.#bitmaps--;
    for (const integer of this.#integers(args)) this.#change(integer, -1);
  }

  merge([bitmaps, integers, times]: readonly unknown[]): void {
    this.#bitmaps += Number(bitmaps);
    for (const [i, integer] of (integers as readonly bigint[]).entries()) {
      this.#change(Number(integer), Number((times as readonly bigint[])[i]!));
    }
  }

  state(): readonly unknown[] {
    const integers = [...this.#times.keys()].map(BigInt);
    return [BigInt(this.#bitmaps), integers, [...this.#times.values()].map(BigInt)];
  }

  value(): unknown {
    if (this.#bitmaps <= 0) return null;
    const found: number[] = [];
    for (const [integer, times] of this.#times) {
      if (this.#contains(times)) found.push(integer);
    }
    const bytes = bitmapOf(found);
    return this.#counts ? BigInt(bitmapCardinality(bytes)) : bytes;
  }

  #contains(times: number): boolean {
    if (this.#operation === 'and') return times === this.#bitmaps;
    return this.#operation === 'xor' ? (times & 1) === 1 : times > 0;
  }

  /** Integers are taken out before they are added too: their count is then below zero. */
  #change(integer: number, by: number): void {
    const unsigned = integer >>> 0;
    const times = (this.#times.get(unsigned) ?? 0) + by;
    if (times === 0) this.#times.delete(unsigned);
    else this.#times.set(unsigned, times);
  }
}
