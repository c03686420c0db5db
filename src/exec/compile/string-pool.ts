import { allocBitmap, allocBytes, allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import { clearBit } from '../../columnar/bitmap.ts';
import { BinaryColumn, type Column } from '../../columnar/column.ts';
import type { DataType } from '../../types/data-type.ts';

const BYTES_MIN = 4096;
const GROUPS_MIN = 64;
/** The start of a group that has no string yet. */
const NONE = -1;

/** One string of bytes per group, in the arena. Replaced ones are cleared away now and then. */
export class StringPool {
  readonly #region: Region;
  #starts = new Int32Array(0);
  #lengths = new Int32Array(0);
  /** Bytes that each group's string may grow to in its place. */
  #rooms = new Int32Array(0);
  #groups = 0;
  #address = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #used = 0;
  /** Bytes of the places that are in use. */
  #live = 0;

  constructor(region: Region) {
    this.#region = region;
  }

  /** Makes room for groups 0 to `groups - 1`; new ones have no string. */
  ensure(groups: number): void {
    if (groups > this.#starts.length) {
      const capacity = Math.max(GROUPS_MIN, groups * 2);
      this.#starts = grown(this.#starts, capacity);
      this.#lengths = grown(this.#lengths, capacity);
      this.#rooms = grown(this.#rooms, capacity);
    }
    if (groups > this.#groups) {
      this.#starts.fill(NONE, this.#groups, groups);
      this.#rooms.fill(0, this.#groups, groups);
      this.#groups = groups;
    }
  }

  /** Forgets all groups; the memory is kept. */
  reset(): void {
    this.#groups = 0;
    this.#used = 0;
    this.#live = 0;
  }

  /** The order of some bytes to the string of a group; null when it has none. */
  compare(bytes: Uint8Array, from: number, to: number, group: number): number | null {
    const start = this.#starts[group]!;
    if (start === NONE) return null;
    const pool = this.#bytes;
    const length = this.#lengths[group]!;
    const common = Math.min(length, to - from);
    for (let i = 0; i < common; i++) {
      const order = bytes[from + i]! - pool[start + i]!;
      if (order !== 0) return order;
    }
    return to - from - length;
  }

  /** Makes some bytes the string of a group. */
  set(group: number, bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (this.#starts[group] === NONE || length > this.#rooms[group]!) this.#place(group, length);
    this.#bytes.set(bytes.subarray(from, to), this.#starts[group]!);
    this.#lengths[group] = length;
  }

  /** The strings of groups 0 to `groups - 1`; NULL for those that have none. */
  column(type: DataType, groups: number, region: Region): Column {
    const offsets = allocInt32(region, groups + 1);
    offsets[0] = 0;
    let nullCount = 0;
    for (let g = 0; g < groups; g++) {
      const isNull = this.#starts[g] === NONE;
      if (isNull) nullCount++;
      offsets[g + 1] = offsets[g]! + (isNull ? 0 : this.#lengths[g]!);
    }
    const bytes = allocBytes(region, offsets[groups]!);
    const validity = nullCount === 0 ? null : allocBitmap(region, groups, 1);
    for (let g = 0; g < groups; g++) {
      const start = this.#starts[g]!;
      if (start !== NONE) {
        bytes.set(this.#bytes.subarray(start, start + this.#lengths[g]!), offsets[g]!);
      } else if (validity !== null) clearBit(validity, g);
    }
    return new BinaryColumn(type, groups, offsets, bytes, validity, nullCount);
  }

  close(): void {
    if (this.#bytes.length > 0) this.#region.free(this.#address);
    this.#bytes = new Uint8Array(0);
    this.#groups = 0;
    this.#used = 0;
  }

  /** Gives a group a new place, with room to grow. */
  #place(group: number, length: number): void {
    const room = Math.ceil(length * 1.5);
    this.#live += room - this.#rooms[group]!;
    if (this.#used + room > this.#bytes.length) this.#move(this.#live * 2);
    this.#starts[group] = this.#used;
    this.#rooms[group] = room;
    this.#used += room;
  }

  /** Moves the places that are in use to a fresh piece of memory. */
  #move(bytes: number): void {
    const address = this.#region.alloc(Math.max(BYTES_MIN, bytes));
    const moved = this.#region.bytes(address, this.#region.capacityOf(address));
    let used = 0;
    for (let g = 0; g < this.#groups; g++) {
      const start = this.#starts[g]!;
      if (start === NONE) continue;
      moved.set(this.#bytes.subarray(start, start + this.#lengths[g]!), used);
      this.#starts[g] = used;
      used += this.#rooms[g]!;
    }
    if (this.#bytes.length > 0) this.#region.free(this.#address);
    this.#address = address;
    this.#bytes = moved;
    this.#used = used;
  }
}

function grown(values: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(capacity);
  copy.set(values);
  return copy;
}
