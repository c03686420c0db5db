import type { Schema } from '../types/schema.ts';
import { row as rowType } from '../types/types.ts';
import type { Region } from './arena/region.ts';
import { type Batch, batchOf } from './batch.ts';
import type { ColumnBuilder } from './builders/builder.ts';
import { builderFor } from './builders/builder-for.ts';
import { inRow, type ToInternal, toInternal } from './to-internal.ts';

/** Collects the rows that a user gives, objects by column name or arrays, into batches. */
export class RowWriter {
  readonly #schema: Schema;
  readonly #read: ToInternal;
  readonly #builders: readonly ColumnBuilder[];
  #length = 0;

  /** `capacity` is the number of rows to make room for at once. Errors: ResourceError. */
  constructor(schema: Schema, region: Region, capacity?: number) {
    this.#schema = schema;
    this.#read = toInternal({ ...rowType(schema.fields), nullable: false }, '');
    this.#builders = schema.fields.map((f) => builderFor(f.type, region, capacity));
  }

  /** Rows appended since the start or the last `reset`. */
  get length(): number {
    return this.#length;
  }

  /** Appends a row. Errors: ValidationError INVALID_VALUE, naming column, value and row. */
  append(row: unknown): void {
    let values: readonly unknown[];
    try {
      // A ROW that is NOT NULL is read as the array of its fields.
      values = this.#read(row) as readonly unknown[];
    } catch (error) {
      throw inRow(error, row, this.#length + 1);
    }
    for (let i = 0; i < this.#builders.length; i++) this.#builders[i]!.append(values[i]);
    this.#length++;
  }

  /** The rows appended so far; valid until `reset` and as long as the region. */
  finish(): Batch {
    const columns = this.#builders.map((builder) => builder.finish());
    return batchOf(this.#schema, columns, this.#length);
  }

  /** Starts over; batches made before are void. */
  reset(): void {
    this.#length = 0;
    for (const builder of this.#builders) builder.reset();
  }
}
