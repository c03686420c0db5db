import { assert } from '../../common/assert.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import { BinaryColumn } from '../column.ts';
import { BUILDER_ROWS, type ColumnBuilder, ValidityBuilder } from './builder.ts';

/** Bytes of UTF-8 that one UTF-16 code unit takes at most. */
const UTF8_BYTES_MAX = 3;
/** Bytes a value is expected to have: decides the first size of the bytes buffer only. */
const BYTES_EXPECTED = 8;
/** Strings up to this length are encoded by our own loop, which then is faster than a call. */
const SHORT_MAX = 24;

/** Builds columns of strings (encoded as UTF-8 straight into the arena) and of binary strings. */
export class BinaryBuilder implements ColumnBuilder {
  readonly #type: DataType;
  readonly #region: Region;
  readonly #validity: ValidityBuilder;
  #offsets: Int32Array;
  #bytes: Buffer;
  #length = 0;
  #end = 0;

  constructor(type: DataType, region: Region, capacity: number = BUILDER_ROWS) {
    this.#type = type;
    this.#region = region;
    this.#validity = new ValidityBuilder(region);
    this.#offsets = this.#viewOffsets(region.alloc((capacity + 1) * 4));
    this.#offsets[0] = 0;
    this.#bytes = this.#viewBytes(region.alloc(capacity * BYTES_EXPECTED));
  }

  get length(): number {
    return this.#length;
  }

  append(value: unknown): void {
    if (value === null) this.appendNull();
    else if (typeof value === 'string') this.#appendString(value);
    else {
      assert(value instanceof Uint8Array, 'a string or bytes');
      this.appendBytes(value, 0, value.length);
    }
  }

  /** Appends NULL. */
  appendNull(): void {
    this.#validity.appendNull(this.#length);
    this.#close();
  }

  /** Appends the bytes from `from` to `to`: of a string they must be UTF-8. */
  appendBytes(bytes: Uint8Array, from: number, to: number): void {
    const size = to - from;
    if (this.#end + size > this.#bytes.length) this.#growBytes(size);
    const target = this.#bytes;
    if (size > SHORT_MAX) target.set(bytes.subarray(from, to), this.#end);
    else for (let i = 0; i < size; i++) target[this.#end + i] = bytes[from + i]!;
    this.#end += size;
    this.#validity.appendValid(this.#length);
    this.#close();
  }

  finish(): BinaryColumn {
    const rows = this.#length;
    return new BinaryColumn(
      this.#type,
      rows,
      this.#offsets.subarray(0, rows + 1),
      this.#region.bytes(this.#bytes.byteOffset, this.#end),
      this.#validity.finish(rows),
      this.#validity.nullCount,
    );
  }

  reset(): void {
    this.#length = 0;
    this.#end = 0;
    this.#validity.reset();
  }

  #appendString(text: string): void {
    const most = text.length * UTF8_BYTES_MAX;
    if (this.#end + most > this.#bytes.length) this.#growBytes(most);
    this.#end += writeUtf8(text, this.#bytes, this.#end);
    this.#validity.appendValid(this.#length);
    this.#close();
  }

  #close(): void {
    const next = this.#length + 1;
    if (next >= this.#offsets.length) {
      const address = this.#region.grow(this.#offsets.byteOffset, next * 4, (next + 1) * 4);
      this.#offsets = this.#viewOffsets(address);
    }
    this.#offsets[next] = this.#end;
    this.#length = next;
  }

  #growBytes(more: number): void {
    const address = this.#region.grow(this.#bytes.byteOffset, this.#end, this.#end + more);
    this.#bytes = this.#viewBytes(address);
  }

  #viewOffsets(address: number): Int32Array {
    return this.#region.int32(address, this.#region.capacityOf(address) >> 2);
  }

  #viewBytes(address: number): Buffer {
    return Buffer.from(this.#region.arena.buffer, address, this.#region.capacityOf(address));
  }
}

/** Writes a string as UTF-8 and returns how many bytes that took; there must be room. */
export function writeUtf8(text: string, target: Buffer, at: number): number {
  if (text.length > SHORT_MAX) return target.write(text, at, 'utf8');
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return target.write(text, at, 'utf8');
    target[at + i] = unit;
  }
  return text.length;
}
