import type { Region } from '../../columnar/arena/region.ts';
import { BoolColumn, type Column, FixedColumn } from '../../columnar/column.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import { storageOf, storageWidth, viewOf } from '../../columnar/values.ts';
import { BatchBitmap } from './leaf-buffers.ts';
import { type LeafInput, LeafReader } from './leaf-reader.ts';
import type { Page } from './page-reader.ts';

/** Bytes that kernels write behind what they are asked for. */
const SLACK = 32;

/** Reads numbers, dates and times. */
export class FixedReader extends LeafReader {
  readonly #conversion: number;
  readonly #width: number;
  readonly #out: Scratch;
  readonly #dictionary: Scratch;
  #entries = 0;

  constructor(input: LeafInput, conversion: number, region: Region) {
    super(input, region);
    this.#conversion = conversion;
    this.#width = storageWidth(storageOf(input.type) ?? 'i64');
    this.#out = new Scratch(region);
    this.#dictionary = new Scratch(region);
  }

  override free(): void {
    super.free();
    this.#out.free();
    this.#dictionary.free();
  }

  protected override dictionary({ data, values }: Page): void {
    const { size } = this.input.leaf;
    if (values * size > data.end - data.start) throw this.bad('a dictionary is cut');
    const address = this.#dictionary.bytes(values * this.#width + SLACK);
    this.kernels.convertValues(this.#conversion, data.start, size, values, address);
    this.#entries = values;
  }

  protected override begin(rows: number): void {
    this.#out.bytes(rows * this.#width + SLACK);
  }

  protected override decode(done: number, count: number, valid: number, bitmap: number): void {
    const { values, kernels } = this;
    const width = this.#width;
    const out = this.#out.bytes(0) + done * width;
    if (values.from === 'plain') {
      const at = this.takePlain(values, valid);
      kernels.convertValues(this.#conversion, at, this.input.leaf.size, valid, out);
    } else {
      if (values.from !== 'indexes') throw this.bad('a column of numbers has other values');
      const dictionary = this.#dictionary.bytes(0);
      const runs = this.decoder.runs;
      if (kernels.rleGather(runs, dictionary, this.#entries, width, out, valid) < 0) {
        throw this.bad('indexes of a page are damaged');
      }
    }
    if (valid < count) kernels.spread(width, out, count, valid, bitmap, done);
  }

  protected override finish(rows: number, validity: Uint8Array | null, nulls: number): Column {
    const { type } = this.input;
    const storage = storageOf(type) ?? 'i64';
    const values = viewOf(this.region.arena.buffer, storage, this.#out.bytes(0), rows);
    return new FixedColumn(type, rows, values, this.#width, validity, nulls);
  }
}

/** Reads booleans. */
export class BoolReader extends LeafReader {
  readonly #bits: BatchBitmap;
  readonly #numbers: Scratch;

  constructor(input: LeafInput, region: Region) {
    super(input, region);
    this.#bits = new BatchBitmap(region);
    this.#numbers = new Scratch(region);
  }

  override free(): void {
    super.free();
    this.#bits.free();
    this.#numbers.free();
  }

  protected override dictionary(): void {
    throw this.bad('a column of booleans has a dictionary');
  }

  protected override begin(rows: number): void {
    this.#bits.clear(rows);
  }

  protected override decode(done: number, count: number, valid: number, bitmap: number): void {
    const { values, kernels } = this;
    const numbers = this.#numbers.bytes(count * 4);
    if (values.from === 'bits') {
      if (valid > values.bits - values.bit) throw this.bad('values of a page are cut');
      kernels.unpackBits(values.start, values.bit, valid, numbers);
      values.bit += valid;
    } else if (values.from !== 'runs' || kernels.rleDecode(this.decoder.runs, numbers, valid) < 0) {
      throw this.bad('values of a page are damaged');
    }
    if (valid < count) kernels.spread(4, numbers, count, valid, bitmap, done);
    kernels.packBits(numbers, count, this.#bits.address, done);
  }

  protected override finish(rows: number, validity: Uint8Array | null, nulls: number): Column {
    return new BoolColumn(this.input.type, rows, this.#bits.view(rows), validity, nulls);
  }
}
