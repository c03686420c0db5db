import { type DataType, type Field, sameType } from './data-type.ts';

/** The columns of a batch, a plan node or a table, in order. Names may repeat inside a plan. */
export interface Schema {
  readonly fields: readonly Field[];
}

/** Makes a field. */
export function field(name: string, type: DataType, comment: string | null = null): Field {
  return { name, type, comment };
}

/** Makes a schema of the given fields. */
export function schemaOf(fields: readonly Field[]): Schema {
  return { fields };
}

/** The schema without columns: what a query without FROM reads. */
export const EMPTY_SCHEMA: Schema = { fields: [] };

/** The index of the first column with this name (case-sensitive), or null if there is none. */
export function columnIndex(schema: Schema, name: string): number | null {
  const index = schema.fields.findIndex((f) => f.name === name);
  return index < 0 ? null : index;
}

/** The schema of some columns of `schema`, by index. */
export function projectSchema(schema: Schema, columns: readonly number[]): Schema {
  return { fields: columns.map((i) => schema.fields[i]!) };
}

/** Whether two schemas have columns of the same names and types. */
export function sameColumns(a: Schema, b: Schema): boolean {
  return (
    a.fields.length === b.fields.length &&
    a.fields.every((f, i) => {
      const other = b.fields[i]!;
      return f.name === other.name && sameType(f.type, other.type);
    })
  );
}

/** The columns of `left` followed by those of `right`. */
export function concatSchemas(left: Schema, right: Schema): Schema {
  return { fields: [...left.fields, ...right.fields] };
}
