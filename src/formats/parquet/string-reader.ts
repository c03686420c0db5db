import type { Region } from '../../columnar/arena/region.ts';
import { BinaryColumn, type Column, DictionaryColumn } from '../../columnar/column.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import { GrowingBytes, TextRepair } from './leaf-buffers.ts';
import { type LeafInput, LeafReader } from './leaf-reader.ts';
import type { Page } from './page-reader.ts';

/** A column whose dictionary has more entries is read as plain strings. */
const DICTIONARY_MAX = 16_384;
/** Bytes that kernels write behind what they are asked for. */
const SLACK = 32;

/** Reads strings: as codes where the file has a dictionary, else plainly. */
export class StringReader extends LeafReader {
  readonly #codes: Scratch;
  readonly #offsets: Scratch;
  readonly #bytes: GrowingBytes;
  readonly #end: number;
  readonly #repair: TextRepair;
  #dictionary: BinaryColumn | null = null;
  readonly #dictionaryMemory: [Scratch, Scratch];
  /** Whether the rows so far are codes; otherwise strings that end at `#used`. */
  #isCoded = true;
  #used = 0;

  constructor(input: LeafInput, region: Region) {
    super(input, region);
    this.#codes = new Scratch(region);
    this.#offsets = new Scratch(region);
    this.#bytes = new GrowingBytes(region);
    this.#end = region.alloc(4);
    this.#repair = new TextRepair(region);
    this.#dictionaryMemory = [new Scratch(region), new Scratch(region)];
  }

  override free(): void {
    super.free();
    for (const scratch of [this.#codes, this.#offsets, ...this.#dictionaryMemory]) scratch.free();
    this.#bytes.free();
    this.region.free(this.#end);
  }

  protected override dictionary({ data, values }: Page): void {
    const { size } = this.input.leaf;
    const length = data.end - data.start;
    if (values > length) throw this.bad('a dictionary is cut');
    const [offsetMemory, byteMemory] = this.#dictionaryMemory;
    const offsets = offsetMemory.bytes((values + 1) * 4);
    const bytes = byteMemory.bytes(length + SLACK);
    this.region.int32(offsets, 1)[0] = 0;
    let used = values * size;
    if (size === 0) {
      used = this.kernels.plainStrings(data.start, data.end, values, offsets, bytes, 0, this.#end);
      if (used < 0) throw this.bad('a dictionary is cut');
    } else {
      if (used > length) throw this.bad('a dictionary is cut');
      this.kernels.fixedOffsets(values, size, offsets, 0);
      this.region.bytes(bytes, used).set(this.region.bytes(data.start, used));
    }
    this.#dictionary = this.#repair.checked(
      new BinaryColumn(
        this.input.type,
        values,
        this.region.int32(offsets, values + 1),
        this.region.bytes(bytes, used),
        null,
        0,
      ),
    );
  }

  protected override begin(rows: number): void {
    this.#codes.bytes(rows * 4 + SLACK);
    const offsets = this.#offsets.bytes((rows + 1) * 4 + SLACK);
    this.region.int32(offsets, 1)[0] = 0;
    this.#used = 0;
    const dictionary = this.#dictionary;
    this.#isCoded = dictionary !== null && dictionary.length <= DICTIONARY_MAX;
  }

  protected override decode(done: number, count: number, valid: number, bitmap: number): void {
    const { values, kernels } = this;
    const codes = this.#codes.bytes(0) + done * 4;
    if (values.from === 'indexes') {
      const entries = this.#dictionary?.length ?? 0;
      if (kernels.rleCodes(this.decoder.runs, entries, codes, valid) < 0) {
        throw this.bad('indexes of a page are damaged');
      }
      if (!this.#isCoded) this.#gather(codes, done, valid);
      else if (valid < count) kernels.spread(4, codes, count, valid, bitmap, done);
    } else {
      if (this.#isCoded) this.#uncode(done);
      this.#decodeStrings(done, valid);
    }
    if (!this.#isCoded && valid < count) {
      kernels.spreadOffsets(this.#offsets.bytes(0) + done * 4, count, valid, bitmap, done);
    }
  }

  protected override finish(rows: number, validity: Uint8Array | null, nulls: number): Column {
    const { region } = this;
    const { type } = this.input;
    if (this.#isCoded && this.#dictionary !== null && (this.#dictionary.length > 0 || rows === 0)) {
      const codes = region.int32(this.#codes.bytes(0), rows);
      return new DictionaryColumn(type, rows, codes, this.#dictionary, validity, nulls);
    }
    if (this.#isCoded) this.#uncode(rows);
    const offsets = region.int32(this.#offsets.bytes(0), rows + 1);
    const bytes = region.bytes(this.#bytes.ensure(SLACK, 0), this.#used);
    return this.#repair.checked(new BinaryColumn(type, rows, offsets, bytes, validity, nulls));
  }

  /** The codes so far become strings: the column has plain ones too. */
  #uncode(rows: number): void {
    this.#isCoded = false;
    this.#gather(this.#codes.bytes(0), 0, rows);
  }

  #gather(codes: number, done: number, count: number): void {
    const dictionary = this.#dictionary;
    const offsets = this.#offsets.bytes(0) + done * 4;
    if (dictionary === null || dictionary.length === 0) {
      // All of them are NULL.
      this.region.int32(offsets, count + 1).fill(this.#used);
      return;
    }
    const from = dictionary.offsets.byteOffset;
    const more = Number(this.kernels.codesBytes(codes, count, from));
    const bytes = this.#room(more);
    const source = dictionary.bytes.byteOffset;
    this.#used = this.kernels.gatherStrings(codes, count, from, source, offsets, bytes, this.#used);
  }

  #decodeStrings(done: number, valid: number): void {
    const { values, kernels } = this;
    const { size } = this.input.leaf;
    const offsets = this.#offsets.bytes(0) + done * 4;
    if (values.from === 'strings') {
      if (valid > values.count - values.next) throw this.bad('values of a page are cut');
      this.#copyStrings(values.offsets, values.bytes, values.next, valid, offsets);
      values.next += valid;
      return;
    }
    if (values.from !== 'plain') throw this.bad('a column of strings has booleans');
    if (size > 0) {
      const at = this.takePlain(values, valid);
      const to = this.#room(valid * size) + this.#used;
      this.region.bytes(to, valid * size).set(this.region.bytes(at, valid * size));
      kernels.fixedOffsets(valid, size, offsets, this.#used);
      this.#used += valid * size;
      return;
    }
    const bytes = this.#room(Math.max(0, values.end - values.at));
    const used = kernels.plainStrings(
      values.at,
      values.end,
      valid,
      offsets,
      bytes,
      this.#used,
      this.#end,
    );
    if (used < 0) throw this.bad('strings of a page are cut');
    this.#used = used;
    values.at = new Uint32Array(this.region.arena.buffer, this.#end, 1)[0]!;
  }

  /** Copies strings that were decoded as a whole. */
  #copyStrings(from: number, bytes: number, next: number, count: number, offsets: number): void {
    const source = this.region.int32(from + next * 4, count + 1);
    const start = source[0]!;
    const length = source[count]! - start;
    const to = this.#room(length);
    this.region.bytes(to + this.#used, length).set(this.region.bytes(bytes + start, length));
    const target = this.region.int32(offsets, count + 1);
    for (let i = 1; i <= count; i++) target[i] = source[i]! - start + this.#used;
    this.#used += length;
  }

  /** Room for so many bytes more. */
  #room(bytes: number): number {
    return this.#bytes.ensure(this.#used + bytes + SLACK, this.#used);
  }
}
