import type { Region } from '../../columnar/arena/region.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import { notImplemented } from '../../common/errors.ts';
import type { InputFile } from '../input-file.ts';
import { decompress } from './decompress.ts';
import { badParquet, type ColumnChunk } from './metadata.ts';
import { intField, structField, ThriftError, ThriftReader, type ThriftStruct } from './thrift.ts';

/** The encodings of pages, by their numbers. */
export const Encoding = {
  PLAIN: 0,
  PLAIN_DICTIONARY: 2,
  RLE: 3,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  DELTA_BYTE_ARRAY: 7,
  RLE_DICTIONARY: 8,
  BYTE_STREAM_SPLIT: 9,
} as const;

/** A stretch of the arena. */
interface Bytes {
  readonly start: number;
  readonly end: number;
}

/** A page, unfolded in the arena: valid until the next one is read. */
export interface Page {
  readonly kind: 'dictionary' | 'data';
  /** Values, NULLs included. */
  readonly values: number;
  readonly encoding: number;
  /** Levels in runs; null where the column has none. */
  readonly repetition: Bytes | null;
  readonly definition: Bytes | null;
  readonly data: Bytes;
}

const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;

/** Bytes that are read of a chunk at a time. */
const WINDOW_BYTES = 256 * 1024;
/** A header may have so many bytes: statistics of long strings are in it. */
const HEADER_MAX = 8 * 1024 ** 2;
const HEADER_FIRST = 4096;
/** A page may have so many bytes: no writer makes larger ones, and a damaged length must not count. */
const PAGE_MAX = 512 * 1024 ** 2;
/** Kernels read and write so much behind a page. */
const SLACK = 32;

/** What a column's levels can be. */
export interface LevelBounds {
  readonly definition: number;
  readonly repetition: number;
}

/** Reads the pages of a column chunk one after the other. */
export class PageReader {
  readonly #file: InputFile;
  readonly #chunk: ColumnChunk;
  readonly #levels: LevelBounds;
  readonly #region: Region;
  readonly #window: Scratch;
  readonly #page: Scratch;
  /** Offsets in the file: of the next byte, and of what the window holds. */
  #at: number;
  #windowStart = 0;
  #windowEnd = 0;
  #valuesLeft: number;
  /** A page header that `skip` has read, but not passed over. */
  #pending: ThriftStruct | null = null;

  constructor(file: InputFile, chunk: ColumnChunk, levels: LevelBounds, region: Region) {
    this.#file = file;
    this.#chunk = chunk;
    this.#levels = levels;
    this.#region = region;
    this.#window = new Scratch(region);
    this.#page = new Scratch(region);
    this.#at = chunk.start;
    this.#valuesLeft = chunk.values;
  }

  /** Gives the memory back. */
  free(): void {
    this.#window.free();
    this.#page.free();
  }

  /** The next page, or null at the end. Errors: TableRuntimeError BAD_FILE. */
  next(): Page | null {
    for (let header = this.#nextHeader(); header !== null; header = this.#nextHeader()) {
      const { size, packed } = this.#sizes(header);
      const body = this.#bytes(packed);
      this.#at += packed;
      const page = this.#pageOf(intField(header, 1) ?? -1, header, body, size);
      if (page === null) continue;
      if (page.kind === 'data') this.#valuesLeft -= page.values;
      return page;
    }
    return null;
  }

  /**
   * Passes over data pages of a column without lists, as long as they have no more than `rows`
   * rows together, and returns how many they had. Stops before a dictionary.
   */
  skip(rows: number): number {
    let skipped = 0;
    for (let header = this.#nextHeader(); header !== null; header = this.#nextHeader()) {
      const data = structField(header, 5) ?? structField(header, 8);
      const values = data === null ? null : intField(data, 1);
      if (values === null || values < 0 || skipped + values > rows) {
        this.#pending = header;
        break;
      }
      this.#at += this.#sizes(header).packed;
      this.#valuesLeft -= values;
      skipped += values;
    }
    return skipped;
  }

  #nextHeader(): ThriftStruct | null {
    const pending = this.#pending;
    this.#pending = null;
    if (pending !== null) return pending;
    const end = this.#chunk.start + this.#chunk.bytes;
    return this.#at < end && this.#valuesLeft > 0 ? this.#header(end) : null;
  }

  #sizes(header: ThriftStruct): { readonly size: number; readonly packed: number } {
    const size = intField(header, 2) ?? -1;
    const packed = intField(header, 3) ?? -1;
    const there = this.#chunk.start + this.#chunk.bytes - this.#at;
    if (packed < 0 || size < 0 || size > PAGE_MAX || packed > there) {
      throw this.#bad('a page has a wrong size');
    }
    return { size, packed };
  }

  #bad(reason: string): Error {
    return badParquet(this.#file.path, reason);
  }

  #header(end: number): ThriftStruct {
    for (let size = HEADER_FIRST; ; size *= 8) {
      const there = Math.min(size, end - this.#at);
      try {
        // A copy: the reader makes views, and strings of shared memory are awkward.
        const reader = new ThriftReader(this.#bytes(there).slice());
        const header = reader.struct();
        this.#at += reader.position;
        return header;
      } catch (error) {
        if (!(error instanceof ThriftError)) throw error;
        if (there < size || size >= HEADER_MAX) {
          throw this.#bad(`a page header is damaged: ${error.message}`);
        }
      }
    }
  }

  /** The bytes from the current offset on, in the window. */
  #bytes(count: number): Uint8Array {
    if (this.#at < this.#windowStart || this.#at + count > this.#windowEnd) {
      const end = this.#chunk.start + this.#chunk.bytes;
      const wanted = Math.min(Math.max(count, WINDOW_BYTES), end - this.#at);
      const target = this.#region.bytes(this.#window.bytes(wanted + SLACK), wanted);
      if (this.#file.read(target, this.#at) < wanted) throw this.#bad('it is cut');
      this.#windowStart = this.#at;
      this.#windowEnd = this.#at + wanted;
    }
    const address = this.#window.bytes(0) + (this.#at - this.#windowStart);
    return this.#region.bytes(address, count);
  }

  #pageOf(type: number, header: ThriftStruct, body: Uint8Array, size: number): Page | null {
    const v1 = structField(header, 5);
    const v2 = structField(header, 8);
    const dictionary = structField(header, 7);
    if (type === DICTIONARY_PAGE && dictionary !== null) {
      const data = this.#unfold(body, size, true);
      const values = this.#count(dictionary, size);
      const none = { repetition: null, definition: null };
      return { kind: 'dictionary', values, encoding: intField(dictionary, 2) ?? 0, ...none, data };
    }
    if (type === DATA_PAGE && v1 !== null) return this.#pageV1(v1, this.#unfold(body, size, true));
    if (type === DATA_PAGE_V2 && v2 !== null) return this.#pageV2(v2, body, size);
    return null;
  }

  /** The number of values, which cannot be more than the chunk has. */
  #count(header: ThriftStruct, size: number): number {
    const values = intField(header, 1) ?? -1;
    if (values < 0 || values > Math.max(this.#chunk.values, size * 8)) {
      throw this.#bad('a page has a wrong number of values');
    }
    return values;
  }

  #pageV1(header: ThriftStruct, bytes: Bytes): Page {
    let { start } = bytes;
    const levels = (most: number, encoding: number | null): Bytes | null => {
      if (most === 0) return null;
      if (encoding !== Encoding.RLE) throw notImplemented('Bit-packed levels of old Parquet files');
      const length = bytes.end - start >= 4 ? this.#word(start) : -1;
      const found = { start: start + 4, end: start + 4 + length };
      if (length < 0 || found.end > bytes.end) throw this.#bad('levels of a page are cut');
      start = found.end;
      return found;
    };
    const repetition = levels(this.#levels.repetition, intField(header, 4));
    const definition = levels(this.#levels.definition, intField(header, 3));
    const values = Math.min(this.#count(header, 0), this.#valuesLeft);
    const encoding = intField(header, 2) ?? 0;
    return {
      kind: 'data',
      values,
      encoding,
      repetition,
      definition,
      data: { start, end: bytes.end },
    };
  }

  #pageV2(header: ThriftStruct, body: Uint8Array, size: number): Page {
    const definitionBytes = intField(header, 5) ?? 0;
    const repetitionBytes = intField(header, 6) ?? 0;
    const levelBytes = definitionBytes + repetitionBytes;
    if (definitionBytes < 0 || repetitionBytes < 0 || levelBytes > Math.min(size, body.length)) {
      throw this.#bad('levels of a page are cut');
    }
    const packed = header.get(7) !== false;
    const data = this.#unfold(body.subarray(levelBytes), size - levelBytes, packed, levelBytes);
    const start = data.start - levelBytes;
    this.#region.bytes(start, levelBytes).set(body.subarray(0, levelBytes));
    const values = Math.min(this.#count(header, 0), this.#valuesLeft);
    const middle = start + repetitionBytes;
    return {
      kind: 'data',
      values,
      encoding: intField(header, 4) ?? 0,
      repetition: this.#levels.repetition === 0 ? null : { start, end: middle },
      definition: this.#levels.definition === 0 ? null : { start: middle, end: data.start },
      data,
    };
  }

  /** Unfolds a page behind room for `before` bytes. */
  #unfold(body: Uint8Array, size: number, packed: boolean, before = 0): Bytes {
    const start = this.#page.bytes(before + size + SLACK) + before;
    const codec = packed ? this.#chunk.codec : 0;
    // A page of no bytes may be stored as nothing at all.
    const empty = size === 0 && body.length === 0;
    if (!empty && !decompress(codec, body, start, size, this.#region)) {
      throw this.#bad('a page cannot be decompressed');
    }
    return { start, end: start + size };
  }

  #word(address: number): number {
    const bytes = this.#region.bytes(address, 4);
    return bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24);
  }
}
