import { invalidArgument } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import { type DataType, withNullable } from '../types/data-type.ts';
import { isBinary, isCharacter } from '../types/families.ts';
import { printType } from '../types/print.ts';
import type { Schema } from '../types/schema.ts';
import type { SqlValue } from '../udf/sql-values.ts';

/** The columns that a program expects of a result, by name. */
export type ExpectedColumns = Readonly<Record<string, DataType>>;

/** A row of these columns. */
export type ExpectedRow<C extends ExpectedColumns> = { -readonly [K in keyof C]: SqlValue<C[K]> };

/** Whether an argument is a schema, not options: types by name. */
export function isExpectedColumns(given: object | undefined): given is ExpectedColumns {
  const values: unknown[] = given === undefined || given === null ? [] : Object.values(given);
  return (
    values.length > 0 &&
    values.every(
      (value) =>
        typeof value === 'object' && value !== null && 'kind' in value && 'nullable' in value,
    )
  );
}

/**
 * Checks that a result has just these columns, in any order, with values of these types: lengths
 * and precisions do not matter to values, NULL does.
 * Errors: ValidationError RESULT_SCHEMA.
 */
export function checkColumns({ fields }: Schema, expected: ExpectedColumns): void {
  const names = new Set(fields.map(({ name }) => name));
  for (const [name, type] of Object.entries(expected)) {
    if (typeof type?.kind !== 'string')
      throw invalidArgument(`The type of '${name}'`, 'a DataType', type);
    const field = fields.find((one) => one.name === name);
    if (field === undefined)
      throw differs(`it has no column '${name}', but ${listed(fields.map((one) => one.name))}`);
    if (!gives(field.type, type)) {
      throw differs(`'${name}' is ${printType(field.type)}, not ${printType(type)}`);
    }
    names.delete(name);
  }
  if (names.size > 0) throw differs(`it also has ${listed([...names])}`);
}

/** Whether values of one type are what the other one says. */
function gives(type: DataType, expected: DataType): boolean {
  if (type.nullable && !expected.nullable) return false;
  if (isCharacter(type) && isCharacter(expected)) return true;
  if (isBinary(type) && isBinary(expected)) return true;
  if (type.kind !== expected.kind) return false;
  const nested = type.kind === 'ARRAY' || type.kind === 'MAP' || type.kind === 'MULTISET';
  if (!nested && type.kind !== 'ROW') return true;
  return printType(withNullable(type, true)) === printType(withNullable(expected, true));
}

const listed = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

const differs = (reason: string): Error => validationError('RESULT_SCHEMA', { reason });
