import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import { StructColumn } from '../column.ts';
import { type ColumnBuilder, ValidityBuilder } from './builder.ts';

/** Builds ROW columns: one builder a field. */
export class StructBuilder implements ColumnBuilder {
  readonly #type: DataType;
  readonly #children: readonly ColumnBuilder[];
  readonly #validity: ValidityBuilder;
  #length = 0;

  constructor(type: DataType, region: Region, children: readonly ColumnBuilder[]) {
    this.#type = type;
    this.#children = children;
    this.#validity = new ValidityBuilder(region);
  }

  get length(): number {
    return this.#length;
  }

  append(value: unknown): void {
    // The internal value of a ROW is the array of its fields' values.
    const fields = value as readonly unknown[] | null;
    for (let i = 0; i < this.#children.length; i++) {
      this.#children[i]!.append(fields === null ? null : fields[i]);
    }
    if (fields === null) this.#validity.appendNull(this.#length);
    else this.#validity.appendValid(this.#length);
    this.#length++;
  }

  finish(): StructColumn {
    return new StructColumn(
      this.#type,
      this.#length,
      this.#children.map((child) => child.finish()),
      this.#validity.finish(this.#length),
      this.#validity.nullCount,
    );
  }

  reset(): void {
    this.#length = 0;
    this.#validity.reset();
    for (const child of this.#children) child.reset();
  }
}
