import type { DataType } from '../../types/data-type.ts';
import { NullColumn } from '../column.ts';
import type { ColumnBuilder } from './builder.ts';

/** Builds columns of the type NULL. */
export class NullBuilder implements ColumnBuilder {
  readonly #type: DataType;
  #length = 0;

  constructor(type: DataType) {
    this.#type = type;
  }

  get length(): number {
    return this.#length;
  }

  append(_value: unknown): void {
    this.#length++;
  }

  finish(): NullColumn {
    return new NullColumn(this.#type, this.#length);
  }

  reset(): void {
    this.#length = 0;
  }
}
