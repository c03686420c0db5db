import { type Column, NullColumn } from '../../columnar/column.ts';
import type { DataType } from '../../types/data-type.ts';
import type { FieldDecoder } from './decoders.ts';
import type { FieldList } from './fields.ts';

/** A column that a file does not have: NULL in every row. */
export class MissingDecoder implements FieldDecoder {
  readonly #type: DataType;

  constructor(type: DataType) {
    this.#type = type;
  }

  decode(list: FieldList): Column {
    return new NullColumn(this.#type, list.rows);
  }
}
