import { type Batch, rowCount } from '../../columnar/batch.ts';
import { isValid } from '../../columnar/bitmap.ts';
import type { BinaryColumn, Column, FixedColumn } from '../../columnar/column.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import { notImplemented } from '../../common/errors.ts';
import type { TaskContext } from '../operator.ts';

/** Parts the rows of batches by a hash of their keys: equal keys come to the same part. */
export class Partitioner {
  readonly #keys: readonly number[];
  readonly #partitions: number;
  readonly #rows: readonly Scratch[];
  #hashes = new Int32Array(0);

  constructor(keys: readonly number[], partitions: number, ctx: TaskContext) {
    const region = ctx.region.child();
    this.#keys = keys;
    this.#partitions = partitions;
    this.#rows = Array.from({ length: partitions }, () => new Scratch(region));
  }

  /** One batch a partition, with a selection: borrowed until the next call. */
  partition(batch: Batch): readonly Batch[] {
    if (this.#hashes.length < batch.length) this.#hashes = new Int32Array(batch.length);
    this.#hashes.fill(0, 0, batch.length);
    for (const key of this.#keys) hashColumn(batch.columns[key]!, this.#hashes);
    const count = rowCount(batch);
    const parts = this.#rows.map((scratch) => scratch.int32(count));
    const lengths = parts.map(() => 0);
    distribute(batch.selection, count, this.#hashes, this.#partitions, parts, lengths);
    return parts.map((rows, i) => ({ ...batch, selection: rows.subarray(0, lengths[i]) }));
  }
}

function distribute(
  selection: Int32Array | null,
  count: number,
  hashes: Int32Array,
  partitions: number,
  parts: readonly Int32Array[],
  lengths: number[],
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i]!;
    // The high bits: the low ones of a product depend on few bits of the key.
    const part = (hashes[row]! >>> 8) % partitions;
    parts[part]![lengths[part]!++] = row;
  }
}

/** Mixes the values of a column into the hashes of its rows. NULL is a value like others. */
function hashColumn(column: Column, hashes: Int32Array): void {
  switch (column.layout) {
    case 'null':
      for (let row = 0; row < column.length; row++) hashes[row] = mix(hashes[row]!, 0);
      return;
    case 'bool':
      for (let row = 0; row < column.length; row++) {
        const valid = isValid(column.validity, row);
        hashes[row] = mix(hashes[row]!, valid ? 1 + Number(isValid(column.bits, row)) : 0);
      }
      return;
    case 'fixed':
      hashFixed(column, hashes);
      return;
    case 'binary':
      for (let row = 0; row < column.length; row++) {
        const hash = isValid(column.validity, row) ? bytesHash(column, row) : 0;
        hashes[row] = mix(hashes[row]!, hash);
      }
      return;
    case 'dictionary': {
      // A value hashes alike with and without a dictionary.
      const values = new Int32Array(column.dictionary.length);
      plainHashes(column.dictionary, values);
      for (let row = 0; row < column.length; row++) {
        const valid = isValid(column.validity, row);
        hashes[row] = mix(hashes[row]!, valid ? values[column.codes[row]!]! : 0);
      }
      return;
    }
    default:
      throw notImplemented(`Grouping by ${column.type.kind}`);
  }
}

function hashFixed(column: FixedColumn, hashes: Int32Array): void {
  const values = new Int32Array(column.length);
  plainHashes(column, values);
  for (let row = 0; row < column.length; row++) {
    hashes[row] = mix(hashes[row]!, isValid(column.validity, row) ? values[row]! : 0);
  }
}

/** The hash of each value by itself; what NULL rows get does not matter. */
function plainHashes(column: Column, out: Int32Array): void {
  if (column.layout === 'binary') {
    for (let row = 0; row < column.length; row++) out[row] = bytesHash(column, row);
    return;
  }
  if (column.layout !== 'fixed') throw notImplemented(`Grouping by ${column.type.kind}`);
  const { values, width, type } = column;
  if (type.kind === 'FLOAT' || type.kind === 'DOUBLE') {
    hashFloats(values as Float32Array | Float64Array, out);
    return;
  }
  if (width < 8) {
    for (let row = 0; row < column.length; row++) out[row] = mix(0, values[row] as number);
    return;
  }
  const words = new Int32Array(values.buffer, values.byteOffset, column.length * (width / 4));
  const step = width / 4;
  for (let row = 0; row < column.length; row++) {
    let hash = 0;
    for (let word = row * step; word < (row + 1) * step; word++) hash = mix(hash, words[word]!);
    out[row] = hash;
  }
}

/** Zero and minus zero are one value, and so are all NaNs. */
function hashFloats(values: Float32Array | Float64Array, out: Int32Array): void {
  const number = new Float64Array(1);
  const words = new Int32Array(number.buffer);
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    number[0] = value === 0 ? 0 : Number.isNaN(value) ? Number.NaN : value;
    out[row] = mix(mix(0, words[0]!), words[1]!);
  }
}

function bytesHash({ offsets, bytes }: BinaryColumn, row: number): number {
  let hash = 1;
  for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
    hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  }
  return hash;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul((hash ^ word) + 0x5bd1e995, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
