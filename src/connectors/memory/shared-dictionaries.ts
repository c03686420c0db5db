import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import { MORSEL_ROWS } from '../../columnar/batch.ts';
import { type BinaryColumn, type Column, DictionaryColumn } from '../../columnar/column.ts';
import { dictionaryOf } from '../../columnar/kernels/dictionary-encoder.ts';
import { IdTable } from '../../columnar/kernels/id-table.ts';
import { addressOf, kernelsFor } from '../../columnar/kernels/library.ts';
import { copyValidity } from '../../columnar/narrow-copy.ts';

/** A dictionary that grows with the values of each chunk stays small, or every chunk has its own. */
const VALUES_MAX = 256;
/**
 * The same of their bytes: each dictionary that has one value more is a copy, a quarter of the codes
 * of a chunk at the most.
 */
const BYTES_MAX = MORSEL_ROWS;

/** The values that a column had in the chunks so far: their ids in the table are their codes. */
interface Known {
  readonly table: IdTable;
  readonly dictionary: BinaryColumn;
}

/**
 * Gives the chunks of one writer the same dictionary where a column has few values: what a
 * statement has found out about values, like the groups of rows, then holds for the next chunks too.
 */
export class SharedDictionaries {
  readonly #region: Region;
  readonly #storage: Region;
  /** By column; null: it has too many values. */
  readonly #known = new Map<number, Known | null>();

  /** Copies lie in `storage`; what is needed to make them lies in memory of `region`. */
  constructor(region: Region, storage: Region) {
    this.#region = region.child();
    this.#storage = storage;
  }

  /** Gives back what was needed to make the copies. */
  dispose(): void {
    this.#region.dispose();
  }

  /**
   * A copy of column `index` of a chunk, with the dictionary of the chunks before it if that has all
   * values; null when chunks have dictionaries of their own. Errors: ResourceError MEMORY_LIMIT.
   */
  copy(column: Column, index: number): DictionaryColumn | null {
    if (column.layout !== 'dictionary') return null;
    const { type, length, nullCount, dictionary } = column;
    if (dictionary.layout !== 'binary' || dictionary.length === 0) return null;
    const known = dictionary.nullCount === 0 ? this.#with(dictionary, index) : null;
    if (known === null) return null;
    const codes = allocInt32(this.#storage, length);
    const { mapCodes } = kernelsFor(this.#storage.arena);
    const [from, map] = [addressOf(column.codes), addressOf(known.codes)];
    mapCodes(from, 0, 0, length, map, 0, -1, addressOf(codes));
    this.#region.free(map);
    const validity = copyValidity(column, this.#storage);
    return new DictionaryColumn(type, length, codes, known.dictionary, validity, nullCount);
  }

  /** The dictionary with the values of another one, and their codes in it; null: they are too many. */
  #with(
    values: BinaryColumn,
    index: number,
  ): { readonly dictionary: BinaryColumn; readonly codes: Int32Array } | null {
    const before = this.#known.get(index);
    if (before === null) return null;
    const table = before?.table ?? IdTable.create(this.#region, 'strings');
    const { offsets, bytes, length: count } = values;
    const codes = allocInt32(this.#region, count);
    const isSmall = count <= VALUES_MAX && bytes.length <= BYTES_MAX;
    if (isSmall) {
      const source = { values: addressOf(bytes), width: 0, offsets, validity: 0, selection: null };
      table.ids({ ...source, count }, codes, 0);
    }
    if (!isSmall || table.count > VALUES_MAX || bytesOf(table, this.#region) > BYTES_MAX) {
      table.free();
      this.#region.free(addressOf(codes));
      this.#known.set(index, null);
      return null;
    }
    const isSame = before?.dictionary.length === table.count;
    const dictionary = isSame ? before.dictionary : dictionaryOf(table, values.type, this.#storage);
    this.#known.set(index, { table, dictionary });
    return { dictionary, codes };
  }
}

/** The bytes of the strings of a table. */
function bytesOf({ count, keys }: IdTable, region: Region): number {
  return region.int32(keys, count + 1)[count]!;
}
