import { allocBitmap, allocFixed } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import { clearBit } from '../../columnar/bitmap.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { type Column, FixedColumn } from '../../columnar/column.ts';
import { storageOf, storageWidth } from '../../columnar/values.ts';
import { DECIMAL_CARRY } from '../../functions/builtin/aggregate/decimal-sum-state.ts';
import type { DataType } from '../../types/data-type.ts';
import { DECIMAL_PRECISION_MAX } from '../../types/data-type.ts';
import { divideDecimals, fitPrecision } from '../../types/decimal.ts';
import { type AggregateRecords, sumOfWords } from './aggregate-records.ts';
import { type CallSlots, LARGE_HIGH, type Slot } from './aggregate-slots.ts';

/** The records of all groups, seen as numbers of each kind. */
interface Words {
  readonly int64: BigInt64Array;
  readonly float64: Float64Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
  /** Words of 8 bytes from one group to the next. */
  readonly stride: number;
  readonly groups: number;
}

/** Makes columns out of the records of groups 0 to `groups - 1`. */
export class AggregateColumns {
  readonly #words: Words;
  readonly #region: Region;

  constructor(records: AggregateRecords, stride: number, groups: number, region: Region) {
    const int64 = records.words(groups);
    const { buffer, byteOffset, length } = int64;
    this.#words = {
      int64,
      float64: new Float64Array(buffer, byteOffset, length),
      int32: new Int32Array(buffer, byteOffset, length * 2),
      float32: new Float32Array(buffer, byteOffset, length * 2),
      stride: stride / 8,
      groups,
    };
    this.#region = region;
  }

  /** The result of a call for every group. */
  result(slots: CallSlots): Column {
    const { call } = slots;
    switch (call.definition.compiled) {
      case 'count':
        return this.counts(slots, call.type);
      case 'avg':
        return this.#averages(slots);
      default:
        return this.#values(slots, call.type, call.definition.compiled !== 'sum0');
    }
  }

  /** The partial state of a call, as columns of its state types. */
  state(slots: CallSlots, types: readonly DataType[]): Column[] {
    const [first, second, third] = types;
    if (first === undefined) return [];
    if (slots.value === null) return [this.counts(slots, first)];
    if (second === undefined) return [this.#values(slots, first, true)];
    const counts = this.counts(slots, second);
    if (third === undefined) return [this.#values(slots, first, false), counts];
    if (!this.#hasCarries(slots)) {
      const none = allocFixed(this.#region, 'i64', this.#words.groups, 8) as BigInt64Array;
      none.fill(0n);
      const carries = new FixedColumn(third, this.#words.groups, none, 8, null, 0);
      return [this.#values(slots, first, false), counts, carries];
    }
    const [sums, carries] = this.#splitSums(slots, first, third);
    return [sums!, counts, carries!];
  }

  /** The number of values of a call. */
  counts({ plus, minus }: CallSlots, type: DataType): Column {
    const { int64, stride, groups } = this.#words;
    const counts = allocFixed(this.#region, 'i64', groups, 8) as BigInt64Array;
    const p = plus.offset / 8;
    const m = minus === null ? -1 : minus.offset / 8;
    for (let g = 0; g < groups; g++) {
      const count = int64[g * stride + p]!;
      counts[g] = m < 0 ? count : count - int64[g * stride + m]!;
    }
    return new FixedColumn(type, groups, counts, 8, null, 0);
  }

  /** Sums and extremes; `nullWhenNone`: NULL for groups without values. */
  #values(slots: CallSlots, type: DataType, nullWhenNone: boolean): Column {
    const value = slots.value!;
    if (storageOf(type) === null) return this.#booleans(slots, type);
    const { groups } = this.#words;
    const storage = storageOf(type)!;
    const width = storageWidth(storage);
    const values = allocFixed(this.#region, storage, groups, width);
    const large = copySlot(this.#words, value, values, width);
    const inexact = value.kind === 'sum' && (large || this.#hasCarries(slots));
    const overflown = inexact ? this.#rewriteSums(slots, values) : null;
    const isNull = (g: number): boolean =>
      (nullWhenNone && this.#count(slots, g) === 0n) || overflown?.has(g) === true;
    const { validity, nullCount } = this.#validity(isNull);
    return new FixedColumn(type, groups, values, width, validity, nullCount);
  }

  #booleans(slots: CallSlots, type: DataType): Column {
    const { groups, int32, stride } = this.#words;
    const builder = builderFor(type, this.#region, groups);
    for (let g = 0; g < groups; g++) {
      const word = (g * stride + slots.value!.offset / 8) * 2;
      builder.append(this.#count(slots, g) === 0n ? null : int32[word] === 1);
    }
    return builder.finish();
  }

  #averages(slots: CallSlots): Column {
    const { groups } = this.#words;
    const builder = builderFor(slots.call.type, this.#region, groups);
    for (let g = 0; g < groups; g++) builder.append(this.#average(slots, g));
    return builder.finish();
  }

  #average(slots: CallSlots, group: number): unknown {
    const { call } = slots;
    const value = slots.value!;
    const { type } = call.args[0]!;
    const count = this.#count(slots, group);
    if (count === 0n) return null;
    const { int64, float64, stride } = this.#words;
    const word = group * stride + value.offset / 8;
    if (value.number === 'f64') {
      const average = float64[word]! / Number(count);
      return call.type.kind === 'FLOAT' ? Math.fround(average) : average;
    }
    if (type.kind === 'DECIMAL' && call.type.kind === 'DECIMAL') {
      return divideDecimals(this.#sum(slots, group), type.scale, count, 0, call.type);
    }
    const average = int64[word]! / count;
    return call.type.kind === 'BIGINT' ? average : Number(average);
  }

  #count({ plus, minus }: CallSlots, group: number): bigint {
    const { int64, stride } = this.#words;
    const count = int64[group * stride + plus.offset / 8]!;
    return minus === null ? count : count - int64[group * stride + minus.offset / 8]!;
  }

  /** Whether the sum of a group has carries. */
  #hasCarries({ value, carries }: CallSlots): boolean {
    const { int64, stride, groups } = this.#words;
    const words = carries === null ? [] : [carries.offset / 8];
    if (value?.number === 'carried') words.push(value.offset / 8 + 2);
    for (const word of words) {
      for (let g = 0; g < groups; g++) if (int64[g * stride + word] !== 0n) return true;
    }
    return false;
  }

  /** A sum of decimals, exactly. */
  #sum({ value, carries }: CallSlots, group: number): bigint {
    const { int64, stride } = this.#words;
    const word = group * stride + value!.offset / 8;
    const merged = carries === null ? 0n : int64[group * stride + carries.offset / 8]!;
    const own = value!.number === 'carried' ? int64[word + 2]! : 0n;
    return sumOfWords(int64[word]!, int64[word + 1]!, own + merged);
  }

  /** Writes sums that may have carries anew; the groups whose sum has more than 38 digits. */
  #rewriteSums(slots: CallSlots, target: FixedColumn['values']): ReadonlySet<number> {
    const overflown = new Set<number>();
    const words = target as BigInt64Array;
    for (let g = 0; g < this.#words.groups; g++) {
      const sum = this.#sum(slots, g);
      if (fitPrecision(sum, DECIMAL_PRECISION_MAX) === null) overflown.add(g);
      words[2 * g] = sum;
      words[2 * g + 1] = sum >> 64n;
    }
    return overflown;
  }

  /** The sums of decimals and their carries, as the accumulator on rows has them. */
  #splitSums(slots: CallSlots, ...types: readonly DataType[]): Column[] {
    const { groups } = this.#words;
    const builders = types.map((type) => builderFor(type, this.#region, groups));
    for (let g = 0; g < groups; g++) {
      const sum = this.#sum(slots, g);
      builders[0]!.append(sum % DECIMAL_CARRY);
      builders[1]!.append(sum / DECIMAL_CARRY);
    }
    return builders.map((builder) => builder.finish());
  }

  #validity(isNull: (group: number) => boolean): {
    readonly validity: Uint8Array | null;
    readonly nullCount: number;
  } {
    const { groups } = this.#words;
    let validity: Uint8Array | null = null;
    let nullCount = 0;
    for (let g = 0; g < groups; g++) {
      if (!isNull(g)) continue;
      validity ??= allocBitmap(this.#region, groups, 1);
      clearBit(validity, g);
      nullCount++;
    }
    return { validity, nullCount };
  }
}

/** Copies a slot of all records into a column; tells whether a number may have over 38 digits. */
function copySlot(words: Words, slot: Slot, target: FixedColumn['values'], width: number): boolean {
  const { int64, stride, groups } = words;
  const offset = slot.offset / 8;
  if (target instanceof BigInt64Array) {
    const wide = width === 16;
    const isSum = slot.kind === 'sum';
    let large = false;
    for (let g = 0; g < groups; g++) {
      const from = g * stride + offset;
      const to = wide ? 2 * g : g;
      target[to] = int64[from]!;
      if (!wide) continue;
      const high = int64[from + 1]! - (isSum && int64[from]! < 0n ? 1n : 0n);
      target[to + 1] = high;
      if (high >= LARGE_HIGH || high <= -LARGE_HIGH) large = true;
    }
    return large;
  }
  // Integers are cut to their width, which wraps a sum around; f32 and i32 lie in the low half.
  const narrow = slot.number === 'i64' || slot.number === 'i32' ? words.int32 : words.float32;
  const source = slot.number === 'f64' ? words.float64 : narrow;
  const step = slot.number === 'f64' ? 1 : 2;
  for (let g = 0; g < groups; g++) target[g] = source[(g * stride + offset) * step]!;
  return false;
}
