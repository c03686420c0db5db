import type { DataType, TypeOfKind } from '../types/data-type.ts';
import { row } from '../types/types.ts';
import { rowTypeOf } from './row-reader.ts';
import { isType } from './type-inference.ts';
import { invalidOptions } from './user-function.ts';

/** The ROW of the columns that a function makes. Errors: ValidationError UDF_OPTIONS. */
export function resultRow(
  name: string,
  types: unknown,
  names: readonly string[],
): TypeOfKind<'ROW'> {
  if (isType(types)) return rowTypeOf(types, names[0]);
  if (!Array.isArray(types) || !types.every(isType)) {
    throw invalidOptions(name, 'resultTypes must be DataTypes values');
  }
  const columns: readonly DataType[] = types;
  return row(columns.map((type, i) => ({ name: names[i] ?? `f${i}`, type, comment: null })));
}
