import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import { type Column, FixedColumn } from '../column.ts';
import { keyBoundsOf } from './dense-keys.ts';
import { integerWidth } from './key-parts.ts';
import { addressOf, kernelsFor } from './library.ts';
import { integersOf } from './plain-values.ts';
import { Scratch } from './scratch.ts';

/** How several integer keys become one number, as plain data. */
export interface NumberPlan {
  /** Bytes of each key. */
  readonly widths: readonly number[];
  /** Where the range of each key lies: its least, and how many numbers there are. */
  readonly ranges: number;
}

/** The type of the numbers: what tables take for a key. */
export const NUMBER_TYPE: DataType = { kind: 'BIGINT', nullable: false };

/** Bytes of a range. */
const RANGE_BYTES = 16;
/** Numbers below this are those of keys. */
const NUMBERS_MAX = 2n ** 63n;

/**
 * The way to make one number of each row's keys, which lie in several pieces a key; null when they
 * are no integers, or of ranges that are too wide together. Errors: ResourceError MEMORY_LIMIT.
 */
export function planNumbers(
  keyTypes: readonly DataType[],
  keyColumns: readonly (readonly Column[])[],
  region: Region,
): NumberPlan | null {
  if (keyTypes.length < 2) return null;
  const widths: number[] = [];
  const ranges: bigint[] = [];
  let numbers = 1n;
  for (const [i, type] of keyTypes.entries()) {
    const width = integerWidth(type);
    if (width === null) return null;
    const { least, greatest, valid } = keyBoundsOf(keyColumns[i]!, width, region);
    const size = valid === 0 ? 1n : greatest - least + 1n;
    numbers *= size;
    if (numbers > NUMBERS_MAX) return null;
    widths.push(width);
    ranges.push(least, size);
  }
  const address = region.alloc(widths.length * RANGE_BYTES);
  new BigInt64Array(region.arena.buffer, address, ranges.length).set(ranges);
  return { widths, ranges: address };
}

/** Makes one number of several integer keys: tables then look one word up instead of a packed row. */
export class JoinedNumbers {
  readonly #region: Region;
  readonly #plan: NumberPlan;
  readonly #isBuild: boolean;
  readonly #numbers: Scratch;
  readonly #plain: Scratch;

  /**
   * Of rows that have NULL, or keys outside of the ranges, the numbers of one side (`isBuild`)
   * equal none of the other's.
   */
  constructor(plan: NumberPlan, isBuild: boolean, region: Region) {
    this.#region = region;
    this.#plan = plan;
    this.#isBuild = isBuild;
    this.#numbers = new Scratch(region);
    this.#plain = new Scratch(region);
  }

  /**
   * The numbers of the rows that count, of `rows`, at the places of these: valid until the next
   * call. Errors: ResourceError MEMORY_LIMIT.
   */
  of(keyColumns: readonly Column[], rows: number, selection: Int32Array | null): Column {
    const { arena } = this.#region;
    const kernels = kernelsFor(arena);
    const out = this.#numbers.bytes(Math.max(1, rows) * 8);
    const [at, count] = [addressOf(selection), selection?.length ?? rows];
    for (const [i, whole] of this.#plan.widths.entries()) {
      const keys = integersOf(keyColumns[i]!, whole, this.#plain, kernels);
      const { values, width, validity } = keys;
      const range = this.#plan.ranges + i * RANGE_BYTES;
      const isFirst = i === 0 ? 1 : 0;
      const isBuild = this.#isBuild ? 1 : 0;
      kernels.joinNumbers(...[values, width, validity, at, count, range, isFirst, isBuild, out]);
    }
    const numbers = new BigInt64Array(arena.buffer, out, rows);
    return new FixedColumn(NUMBER_TYPE, rows, numbers, 8, null, 0);
  }
}
