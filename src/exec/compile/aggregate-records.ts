import type { Region } from '../../columnar/arena/region.ts';
import { DECIMAL_CARRY } from '../../functions/builtin/aggregate/decimal-sum-state.ts';
import { comparatorOf } from '../../functions/compare.ts';
import type { DataType } from '../../types/data-type.ts';
import { divideHalfUp } from '../../types/decimal.ts';
import { TERM_BELOW } from './aggregate-loop.ts';
import type { Slot, SlotTable } from './aggregate-slots.ts';

const GROUPS_MIN = 64;
/** The sums of more groups are not looked through between batches. */
const MEASURED_GROUPS_MAX = 4096;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** One record of slots per group, in the arena. */
export class AggregateRecords {
  readonly #region: Region;
  readonly #stride: number;
  /** The record of a group without rows. */
  readonly #initial: Uint8Array;
  #address = 0;
  #groups = 0;
  #capacity = 0;
  #spare = 0;
  #checked = 0;
  /** The low words of the sums of 128 bits and more, as words of a record. */
  readonly #sums: readonly number[];
  #room = 0;

  constructor(table: SlotTable, region: Region) {
    this.#region = region;
    this.#sums = table.slots
      .filter(({ kind, number }) => kind === 'sum' && (number === 'i128' || number === 'carried'))
      .map(({ offset }) => offset / 8);
    this.#stride = table.stride;
    this.#initial = initialRecord(table);
  }

  /** Where the record of group 0 starts. */
  get address(): number {
    return this.#address;
  }

  /** Where a record lies to which rows are added that do not count. */
  get spare(): number {
    if (this.#spare === 0) this.#spare = this.#region.alloc(this.#stride);
    return this.#spare;
  }

  /** Where the loops set a word that add terms to sums for which `hasRoom` does not hold. */
  get checked(): number {
    if (this.#checked === 0) {
      this.#checked = this.#region.alloc(4);
      this.#region.int32(this.#checked, 1).fill(0);
    }
    return this.#checked;
  }

  /** Makes room for groups 0 to `groups - 1`; the contents of new ones are initial. */
  ensure(groups: number): void {
    const stride = this.#stride;
    if (groups <= this.#groups) return;
    if (groups > this.#capacity) {
      const bytes = Math.max(GROUPS_MIN, groups) * stride;
      this.#address =
        this.#capacity === 0
          ? this.#region.alloc(bytes)
          : this.#region.grow(this.#address, this.#groups * stride, bytes);
      this.#capacity = Math.floor(this.#region.capacityOf(this.#address) / stride);
    }
    const added = (groups - this.#groups) * stride;
    const fresh = this.#region.bytes(this.#address + this.#groups * stride, added);
    fresh.set(this.#initial);
    for (let done = stride; done < added; done *= 2) {
      fresh.copyWithin(done, 0, Math.min(done, added - done));
    }
    this.#groups = groups;
  }

  /**
   * Whether the low words of all sums can take the terms of so many rows, each below `TERM_BELOW`,
   * and takes the room: it is measured again when it is used up. Never again once there were terms
   * that are not below, as those may take any room.
   */
  hasRoom(rows: number, groups: number): boolean {
    if (groups > MEASURED_GROUPS_MAX || this.#sums.length === 0) return false;
    if (this.#region.int32(this.checked, 1)[0] !== 0) return false;
    if (this.#room < rows) this.#room = this.#measureRoom(groups);
    if (this.#room < rows) return false;
    this.#room -= rows;
    return true;
  }

  /** Rows were added that `hasRoom` was not asked for. */
  forgetRoom(): void {
    this.#room = 0;
  }

  /** The rows that the sum with the least room has room for. */
  #measureRoom(groups: number): number {
    const words = this.words(groups);
    const stride = this.#stride / 8;
    let largest = 0n;
    for (let record = 0; record < words.length; record += stride) {
      for (const offset of this.#sums) {
        const word = words[record + offset]!;
        const magnitude = word < 0n ? -word : word;
        if (magnitude > largest) largest = magnitude;
      }
    }
    return Math.floor(Number(INT64_MAX - largest) / TERM_BELOW) - 1;
  }

  /** A view of all records as 64-bit words. */
  words(groups: number): BigInt64Array {
    const length = (groups * this.#stride) / 8;
    return new BigInt64Array(this.#region.arena.buffer, this.#address, length);
  }

  /** A view of the record of one group. */
  record(group: number): DataView {
    const at = this.#address + group * this.#stride;
    return new DataView(this.#region.arena.buffer, at, this.#stride);
  }

  close(): void {
    if (this.#capacity > 0) this.#region.free(this.#address);
    if (this.#spare > 0) this.#region.free(this.#spare);
    if (this.#checked > 0) this.#region.free(this.#checked);
    this.#spare = 0;
    this.#checked = 0;
    this.#capacity = 0;
    this.#groups = 0;
    this.#room = 0;
  }
}

/** Sums start at 0, extremes at the value that every other one replaces. */
function initialRecord(table: SlotTable): Uint8Array {
  const bytes = new Uint8Array(table.stride);
  const view = new DataView(bytes.buffer);
  for (const { kind, number, offset } of table.slots) {
    if (kind !== 'least' && kind !== 'greatest') continue;
    const least = kind === 'least';
    switch (number) {
      case 'i32':
        view.setInt32(offset, least ? 2 ** 31 - 1 : -(2 ** 31), true);
        break;
      case 'i64':
        view.setBigInt64(offset, least ? INT64_MAX : INT64_MIN, true);
        break;
      case 'i128':
        view.setBigInt64(offset, least ? -1n : 0n, true);
        view.setBigInt64(offset + 8, least ? INT64_MAX : INT64_MIN, true);
        break;
      case 'f32':
        view.setFloat32(offset, least ? Number.NaN : Number.NEGATIVE_INFINITY, true);
        break;
      default:
        view.setFloat64(offset, least ? Number.NaN : Number.NEGATIVE_INFINITY, true);
    }
  }
  return bytes;
}

/** Adds the values of one row to a slot: what the emitted loop does, for rows that it cannot. */
export function addToSlot(slot: Slot, record: DataView, values: readonly unknown[]): void {
  const { kind, offset } = slot;
  if (kind === 'rows' || kind === 'nulls') {
    const counts = kind === 'rows' || values.includes(null);
    if (counts) record.setBigInt64(offset, record.getBigInt64(offset, true) + 1n, true);
    return;
  }
  const value = values[0];
  if (value === null || value === undefined) return;
  if (kind === 'sum') writeSlot(slot, record, sumOf(slot, readSlot(slot, record), value));
  else {
    const type = slot.args[0]!.type;
    const stored = toStored(type, value);
    const order = comparatorOf(type)(stored, readSlot(slot, record));
    if (kind === 'least' ? order < 0 : order > 0) writeSlot(slot, record, stored);
  }
}

/** What is known of many rows at once. */
export interface Totals {
  readonly rows: number;
  /** The rows whose value is NULL; the rest is of the others. */
  readonly nulls: number;
  readonly sum: number | bigint;
  readonly least: number | bigint;
  readonly greatest: number | bigint;
}

/** Adds rows that another loop has added up. */
export function addTotals(slot: Slot, record: DataView, totals: Totals): void {
  const { kind, offset } = slot;
  if (kind === 'rows' || kind === 'nulls') {
    record.setBigInt64(offset, record.getBigInt64(offset, true) + BigInt(totals[kind]), true);
  } else if (totals.nulls < totals.rows) addToSlot(slot, record, [totals[kind]]);
}

/** Timestamps are held as microseconds, truth values as 0 and 1. */
function toStored(type: DataType, value: unknown): unknown {
  if (type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ') return (value as bigint) / 1000n;
  return type.kind === 'BOOLEAN' ? Number(value) : value;
}

function sumOf(slot: Slot, sum: unknown, value: unknown): unknown {
  if (slot.number === 'f32' || slot.number === 'f64') return (sum as number) + (value as number);
  return (sum as bigint) + BigInt(value as number | bigint);
}

/** A sum of decimals from its words. */
export function sumOfWords(low: bigint, high: bigint, carries: bigint): bigint {
  return (high << 64n) + low + carries * DECIMAL_CARRY;
}

function readSlot({ kind, number, offset }: Slot, record: DataView): number | bigint {
  switch (number) {
    case 'i32':
      return record.getInt32(offset, true);
    case 'i64':
      return record.getBigInt64(offset, true);
    case 'f32':
      return record.getFloat32(offset, true);
    case 'f64':
      return record.getFloat64(offset, true);
    case 'i128':
      return (
        (record.getBigInt64(offset + 8, true) << 64n) +
        (kind === 'sum' ? record.getBigInt64(offset, true) : record.getBigUint64(offset, true))
      );
    case 'carried':
      return sumOfWords(
        record.getBigInt64(offset, true),
        record.getBigInt64(offset + 8, true),
        record.getBigInt64(offset + 16, true),
      );
  }
}

function writeSlot(slot: Slot, record: DataView, value: unknown): void {
  const { kind, number, offset } = slot;
  switch (number) {
    case 'i32':
      record.setInt32(offset, value as number, true);
      break;
    case 'i64':
      record.setBigInt64(offset, BigInt.asIntN(64, value as bigint), true);
      break;
    case 'f32':
      record.setFloat32(offset, value as number, true);
      break;
    case 'f64':
      record.setFloat64(offset, value as number, true);
      break;
    case 'carried': {
      // Halves of it are left on either side, so that the emitted loops go on from here.
      const carries = divideHalfUp(value as bigint, DECIMAL_CARRY);
      writeSlot({ ...slot, number: 'i128' }, record, (value as bigint) - carries * DECIMAL_CARRY);
      record.setBigInt64(offset + 16, carries, true);
      break;
    }
    case 'i128': {
      const low = BigInt.asIntN(64, value as bigint);
      const rest = kind === 'sum' ? (value as bigint) - low : (value as bigint);
      record.setBigInt64(offset, low, true);
      record.setBigInt64(offset + 8, BigInt.asIntN(64, rest >> 64n), true);
    }
  }
}
