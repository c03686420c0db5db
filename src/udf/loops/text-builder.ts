import type { Region } from '../../columnar/arena/region.ts';
import { type ColumnBuilder, ValidityBuilder } from '../../columnar/builders/builder.ts';
import { BinaryColumn } from '../../columnar/column.ts';
import type { TypeOfKind } from '../../types/data-type.ts';
import { CHUNK_ROWS } from './chunks.ts';
import { StringEncoder } from './strings.ts';

/** Builds a column of strings, which are encoded by chunks. */
export class TextBuilder implements ColumnBuilder {
  readonly type: TypeOfKind<'VARCHAR' | 'CHAR'>;
  readonly #region: Region;
  readonly #rows: number;
  readonly #chunk = new Array<string>(CHUNK_ROWS);
  #encoder: StringEncoder;
  #validity: ValidityBuilder;
  #inChunk = 0;
  #length = 0;

  /** `rows` is how many are expected. */
  constructor(type: TypeOfKind<'VARCHAR' | 'CHAR'>, region: Region, rows: number) {
    this.type = type;
    this.#region = region;
    this.#rows = rows;
    this.#encoder = new StringEncoder(region, rows);
    this.#validity = new ValidityBuilder(region);
  }

  get length(): number {
    return this.#length;
  }

  append(value: unknown): void {
    if (value === null) this.#validity.appendNull(this.#length);
    else this.#validity.appendValid(this.#length);
    // Internal values of texts are strings.
    this.#chunk[this.#inChunk++] = (value ?? '') as string;
    this.#length++;
    if (this.#inChunk === CHUNK_ROWS) this.#encode();
  }

  finish(): BinaryColumn {
    if (this.#inChunk > 0) this.#encode();
    const { offsets, bytes } = this.#encoder.finish();
    const { nullCount } = this.#validity;
    const validity = this.#validity.finish(this.#length);
    return new BinaryColumn(this.type, this.#length, offsets, bytes, validity, nullCount);
  }

  reset(): void {
    this.#encoder = new StringEncoder(this.#region, this.#rows);
    this.#validity.reset();
    this.#inChunk = 0;
    this.#length = 0;
  }

  #encode(): void {
    this.#encoder.append(this.#chunk, this.#inChunk);
    this.#inChunk = 0;
  }
}
