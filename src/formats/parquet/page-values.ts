import type { Region } from '../../columnar/arena/region.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import { notImplemented } from '../../common/errors.ts';
import { type ParquetKernels, parquetKernels } from './kernels.ts';
import type { LeafType } from './leaf-type.ts';
import { badParquet, Physical } from './metadata.ts';
import { Encoding, type Page } from './page-reader.ts';

/**
 * Where the values of a data page are read from: plain ones at an address, indexes or booleans
 * from a run decoder, or strings that were decoded as a whole.
 */
export type PageValues =
  | { readonly from: 'plain'; at: number; readonly end: number }
  /** Plain booleans: the next bit. */
  | { readonly from: 'bits'; readonly start: number; bit: number; readonly bits: number }
  | { readonly from: 'runs' }
  | { readonly from: 'indexes' }
  | {
      readonly from: 'strings';
      readonly offsets: number;
      readonly bytes: number;
      next: number;
      readonly count: number;
    };

/** Bytes of the state of a run decoder. */
export const RUN_STATE_BYTES = 32;
/** Values of a page that are decoded as a whole, and bytes of its strings. */
const WHOLE_VALUES_MAX = 1 << 24;
const WHOLE_BYTES_MAX = 1 << 29;
const SLACK = 16;

/** Begins to read the values of pages of one column. */
export class PageDecoder {
  readonly #leaf: LeafType;
  readonly #region: Region;
  readonly #kernels: ParquetKernels;
  readonly #path: string;
  readonly #values: Scratch;
  readonly #lengths: Scratch;
  readonly #offsets: Scratch;
  readonly #bytes: Scratch;
  readonly #out: number;
  /** The run decoder of values: valid while a page reads from runs or indexes. */
  readonly runs: number;

  constructor(leaf: LeafType, region: Region, path: string) {
    this.#leaf = leaf;
    this.#region = region;
    this.#kernels = parquetKernels(region);
    this.#path = path;
    this.#values = new Scratch(region);
    this.#lengths = new Scratch(region);
    this.#offsets = new Scratch(region);
    this.#bytes = new Scratch(region);
    this.#out = region.alloc(8);
    this.runs = region.alloc(RUN_STATE_BYTES);
  }

  /** Gives the memory back. */
  free(): void {
    for (const scratch of [this.#values, this.#lengths, this.#offsets, this.#bytes]) scratch.free();
    this.#region.free(this.#out);
    this.#region.free(this.runs);
  }

  /** Starts a page whose valid values are `values` at most. Errors: TableRuntimeError BAD_FILE. */
  start({ encoding, data, values }: Page): PageValues {
    const isBool = this.#leaf.physical === Physical.BOOLEAN;
    switch (encoding) {
      case Encoding.PLAIN:
        if (!isBool) return { from: 'plain', at: data.start, end: data.end };
        return { from: 'bits', start: data.start, bit: 0, bits: (data.end - data.start) * 8 };
      case Encoding.PLAIN_DICTIONARY:
      case Encoding.RLE_DICTIONARY: {
        // A page of NULLs alone may have no bytes.
        const width = data.start < data.end ? this.#byte(data.start) : 0;
        if (width > 32) throw this.#bad('indexes are too wide');
        this.#kernels.rleStart(this.runs, data.start + 1, data.end, width);
        return { from: 'indexes' };
      }
      case Encoding.RLE:
        if (!isBool) break;
        this.#kernels.rleStart(this.runs, data.start + 4, data.end, 1);
        return { from: 'runs' };
      case Encoding.BYTE_STREAM_SPLIT:
        return this.#streams(data.start, data.end);
      case Encoding.DELTA_BINARY_PACKED: {
        const { address, count } = this.#deltas(data.start, data.end, values, this.#values);
        if (this.#leaf.physical === Physical.INT64) {
          return { from: 'plain', at: address, end: address + count * 8 };
        }
        this.#kernels.narrowValues(address, count);
        return { from: 'plain', at: address, end: address + count * 4 };
      }
      case Encoding.DELTA_LENGTH_BYTE_ARRAY:
        return this.#lengthStrings(data.start, data.end, values);
      case Encoding.DELTA_BYTE_ARRAY:
        return this.#prefixedStrings(data.start, data.end, values);
      default:
        break;
    }
    throw notImplemented(`The Parquet encoding ${encoding}`);
  }

  #bad(reason: string): Error {
    return badParquet(this.#path, reason);
  }

  #byte(address: number): number {
    return this.#region.bytes(address, 1)[0]!;
  }

  #streams(start: number, end: number): PageValues {
    const { size } = this.#leaf;
    if (size === 0) throw this.#bad('strings cannot be split into streams');
    const count = Math.floor((end - start) / size);
    const at = this.#values.bytes(count * size + SLACK);
    this.#kernels.joinStreams(start, size, count, at);
    return { from: 'plain', at, end: at + count * size };
  }

  /** Decodes differences to 64-bit integers; `next` is the address behind them. */
  #deltas(start: number, end: number, values: number, scratch: Scratch) {
    const most = Math.min(values, WHOLE_VALUES_MAX);
    const address = scratch.bytes(most * 8 + SLACK);
    const count = this.#kernels.unpackDeltas(start, end, most, address, this.#out);
    if (count < 0) throw this.#bad('differences of a page are damaged');
    return { address, count, next: new Uint32Array(this.#region.arena.buffer, this.#out, 1)[0]! };
  }

  #lengthStrings(start: number, end: number, values: number): PageValues {
    const { address, count, next } = this.#deltas(start, end, values, this.#lengths);
    const offsets = this.#offsets.bytes((count + 1) * 4);
    const used = this.#kernels.lengthsToOffsets(address, count, end - next, offsets);
    if (used < 0) throw this.#bad('lengths of strings are damaged');
    return { from: 'strings', offsets, bytes: next, next: 0, count };
  }

  #prefixedStrings(start: number, end: number, values: number): PageValues {
    const prefixes = this.#deltas(start, end, values, this.#values);
    const suffixes = this.#deltas(prefixes.next, end, values, this.#lengths);
    const { count } = prefixes;
    const kernels = this.#kernels;
    const offsets = this.#offsets.bytes((count + 1) * 4);
    const there = end - suffixes.next;
    const used =
      suffixes.count === count &&
      kernels.lengthsToOffsets(suffixes.address, count, there, offsets) >= 0
        ? kernels.prefixedBytes(prefixes.address, suffixes.address, count, WHOLE_BYTES_MAX)
        : -1;
    if (used < 0) throw this.#bad('prefixes of strings are damaged');
    const bytes = this.#bytes.bytes(used + SLACK);
    kernels.joinPrefixed(prefixes.address, suffixes.address, suffixes.next, count, offsets, bytes);
    return { from: 'strings', offsets, bytes, next: 0, count };
  }
}
