import type { DataType, TypeOfKind } from '../types/data-type.ts';

/** An argument of a process table function: a value that is the same for all rows, or a table. */
export type ProcessArgument = ScalarArgument | TableArgument;

/** A value. */
export interface ScalarArgument {
  readonly kind: 'scalar';
  readonly name: string;
  readonly type: DataType;
  /** Whether a call may leave it out: it is then NULL. */
  readonly optional: boolean;
}

/** A table. */
export interface TableArgument {
  readonly kind: 'table';
  readonly name: string;
  /** `row`: each row is by itself; `set`: the rows with the same keys belong together. */
  readonly semantics: 'row' | 'set';
  /** Whether a set may be the whole table. */
  readonly optionalPartitionBy: boolean;
  /** Whether all columns of the table stand before those of the function, in place of the keys. */
  readonly passColumnsThrough: boolean;
  /** The columns that the function reads, by name; null: all that the table has. */
  readonly columns: TypeOfKind<'ROW'> | null;
}

/** One state of a partition. */
export type StateSpec =
  | { readonly kind: 'value'; readonly type: DataType }
  | { readonly kind: 'list'; readonly element: DataType }
  | { readonly kind: 'map'; readonly key: DataType; readonly value: DataType };

/** What a process table function takes, keeps and gives. */
export interface ProcessSpec {
  readonly arguments: readonly ProcessArgument[];
  readonly state: Readonly<Record<string, StateSpec>>;
  /** The columns that the function makes. */
  readonly result: TypeOfKind<'ROW'>;
}

/** The tables among the arguments. */
export function tablesOf(spec: ProcessSpec): readonly TableArgument[] {
  return spec.arguments.filter((argument) => argument.kind === 'table');
}

/** The values among the arguments. */
export function scalarsOf(spec: ProcessSpec): readonly ScalarArgument[] {
  return spec.arguments.filter((argument) => argument.kind === 'scalar');
}
