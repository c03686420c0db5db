import { assert } from '../../common/assert.ts';
import type { Region } from '../arena/region.ts';
import type { Column } from '../column.ts';
import { Form } from './key-parts.ts';
import { addressOf, gatherFor, type KernelLibrary, kernelsFor } from './library.ts';
import { isNested, nestedTexts } from './nested-keys.ts';
import { Scratch } from './scratch.ts';

/** The rows of each part: `starts[part]` to `starts[part + 1]` of `rows`. */
export interface Parts {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/**
 * Parts rows by a hash of their keys: equal keys come to the same part, in every batch and on every
 * thread, with and without a dictionary. NULL is a value like others.
 */
export class KeyPartitioner {
  readonly #region: Region;
  readonly #kernels: KernelLibrary;
  readonly #parts: number;
  readonly #seed: number;
  readonly #hashes: Scratch;
  readonly #values: Scratch;
  readonly #result: Scratch;

  /** With another `seed`, rows of one part go to different ones. */
  constructor(parts: number, region: Region, seed = 0) {
    this.#region = region;
    this.#seed = seed;
    this.#kernels = kernelsFor(region.arena);
    this.#parts = parts;
    this.#hashes = new Scratch(region);
    this.#values = new Scratch(region);
    this.#result = new Scratch(region);
  }

  /**
   * The rows that count, by parts, each part in their order; in the arena, and reused by the next
   * call. `rows` is the length of the columns. Errors: ResourceError MEMORY_LIMIT.
   */
  partition(keys: readonly Column[], rows: number, selection: Int32Array | null): Parts {
    const count = selection?.length ?? rows;
    const hashes = this.#hashes.bytes(count * 4);
    if (this.#seed !== 0) this.#region.int32(hashes, count).fill(this.#seed);
    keys.forEach((column, i) => {
      this.#hash(column, selection, count, i === 0 && this.#seed === 0 ? 1 : 0, hashes);
    });
    const memory = this.#result.int32(this.#parts + 1 + count);
    const starts = memory.subarray(0, this.#parts + 1);
    const taken = memory.subarray(this.#parts + 1);
    this.#kernels.partition(
      hashes,
      addressOf(selection),
      count,
      this.#parts,
      addressOf(starts),
      addressOf(taken),
    );
    return { starts, rows: taken };
  }

  /** Gives the memory back to the region. */
  free(): void {
    for (const scratch of [this.#hashes, this.#values, this.#result]) scratch.free();
  }

  #hash(
    column: Column,
    selection: Int32Array | null,
    count: number,
    first: number,
    out: number,
  ): void {
    const kernels = this.#kernels;
    const at = addressOf(selection);
    const validity = column.nullCount === 0 ? 0 : addressOf(column.validity);
    switch (column.layout) {
      case 'null': {
        const zeros = this.#values.bytes(column.length);
        this.#region.clear(zeros, column.length);
        kernels.hashFixed(zeros, 1, Form.plain, zeros, at, count, first, out);
        return;
      }
      case 'bool':
        kernels.hashFixed(addressOf(column.bits), 1, Form.bits, validity, at, count, first, out);
        return;
      case 'fixed': {
        const form = formOf(column.type.kind);
        const values = addressOf(column.values);
        kernels.hashFixed(values, column.width, form, validity, at, count, first, out);
        return;
      }
      case 'binary': {
        const bytes = addressOf(column.bytes);
        kernels.hashStrings(addressOf(column.offsets), bytes, validity, at, count, first, out);
        return;
      }
      case 'dictionary': {
        const { dictionary } = column;
        if (dictionary.layout === 'fixed') {
          this.#hashFixedDictionary(column, selection, count, first, out);
          return;
        }
        assert(dictionary.layout === 'binary', 'a dictionary of strings or numbers');
        const values = this.#values.bytes(dictionary.length * 4);
        const bytes = addressOf(dictionary.bytes);
        kernels.hashValues(addressOf(dictionary.offsets), bytes, dictionary.length, values);
        kernels.hashCodes(addressOf(column.codes), values, validity, at, count, first, out);
        return;
      }
      default: {
        assert(isNested(column.type), 'lists and structs are nested');
        using scratch = this.#region.child();
        this.#hash(nestedTexts(column, selection, scratch), selection, count, first, out);
      }
    }
  }

  /** Numbers behind codes are brought to the rows first. */
  #hashFixedDictionary(
    column: Extract<Column, { layout: 'dictionary' }>,
    selection: Int32Array | null,
    count: number,
    first: number,
    out: number,
  ): void {
    const { dictionary, codes, length, nullCount } = column;
    assert(dictionary.layout === 'fixed', 'a dictionary of numbers');
    const { width, type } = dictionary;
    const values = this.#values.bytes(length * width);
    const gather = gatherFor(this.#kernels, width);
    gather(addressOf(dictionary.values), addressOf(codes), length, values);
    const validity = nullCount === 0 ? 0 : addressOf(column.validity);
    const form = formOf(type.kind);
    const at = addressOf(selection);
    this.#kernels.hashFixed(values, width, form, validity, at, count, first, out);
  }
}

function formOf(kind: Column['type']['kind']): number {
  return kind === 'FLOAT' ? Form.float32 : kind === 'DOUBLE' ? Form.float64 : Form.plain;
}
