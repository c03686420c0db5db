import { isAscii } from 'node:buffer';
import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import { writeUtf8 } from '../../columnar/builders/binary.ts';
import type { BinaryColumn } from '../../columnar/column.ts';

/** Strings that are decoded or encoded at once: larger pieces pin too much text by their slices. */
const CHUNK_ROWS = 2048;
/** UTF-16 units of a chunk that is joined before it is written. */
const JOINED_MAX = 1 << 24;
/** Bytes of UTF-8 that one UTF-16 unit takes at most. */
const UTF8_BYTES_MAX = 3;
/** Bytes a string is expected to have: decides the first size of the buffer only. */
const BYTES_EXPECTED = 16;

/**
 * Decodes the strings of a column. ASCII chunks are decoded as a whole and cut: 16 ns a string
 * against 80 for one call each.
 */
export function decodeStrings(column: BinaryColumn): string[] {
  const { offsets, bytes, length } = column;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const strings: string[] = new Array<string>(length);
  for (let from = 0; from < length; from += CHUNK_ROWS) {
    const to = Math.min(from + CHUNK_ROWS, length);
    const start = offsets[from]!;
    const end = offsets[to]!;
    if (isAscii(buffer.subarray(start, end))) {
      const text = buffer.toString('latin1', start, end);
      for (let row = from; row < to; row++) {
        strings[row] = text.slice(offsets[row]! - start, offsets[row + 1]! - start);
      }
    } else {
      for (let row = from; row < to; row++) {
        strings[row] = buffer.toString('utf8', offsets[row]!, offsets[row + 1]!);
      }
    }
  }
  return strings;
}

/** The offsets and the UTF-8 bytes of a column of strings. */
export interface EncodedStrings {
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
}

/**
 * Encodes strings; the empty string stands for NULL. ASCII chunks are joined and written by one
 * call, others string by string, as surrogates must not meet across the border of two strings.
 * Errors: ResourceError MEMORY_LIMIT.
 */
export function encodeStrings(strings: readonly string[], region: Region): EncodedStrings {
  const rows = strings.length;
  const offsets = allocInt32(region, rows + 1);
  offsets[0] = 0;
  let bytes = viewOf(region, region.alloc(rows * BYTES_EXPECTED));
  let end = 0;
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    const to = Math.min(from + CHUNK_ROWS, rows);
    // Right for ASCII; written again if the chunk turns out to be something else.
    let units = 0;
    for (let row = from; row < to; row++) {
      units += strings[row]!.length;
      offsets[row + 1] = end + units;
    }
    const room = end + units * UTF8_BYTES_MAX;
    if (room > bytes.length) {
      bytes = viewOf(region, region.grow(bytes.byteOffset, end, room));
    }
    if (units <= JOINED_MAX) {
      const text = strings.slice(from, to).join('');
      if (bytes.write(text, end, 'utf8') === units) {
        end += units;
        continue;
      }
    }
    for (let row = from; row < to; row++) {
      end += writeUtf8(strings[row]!, bytes, end);
      offsets[row + 1] = end;
    }
  }
  return { offsets, bytes: region.bytes(bytes.byteOffset, end) };
}

function viewOf(region: Region, address: number): Buffer {
  return Buffer.from(region.arena.buffer, address, region.capacityOf(address));
}
