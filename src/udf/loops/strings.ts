import { isAscii } from 'node:buffer';
import type { Region } from '../../columnar/arena/region.ts';
import { writeUtf8 } from '../../columnar/builders/binary.ts';
import type { BinaryColumn } from '../../columnar/column.ts';
import { CHUNK_ROWS } from './chunks.ts';

/** UTF-16 units of a chunk that is joined before it is written. */
const JOINED_MAX = 1 << 24;
/** Bytes of UTF-8 that one UTF-16 unit takes at most. */
const UTF8_BYTES_MAX = 3;
/** Bytes a string is expected to have: decides the first size of the buffer only. */
const BYTES_EXPECTED = 16;

/**
 * Decodes rows of a column of strings into the first places of `strings`. ASCII pieces are decoded
 * as a whole and cut: 16 ns a string against 80 for one call each.
 */
export function decodeStrings(
  { offsets, bytes }: BinaryColumn,
  from: number,
  to: number,
  strings: unknown[],
): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Larger pieces pin too much text by their slices.
  for (let first = from; first < to; first += CHUNK_ROWS) {
    const last = Math.min(first + CHUNK_ROWS, to);
    const start = offsets[first]!;
    const end = offsets[last]!;
    if (isAscii(buffer.subarray(start, end))) {
      const text = buffer.toString('latin1', start, end);
      for (let row = first; row < last; row++) {
        strings[row - from] = text.slice(offsets[row]! - start, offsets[row + 1]! - start);
      }
    } else {
      for (let row = first; row < last; row++) {
        strings[row - from] = buffer.toString('utf8', offsets[row]!, offsets[row + 1]!);
      }
    }
  }
}

/** The offsets and the UTF-8 bytes of a column of strings. */
export interface EncodedStrings {
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
}

/** Encodes the strings of a column, chunk by chunk. Errors: ResourceError MEMORY_LIMIT. */
export class StringEncoder {
  readonly #region: Region;
  #offsets: Int32Array;
  #bytes: Buffer;
  #rows = 0;
  #end = 0;

  /** `rows` is how many strings are expected. */
  constructor(region: Region, rows: number) {
    this.#region = region;
    this.#offsets = viewOf32(region, region.alloc((rows + 1) * 4));
    this.#offsets[0] = 0;
    this.#bytes = viewOf(region, region.alloc(rows * BYTES_EXPECTED));
  }

  /** The strings so far. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Adds the first `count` strings; the empty string stands for NULL. ASCII is joined and written
   * by one call, others string by string, as surrogates must not meet across the border of two
   * strings.
   */
  append(strings: readonly string[], count: number): void {
    const first = this.#rows + 1;
    const last = first + count;
    const start = this.#end;
    if (last > this.#offsets.length) {
      const address = this.#region.grow(this.#offsets.byteOffset, first * 4, last * 4);
      this.#offsets = viewOf32(this.#region, address);
    }
    const offsets = this.#offsets;
    // Right for ASCII; written again if the chunk turns out to be something else.
    let units = 0;
    for (let i = 0; i < count; i++) {
      units += strings[i]!.length;
      offsets[first + i] = start + units;
    }
    const room = start + units * UTF8_BYTES_MAX;
    if (room > this.#bytes.length) {
      this.#bytes = viewOf(this.#region, this.#region.grow(this.#bytes.byteOffset, start, room));
    }
    this.#rows += count;
    if (units <= JOINED_MAX) {
      const text = (count === strings.length ? strings : strings.slice(0, count)).join('');
      if (this.#bytes.write(text, start, 'utf8') === units) {
        this.#end = start + units;
        return;
      }
    }
    for (let i = 0; i < count; i++) {
      this.#end += writeUtf8(strings[i]!, this.#bytes, this.#end);
      offsets[first + i] = this.#end;
    }
  }

  finish(): EncodedStrings {
    const bytes = this.#region.bytes(this.#bytes.byteOffset, this.#end);
    return { offsets: this.#offsets.subarray(0, this.#rows + 1), bytes };
  }
}

function viewOf(region: Region, address: number): Buffer {
  return Buffer.from(region.arena.buffer, address, region.capacityOf(address));
}

function viewOf32(region: Region, address: number): Int32Array {
  return region.int32(address, region.capacityOf(address) >> 2);
}
