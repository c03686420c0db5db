import { showValue } from '../columnar/show-value.ts';
import { udfError } from '../common/errors.ts';
import type { DataType } from '../types/data-type.ts';
import { copiedRow } from './copied-row.ts';
import { udfBadResult } from './errors.ts';
import { type ResultConverter, resultConverter } from './loops/results.ts';
import { rowReader } from './row-reader.ts';
import { valueKey } from './value-key.ts';

/** The rows of a function that gives changes: those that were collected and not retracted. */
export class RowCollector {
  readonly #name: string;
  readonly #type: DataType;
  readonly #toRow: (given: unknown) => unknown;
  readonly #convert: ResultConverter;
  readonly #rows: unknown[] = [];
  /** Which of the rows are taken back. */
  readonly #retracted = new Set<number>();
  /** The places of the rows by their value, once one is taken back. */
  #places: Map<unknown, number[]> | null = null;

  constructor(name: string, type: DataType) {
    this.#name = name;
    this.#type = type;
    this.#toRow = rowReader(type);
    this.#convert = resultConverter(type, name);
  }

  collect(row: unknown): void {
    const at = this.#rows.push(this.#toRow(copiedRow(row))) - 1;
    if (this.#places !== null) this.#note(this.#places, at);
  }

  /** Errors: UdfError UDF_RETRACT for a row that is not there. */
  retract(row: unknown): void {
    if (this.#places === null) {
      this.#places = new Map();
      for (let at = 0; at < this.#rows.length; at++) this.#note(this.#places, at);
    }
    const at = this.#places.get(this.#keyOf(this.#toRow(row)))?.pop();
    if (at === undefined) {
      const params = { name: this.#name, row: showValue(row) };
      throw udfError('UDF_RETRACT', params, { functionName: this.#name });
    }
    this.#retracted.add(at);
  }

  /** Those that are left, in the order in which they were collected. */
  rows(): readonly unknown[] {
    return this.#rows.filter((_, at) => !this.#retracted.has(at));
  }

  #note(places: Map<unknown, number[]>, at: number): void {
    const key = this.#keyOf(this.#rows[at]);
    const same = places.get(key);
    if (same === undefined) places.set(key, [at]);
    else same.push(at);
  }

  /** Rows are equal by what is stored of them: a list, and an object of the same values. */
  #keyOf(row: unknown): unknown {
    try {
      return valueKey(this.#convert(row));
    } catch (cause) {
      throw udfBadResult(this.#name, this.#type, { result: row, cause, root: 'row' }, []);
    }
  }
}
