import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import type { BinaryColumn } from '../column.ts';
import { encodeVariant } from '../variant.ts';
import { BinaryBuilder } from './binary.ts';
import type { ColumnBuilder } from './builder.ts';

/** Builds columns of VARIANT: binary strings that encode the values. */
export class VariantBuilder implements ColumnBuilder {
  readonly #binary: BinaryBuilder;

  constructor(type: DataType, region: Region, capacity?: number) {
    this.#binary = new BinaryBuilder(type, region, capacity);
  }

  get length(): number {
    return this.#binary.length;
  }

  append(value: unknown): void {
    this.#binary.append(value === null ? null : encodeVariant(value));
  }

  finish(): BinaryColumn {
    return this.#binary.finish();
  }

  reset(): void {
    this.#binary.reset();
  }
}
