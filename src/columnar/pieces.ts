import { assert } from '../common/assert.ts';
import { notImplemented } from '../common/errors.ts';
import { ALL_VALID, allocBitmap, allocBytes, allocInt32, type Validity } from './allocate.ts';
import type { Region } from './arena/region.ts';
import type { Batch } from './batch.ts';
import {
  BinaryColumn,
  BoolColumn,
  type Column,
  DictionaryColumn,
  FixedColumn,
  NullColumn,
} from './column.ts';
import { concatColumns, decodeDictionary } from './concat.ts';
import { addressOf, type Kernel, type KernelLibrary, kernelsFor } from './kernels/library.ts';
import { take } from './take.ts';
import { storageOf, viewOf } from './values.ts';

/** References are 31 bits: -1 is none. */
const REF_BITS = 31;

/**
 * Rows of several batches that stay where they are. A reference to one has the number of its batch
 * in the high bits, and the row in the low ones.
 */
export class Pieces {
  readonly batches: readonly Batch[];
  /** Bits of a reference that are the row's. */
  readonly shift: number;
  readonly #region: Region;
  readonly #columns = new Map<number, PiecedColumn>();

  /** The batches have no selections. Tables of addresses lie in `region`. */
  constructor(batches: readonly Batch[], region: Region) {
    this.batches = batches;
    this.shift = refShift(batches);
    this.#region = region;
  }

  /** Whether every row can have a reference. */
  static fit(batches: readonly { readonly length: number }[]): boolean {
    return batches.length <= 2 ** (REF_BITS - refShift(batches));
  }

  /** The rows of some references, in memory of `region`. Errors: ResourceError MEMORY_LIMIT. */
  take(refs: Int32Array, region: Region): Batch {
    const { schema } = this.batches[0]!;
    const columns = schema.fields.map((_, i) => this.takeColumn(i, refs, region));
    return { schema, length: refs.length, columns, rowKinds: null, selection: null };
  }

  /** The same of one column; dictionaries come out as their values. */
  takeColumn(column: number, refs: Int32Array, region: Region): Column {
    let pieced = this.#columns.get(column);
    if (pieced === undefined) {
      const parts = this.batches.map(({ columns }) => columns[column]!);
      pieced = new PiecedColumn(parts, this.shift, this.#region);
      this.#columns.set(column, pieced);
    }
    return pieced.take(refs, region);
  }
}

/** One column of several batches. */
class PiecedColumn {
  readonly #parts: readonly Column[];
  readonly #shift: number;
  readonly #region: Region;
  readonly #hasNulls: boolean;
  /** Takes rows as the parts are laid out. */
  readonly #takeRows: (refs: Int32Array, region: Region) => Column;
  readonly #tables = new Map<string, number>();

  constructor(parts: readonly Column[], shift: number, region: Region) {
    this.#parts = parts;
    this.#shift = shift;
    this.#region = region;
    this.#hasNulls = parts.some(({ nullCount }) => nullCount > 0);
    this.#takeRows = this.#taker(parts);
  }

  take(refs: Int32Array, region: Region): Column {
    return this.#takeRows(refs, region);
  }

  #taker(parts: readonly Column[]): (refs: Int32Array, region: Region) => Column {
    if (every(parts, NullColumn)) return (refs) => new NullColumn(parts[0]!.type, refs.length);
    if (every(parts, FixedColumn)) return (refs, region) => this.#takeFixed(parts, refs, region);
    if (every(parts, BoolColumn)) return (refs, region) => this.#takeBits(parts, refs, region);
    if (every(parts, BinaryColumn)) {
      return (refs, region) =>
        this.#takeStrings(parts, refs, this.#shift, this.#validity(refs, region), region);
    }
    const coded = every(parts, DictionaryColumn) ? parts : [];
    const values = coded.map(({ dictionary }) => dictionary);
    const shift = refShift(values);
    if (coded.length > 0 && every(values, BinaryColumn) && Pieces.fit(values)) {
      return (refs, region) => this.#takeCoded(coded, values, shift, refs, region);
    }
    return (refs, region) => this.#takePartByPart(refs, region);
  }

  #takeFixed(parts: readonly FixedColumn[], refs: Int32Array, region: Region): Column {
    const { type, width } = parts[0]!;
    const rows = refs.length;
    const { validity, nullCount } = this.#validity(refs, region);
    const address = region.alloc(rows * width);
    const bases = this.#table('values', (i) => addressOf(parts[i]!.values));
    gatherFor(
      kernelsFor(region.arena),
      width,
    )(...[bases, this.#shift, refs.byteOffset, rows, address]);
    const storage = storageOf(type);
    assert(storage !== null, 'a fixed-width type');
    const values = viewOf(region.arena.buffer, storage, address, rows);
    return new FixedColumn(type, rows, values, width, validity, nullCount);
  }

  #takeBits(parts: readonly BoolColumn[], refs: Int32Array, region: Region): Column {
    const rows = refs.length;
    const { validity, nullCount } = this.#validity(refs, region);
    const bits = allocBitmap(region, rows, 0);
    const bases = this.#table('bits', (i) => addressOf(parts[i]!.bits));
    const kernels = kernelsFor(region.arena);
    kernels.gatherPieceBits(bases, this.#shift, refs.byteOffset, rows, bits.byteOffset);
    return new BoolColumn(parts[0]!.type, rows, bits, validity, nullCount);
  }

  /** Takes strings of `parts`, which are those of the column or of its dictionaries. */
  #takeStrings(
    parts: readonly BinaryColumn[],
    refs: Int32Array,
    shift: number,
    { validity, nullCount }: Validity,
    region: Region,
  ): Column {
    const kernels = kernelsFor(region.arena);
    const rows = refs.length;
    const at = refs.byteOffset;
    const from = this.#table('offsets', (i) => addressOf(parts[i]!.offsets));
    const bases = this.#table('bytes', (i) => addressOf(parts[i]!.bytes));
    const offsets = allocInt32(region, rows + 1);
    const size = kernels.gatherPieceOffsets(from, shift, at, rows, offsets.byteOffset);
    if (size < 0) throw notImplemented('A batch with more than 2 GiB of strings');
    const bytes = allocBytes(region, size);
    kernels.gatherPieceBytes(
      ...[from, bases, shift, at, rows, offsets.byteOffset, bytes.byteOffset],
    );
    return new BinaryColumn(this.#parts[0]!.type, rows, offsets, bytes, validity, nullCount);
  }

  #takeCoded(
    parts: readonly DictionaryColumn[],
    values: readonly BinaryColumn[],
    shift: number,
    refs: Int32Array,
    region: Region,
  ): Column {
    const codes = this.#table('codes', (i) => addressOf(parts[i]!.codes));
    const valid = this.#validityTable();
    using scratch = region.child();
    const valueRefs = allocInt32(scratch, refs.length);
    const kernels = kernelsFor(region.arena);
    kernels.pieceCodes(
      ...[codes, valid, this.#shift, refs.byteOffset, refs.length, shift, valueRefs.byteOffset],
    );
    const validity = this.#validity(refs, region);
    return this.#takeStrings(values, valueRefs, shift, validity, region);
  }

  /** Takes values of other layouts: those of each part together, then puts them in order. */
  #takePartByPart(refs: Int32Array, region: Region): Column {
    using scratch = region.child();
    const byPart = new Map<number, number[]>();
    for (const [i, ref] of refs.entries()) {
      const part = ref >>> this.#shift;
      const places = byPart.get(part);
      if (places === undefined) byPart.set(part, [i]);
      else places.push(i);
    }
    const taken: Column[] = [];
    const places = allocInt32(scratch, refs.length);
    let at = 0;
    for (const [part, some] of byPart) {
      const rows = allocInt32(scratch, some.length);
      for (const [k, place] of some.entries()) {
        rows[k] = refs[place]! & (2 ** this.#shift - 1);
        places[place] = at++;
      }
      taken.push(decodeDictionary(take(this.#parts[part]!, rows, scratch), scratch));
    }
    return take(concatColumns(taken, scratch), places, region);
  }

  #validity(refs: Int32Array, region: Region): Validity {
    if (!this.#hasNulls) return ALL_VALID;
    const rows = refs.length;
    const validity = allocBitmap(region, rows, 0);
    const kernels = kernelsFor(region.arena);
    const at = validity.byteOffset;
    const table = this.#validityTable();
    const valid = kernels.gatherPieceBits(table, this.#shift, refs.byteOffset, rows, at);
    return valid === rows ? ALL_VALID : { validity, nullCount: rows - valid };
  }

  #validityTable(): number {
    return this.#table('validity', (i) => {
      const { nullCount, validity } = this.#parts[i]!;
      return nullCount === 0 ? 0 : addressOf(validity);
    });
  }

  /** The address of a table of addresses, one a part. */
  #table(name: string, addressOfPart: (part: number) => number): number {
    const made = this.#tables.get(name);
    if (made !== undefined) return made;
    const table = allocInt32(this.#region, this.#parts.length);
    for (let i = 0; i < table.length; i++) table[i] = addressOfPart(i);
    this.#tables.set(name, table.byteOffset);
    return table.byteOffset;
  }
}

/** Bits of a reference that are the row's: enough for the longest of several batches. */
export function refShift(batches: readonly { readonly length: number }[]): number {
  const longest = batches.reduce((most, { length }) => Math.max(most, length), 1);
  return Math.ceil(Math.log2(longest));
}

function every<T extends Column>(
  parts: readonly Column[],
  layout: new (...args: never[]) => T,
): parts is readonly T[] {
  return parts.every((part) => part instanceof layout);
}

function gatherFor(library: KernelLibrary, width: number): Kernel {
  switch (width) {
    case 1:
      return library.gatherPieces1;
    case 2:
      return library.gatherPieces2;
    case 4:
      return library.gatherPieces4;
    case 16:
      return library.gatherPieces16;
    default:
      return library.gatherPieces8;
  }
}
