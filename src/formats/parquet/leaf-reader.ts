import type { Region } from '../../columnar/arena/region.ts';
import type { Column } from '../../columnar/column.ts';
import type { DataType } from '../../types/data-type.ts';
import type { InputFile } from '../input-file.ts';
import { type ParquetKernels, parquetKernels } from './kernels.ts';
import { BatchBitmap } from './leaf-buffers.ts';
import type { LeafType } from './leaf-type.ts';
import { badParquet, type ColumnChunk } from './metadata.ts';
import { type LevelBounds, type Page, PageReader } from './page-reader.ts';
import { PageDecoder, type PageValues, RUN_STATE_BYTES } from './page-values.ts';

/** What a leaf reader reads. */
export interface LeafInput {
  readonly file: InputFile;
  readonly chunk: ColumnChunk;
  readonly levels: LevelBounds;
  readonly leaf: LeafType;
  /** The type of the columns: stored as the leaf's. */
  readonly type: DataType;
}

/** Reads one column chunk; what it returns is valid until it is asked again. */
export abstract class LeafReader {
  protected readonly input: LeafInput;
  protected readonly region: Region;
  protected readonly kernels: ParquetKernels;
  protected readonly decoder: PageDecoder;
  protected values: PageValues = { from: 'plain', at: 0, end: 0 };
  readonly #pages: PageReader;
  readonly #validity: BatchBitmap;
  /** The run decoders of levels. */
  readonly #definition: number;
  readonly #repetition: number;
  /** Values of the page that are not read yet, NULLs included. */
  #left = 0;

  constructor(input: LeafInput, region: Region) {
    this.input = input;
    this.region = region;
    this.kernels = parquetKernels(region);
    this.decoder = new PageDecoder(input.leaf, region, input.file.path);
    this.#pages = new PageReader(input.file, input.chunk, input.levels, region);
    this.#validity = new BatchBitmap(region);
    this.#definition = region.alloc(RUN_STATE_BYTES);
    this.#repetition = region.alloc(RUN_STATE_BYTES);
  }

  /** The file that is read, for messages. */
  get path(): string {
    return this.input.file.path;
  }

  /** The next rows of a column without lists. Errors: TableRuntimeError BAD_FILE. */
  read(rows: number): Column {
    const most = this.input.levels.definition;
    if (most > 0) this.#validity.clear(rows);
    // The dictionary, which decides how strings are kept, comes with the first page.
    if (rows > 0) this.#available();
    this.begin(rows);
    let nulls = 0;
    for (let done = 0; done < rows; ) {
      const count = Math.min(rows - done, this.#available());
      const valid =
        most === 0
          ? count
          : this.kernels.rleValidity(this.#definition, count, most, this.#validity.address, done);
      if (valid < 0) throw this.bad('levels of a page are damaged');
      this.decode(done, count, valid, this.#validity.address);
      nulls += count - valid;
      this.#left -= count;
      done += count;
    }
    return this.finish(rows, nulls === 0 ? null : this.#validity.view(rows), nulls);
  }

  /** Passes over rows of a column without lists: pages that lie before are not unfolded. */
  skip(rows: number, batchRows: number): void {
    let left = rows;
    while (left > 0) {
      if (this.#left === 0) {
        left -= this.#pages.skip(left);
        if (left === 0) return;
      }
      const count = Math.min(left, batchRows, this.#available());
      this.read(count);
      left -= count;
    }
  }

  /**
   * The next entries of a column with lists or groups, up to the end of a page: levels, and the
   * valid values. Null at the end.
   */
  readEntries(): LeafEntries | null {
    const count = this.#left > 0 || this.#nextPage() ? this.#left : 0;
    if (count === 0) return null;
    const { definition, repetition } = this.input.levels;
    const definitions = this.#levels(this.#definition, definition, count);
    const repetitions = this.#levels(this.#repetition, repetition, count);
    let valid = 0;
    for (let i = 0; i < count; i++) if (definitions[i] === definition) valid++;
    this.begin(valid);
    this.decode(0, valid, valid, 0);
    const column = this.finish(valid, null, 0);
    this.#left = 0;
    return { definitions, repetitions, column };
  }

  /** Gives all memory back; columns that were read are void. */
  free(): void {
    this.#pages.free();
    this.decoder.free();
    this.#validity.free();
    this.region.free(this.#definition);
    this.region.free(this.#repetition);
  }

  protected bad(reason: string): Error {
    return badParquet(this.input.file.path, reason);
  }

  /** Takes in a dictionary of plain values. */
  protected abstract dictionary(page: Page): void;
  /** Starts a column of so many rows. */
  protected abstract begin(rows: number): void;
  /** Reads `valid` values into the rows from `done` on, of which `count` are to be filled. */
  protected abstract decode(done: number, count: number, valid: number, bitmap: number): void;
  /** The column of the rows since `begin`. */
  protected abstract finish(rows: number, validity: Uint8Array | null, nulls: number): Column;

  /** The address of `valid` plain values of the leaf's size, which are then read. */
  protected takePlain(values: PageValues & { from: 'plain' }, valid: number): number {
    const at = values.at;
    const bytes = valid * this.input.leaf.size;
    if (bytes > values.end - at) throw this.bad('values of a page are cut');
    values.at += bytes;
    return at;
  }

  #available(): number {
    while (this.#left === 0) if (!this.#nextPage()) throw this.bad('a column has too few values');
    return this.#left;
  }

  #nextPage(): boolean {
    for (let page = this.#pages.next(); page !== null; page = this.#pages.next()) {
      if (page.kind === 'dictionary') {
        this.dictionary(page);
        continue;
      }
      this.#startLevels(this.#definition, page.definition, this.input.levels.definition);
      this.#startLevels(this.#repetition, page.repetition, this.input.levels.repetition);
      this.values = this.decoder.start(page);
      this.#left = page.values;
      if (page.values > 0) return true;
    }
    return false;
  }

  #startLevels(state: number, bytes: Page['definition'], most: number): void {
    if (bytes === null) return;
    this.kernels.rleStart(state, bytes.start, bytes.end, 32 - Math.clz32(most));
  }

  #levels(state: number, most: number, count: number): Int32Array {
    const levels = new Int32Array(count);
    if (most === 0) return levels;
    const address = this.region.alloc(count * 4);
    try {
      if (this.kernels.rleDecode(state, address, count) < 0) {
        throw this.bad('levels of a page are damaged');
      }
      levels.set(this.region.int32(address, count));
    } finally {
      this.region.free(address);
    }
    if (levels.some((level) => level > most)) throw this.bad('levels of a page are too high');
    return levels;
  }
}

/** Entries of a column with lists or groups. */
export interface LeafEntries {
  readonly definitions: Int32Array;
  readonly repetitions: Int32Array;
  /** The values of the entries with the highest definition level; valid until the next ones. */
  readonly column: Column;
}
