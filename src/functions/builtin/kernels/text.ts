import {
  ALL_VALID,
  allocBitmap,
  allocBytes,
  allocInt32,
  type Validity,
} from '../../../columnar/allocate.ts';
import type { Region } from '../../../columnar/arena/region.ts';
import { BinaryColumn, type Column, FixedColumn } from '../../../columnar/column.ts';
import { addressOf, kernelsFor } from '../../../columnar/kernels/library.ts';
import { isStringColumn, matchLike, substring } from '../../../columnar/kernels/strings.ts';
import type { Kernel, KernelSite } from '../../definition.ts';

/** Bytes that a column of strings holds at most: offsets have 32 bits. */
const BYTES_MAX = 2 ** 31 - 1;

/** Bytes behind the last one that copying may overwrite. */
const SLACK = 8;

/** What is joined: a constant in the arena, or the strings of a column. */
type Piece = Uint8Array | BinaryColumn;

/** `||` and CONCAT of strings. */
export const concatKernel: Kernel = (args, rows, { literals, result, region }) => {
  const pieces = args.map((arg, i) => pieceOf(arg, literals[i], region));
  if (pieces.includes(null)) return null;
  const parts = pieces as readonly Piece[];
  const columns = parts.filter((part) => part instanceof BinaryColumn);
  const size = parts.reduce((sum, part) => sum + sizeOf(part, rows), 0);
  if (size > BYTES_MAX || columns.length === 0) return null;
  const count = parts.length;
  const begins = allocInt32(region, rows * count);
  const ends = allocInt32(region, rows * count + 1);
  ends[0] = 0;
  for (const [i, part] of parts.entries()) {
    if (part instanceof BinaryColumn) {
      const { offsets } = part;
      const address = addressOf(part.bytes);
      for (let row = 0; row < rows; row++) {
        begins[row * count + i] = address + offsets[row]!;
        ends[row * count + i + 1] = offsets[row + 1]! - offsets[row]!;
      }
    } else {
      const address = addressOf(part);
      for (let row = 0; row < rows; row++) {
        begins[row * count + i] = address;
        ends[row * count + i + 1] = part.length;
      }
    }
  }
  for (let i = 0; i < rows * count; i++) ends[i + 1]! += ends[i]!;
  const bytes = gather(begins, ends, rows * count, region);
  const offsets = allocInt32(region, rows + 1);
  for (let row = 0; row <= rows; row++) offsets[row] = ends[row * count]!;
  region.free(addressOf(begins));
  region.free(addressOf(ends));
  const { validity, nullCount } = validWhereAll(columns, rows, region);
  return new BinaryColumn(result, rows, offsets, bytes, validity, nullCount);
};

/** One after the other, the bytes at some addresses; `ends` has where each ends in the result. */
function gather(begins: Int32Array, ends: Int32Array, count: number, region: Region): Uint8Array {
  const size = ends[count]!;
  const bytes = allocBytes(region, size + SLACK).subarray(0, size);
  const kernels = kernelsFor(region.arena);
  kernels.copyRanges(addressOf(begins), 0, count, addressOf(ends), addressOf(bytes));
  return bytes;
}

/** TRIM and the like of blanks, or of constant ASCII characters. */
export function trimKernel(shape: (site: KernelSite) => TrimShape | null): Kernel {
  return (args, rows, site) => {
    const trimmed = shape(site);
    const column = trimmed === null ? undefined : args[trimmed.text];
    if (trimmed === null || column?.layout !== 'binary') return null;
    const drops = dropped(trimmed.characters);
    if (drops === null) return null;
    return trimColumn(column, rows, drops, trimmed.side, site);
  };
}

/** What a call trims: the index of its text, the characters and the side. */
export interface TrimShape {
  readonly text: number;
  readonly characters: unknown;
  readonly side: unknown;
}

function trimColumn(
  { offsets, bytes, validity, nullCount }: BinaryColumn,
  rows: number,
  drops: Uint8Array,
  side: unknown,
  { result, region }: KernelSite,
): BinaryColumn {
  const begins = allocInt32(region, rows);
  const ends = allocInt32(region, rows + 1);
  const address = addressOf(bytes);
  let total = 0;
  ends[0] = 0;
  for (let row = 0; row < rows; row++) {
    let start = offsets[row]!;
    let end = offsets[row + 1]!;
    if (side !== 'TRAILING') while (start < end && drops[bytes[start]!] === 1) start++;
    if (side !== 'LEADING') while (end > start && drops[bytes[end - 1]!] === 1) end--;
    begins[row] = address + start;
    total += end - start;
    ends[row + 1] = total;
  }
  const out = gather(begins, ends, rows, region);
  region.free(addressOf(begins));
  return new BinaryColumn(result, rows, ends, out, validity, nullCount);
}

/** A flag for each byte; null unless the characters are ASCII. */
function dropped(characters: unknown): Uint8Array | null {
  if (typeof characters !== 'string') return null;
  const drops = new Uint8Array(256);
  for (let i = 0; i < characters.length; i++) {
    const code = characters.charCodeAt(i);
    if (code > 0x7f) return null;
    drops[code] = 1;
  }
  return drops;
}

/** REPLACE of a constant by a constant. */
export const replaceKernel: Kernel = ([column], rows, { literals, result, region }) => {
  const search = constantOf(literals[1]);
  const replacement = constantOf(literals[2]);
  if (column?.layout !== 'binary' || search === null || replacement === null) return null;
  if (search.length === 0) return null;
  const { offsets: from, bytes: source, validity, nullCount } = column;
  const found: number[] = [];
  const offsets = allocInt32(region, rows + 1);
  const longer = replacement.length - search.length;
  let total = 0;
  offsets[0] = 0;
  for (let row = 0; row < rows; row++) {
    const end = from[row + 1]!;
    total += end - from[row]!;
    let at = find(source, from[row]!, end, search);
    for (; at >= 0; at = find(source, at + search.length, end, search)) {
      found.push(at);
      total += longer;
    }
    if (total > BYTES_MAX) return null;
    offsets[row + 1] = total;
  }
  // What stands between the places is kept, across the ends of strings.
  const count = 2 * found.length + 1;
  const begins = allocInt32(region, count);
  const ends = allocInt32(region, count + 1);
  const [address, inserted] = [addressOf(source), addressOf(inArena(replacement, region))];
  let start = from[0]!;
  let end = 0;
  ends[0] = 0;
  for (const [i, at] of found.entries()) {
    begins[2 * i] = address + start;
    end += at - start;
    ends[2 * i + 1] = end;
    begins[2 * i + 1] = inserted;
    end += replacement.length;
    ends[2 * i + 2] = end;
    start = at + search.length;
  }
  begins[count - 1] = address + start;
  ends[count] = end + from[rows]! - start;
  const bytes = gather(begins, ends, count, region);
  region.free(addressOf(begins));
  region.free(addressOf(ends));
  return new BinaryColumn(result, rows, offsets, bytes, validity, nullCount);
};

/** POSITION of a constant. */
export const positionKernel: Kernel = (args, rows, { literals, types, result, region }) => {
  const needle = constantOf(literals[0]);
  const column = args[1];
  if (needle === null || needle.length === 0 || types.length > 2) return null;
  if (column?.layout !== 'binary') return null;
  const { offsets, bytes, validity, nullCount } = column;
  const positions = allocInt32(region, rows);
  for (let row = 0; row < rows; row++) {
    const start = offsets[row]!;
    const found = find(bytes, start, offsets[row + 1]!, needle);
    // Continuation bytes begin no character.
    let position = found < 0 ? 0 : 1;
    for (let i = start; i < found; i++) if ((bytes[i]! & 0xc0) !== 0x80) position++;
    positions[row] = position;
  }
  return new FixedColumn(result, rows, positions, 4, validity, nullCount);
};

/** STARTSWITH and ENDSWITH of a constant. */
export function affixKernel(kind: 'prefix' | 'suffix'): Kernel {
  return ([column], _, { literals, result, region }) => {
    const bytes = constantOf(literals[1]);
    if (column === undefined || !isStringColumn(column) || bytes === null) return null;
    return matchLike(column, { kind, bytes }, result, region);
  };
}

/** LEFT of a constant length. */
export const leftKernel: Kernel = ([column], _, { literals, result, region }) => {
  const length = literals[1];
  if (column === undefined || !isStringColumn(column)) return null;
  if (typeof length !== 'number' || length !== (length | 0)) return null;
  return substring(column, 1, Math.max(0, length), result, region);
};

function pieceOf(column: Column, literal: unknown, region: Region): Piece | null {
  if (literal === undefined) return column.layout === 'binary' ? column : null;
  const constant = constantOf(literal);
  return constant === null ? null : inArena(constant, region);
}

function inArena(constant: Uint8Array, region: Region): Uint8Array {
  const bytes = allocBytes(region, constant.length);
  bytes.set(constant);
  return bytes;
}

function sizeOf(piece: Piece, rows: number): number {
  if (!(piece instanceof BinaryColumn)) return piece.length * rows;
  return piece.offsets[rows]! - piece.offsets[0]!;
}

function constantOf(literal: unknown): Uint8Array | null {
  if (typeof literal === 'string') return new TextEncoder().encode(literal);
  return literal instanceof Uint8Array ? literal : null;
}

/** Where bytes occur in others; -1 if nowhere. */
function find(bytes: Uint8Array, from: number, to: number, needle: Uint8Array): number {
  const first = needle[0];
  const last = to - needle.length;
  for (let i = from; i <= last; i++) {
    if (bytes[i] !== first) continue;
    let matched = 1;
    while (matched < needle.length && bytes[i + matched] === needle[matched]) matched++;
    if (matched === needle.length) return i;
  }
  return -1;
}

/** Valid where all columns are. */
function validWhereAll(columns: readonly BinaryColumn[], rows: number, region: Region): Validity {
  const nullable = columns.filter((column) => column.nullCount > 0);
  const [first] = nullable;
  if (first === undefined) return ALL_VALID;
  if (nullable.length === 1) return { validity: first.validity, nullCount: first.nullCount };
  const kernels = kernelsFor(region.arena);
  const validity = allocBitmap(region, rows, 1);
  for (const column of nullable) {
    for (let i = 0; i < validity.length; i++) validity[i]! &= column.validity?.[i] ?? 0xff;
  }
  return { validity, nullCount: rows - kernels.popcount(addressOf(validity), rows) };
}
