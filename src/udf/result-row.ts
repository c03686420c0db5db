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
  if (names.length > 0 && names.length !== types.length) {
    const count = `resultNames has ${names.length} names for ${types.length} columns`;
    throw invalidOptions(name, count);
  }
  const twice = names.find((column, i) => names.indexOf(column) < i);
  if (twice !== undefined) throw invalidOptions(name, `resultNames has '${twice}' twice`);
  const columns: readonly DataType[] = types;
  return row(columns.map((type, i) => ({ name: names[i] ?? `f${i}`, type, comment: null })));
}
