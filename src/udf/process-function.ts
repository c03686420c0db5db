import { requireOptions } from '../common/arguments.ts';
import { readable } from '../common/thrown.ts';
import type { ProcessArgument, ProcessSpec, StateSpec } from '../functions/process.ts';
import { type DataType, type TypeOfKind, withNullable } from '../types/data-type.ts';
import { field } from '../types/schema.ts';
import { row } from '../types/types.ts';
import type { FunctionContext } from './function-context.ts';
import type { CommonOptions } from './options.ts';
import type { OnTimerContext, ProcessContext, StateTypes } from './process-context.ts';
import type { ModuleReference } from './reference.ts';
import { resultRow } from './result-row.ts';
import type { SqlValue } from './sql-values.ts';
import { isType } from './type-inference.ts';
import { invalidOptions, nameOf, UserFunction } from './user-function.ts';

/** An argument of a process table function: the type of a value, or a table. */
export type ProcessArgumentType =
  | DataType
  | { readonly type: DataType; readonly optional?: boolean }
  | TableArgumentType;

/** A table as an argument of a process table function. */
export interface TableArgumentType {
  /**
   * `set`: the rows with the same PARTITION BY columns belong together and have states and timers;
   * `row`: each row is by itself.
   */
  readonly table: 'set' | 'row';
  /** The columns that are read, by name. Default: all that the table of a call has. */
  readonly columns?: Readonly<Record<string, DataType>>;
  /** Whether PARTITION BY may be left out: all rows are then one set. Default: false. */
  readonly optionalPartitionBy?: boolean;
  /** Gives all columns of the table before those of the function. Default: those of PARTITION BY. */
  readonly passColumnsThrough?: boolean;
}

/** The arguments of a process table function by name, in their order. */
export type ProcessArgumentTypes = Readonly<Record<string, ProcessArgumentType>>;

/** The arguments as `eval` gets them: of several tables, all but the row's own are null. */
export type ProcessArguments<A extends ProcessArgumentTypes> = {
  readonly [K in keyof A]: ArgumentValue<A[K]>;
};

type ArgumentValue<A extends ProcessArgumentType> = A extends DataType
  ? SqlValue<A>
  : A extends { readonly type: infer T extends DataType }
    ? SqlValue<T>
    : A extends { readonly columns: infer C extends Readonly<Record<string, DataType>> }
      ? { readonly [K in keyof C]: SqlValue<C[K]> }
      : Readonly<Record<string, unknown>>;

/** Options of `ptf`. */
export interface ProcessOptions<
  A extends ProcessArgumentTypes = ProcessArgumentTypes,
  S extends StateTypes = StateTypes,
> extends Omit<CommonOptions, 'inputTypes' | 'argumentNames'> {
  readonly arguments: A;
  /** What is kept for each partition. */
  readonly state?: S;
  /** The types of the columns that the function makes; a ROW has names of its own. */
  readonly resultTypes: readonly DataType[] | DataType;
  readonly resultNames?: readonly string[];
}

const OPTIONS: readonly string[] = [
  'arguments',
  'state',
  'resultTypes',
  'resultNames',
  'deterministic',
  'name',
  'captures',
  'execution',
  'isolation',
  'permissions',
] satisfies readonly (keyof ProcessOptions)[];

const TABLE_OPTIONS: readonly string[] = [
  'table',
  'columns',
  'optionalPartitionBy',
  'passColumnsThrough',
] satisfies readonly (keyof TableArgumentType)[];

/** An object, or an instance of a class, of which a process table function is made. */
export interface ProcessTarget<
  A extends ProcessArgumentTypes = ProcessArgumentTypes,
  S extends StateTypes = StateTypes,
> {
  /** Called once before the first row. */
  open?(context: FunctionContext): void | Promise<void>;
  /** Called at the end, also after a failure. */
  close?(): void | Promise<void>;
  /** Called for each row of each table; returns the rows that it makes, if any. */
  eval(context: ProcessContext<S>, args: ProcessArguments<A>): unknown;
  /** Called when a timer's time has come. */
  onTimer?(context: OnTimerContext<S>): unknown;
}

/**
 * Makes a process table function: of tables, row after row, with states and timers for each
 * partition. Errors: ValidationError UDF_OPTIONS, INVALID_ARGUMENT.
 */
export function ptf<const A extends ProcessArgumentTypes, const S extends StateTypes>(
  target: ProcessTarget<A, S> | ModuleReference | (new () => ProcessTarget<A, S>),
  options: ProcessOptions<A, S>,
): UserFunction {
  return readable('a function', () => processFunction(target, options));
}

function processFunction(target: unknown, options: ProcessOptions): UserFunction {
  requireOptions('a function', options, OPTIONS);
  const { arguments: declared, state, resultTypes, resultNames, ...rest } = options;
  const name = rest.name ?? nameOf(target);
  const process = processSpec(name, {
    declared,
    state,
    resultTypes,
    resultNames: resultNames ?? [],
  });
  const known = { ...rest, resultType: process.result };
  return new UserFunction('process', target, known, target, process);
}

interface Declared {
  readonly declared: unknown;
  readonly state: unknown;
  readonly resultTypes: unknown;
  readonly resultNames: readonly string[];
}

/** What the options say. Callers without types get an answer too: UDF_OPTIONS. */
function processSpec(name: string, options: Declared): ProcessSpec {
  const { declared, state = {}, resultTypes, resultNames } = options;
  if (!isRecord(declared)) {
    throw invalidOptions(name, "arguments must be an object such as { input: { table: 'set' } }");
  }
  if (!isRecord(state)) throw invalidOptions(name, 'state must be an object of states by name');
  const list = Object.entries(declared).map(([key, type]) => argumentOf(name, key, type));
  const tables = list.filter((argument) => argument.kind === 'table');
  if (tables.length === 0) throw invalidOptions(name, 'one of its arguments must be a table');
  const rowTable = tables.find(({ semantics }) => semantics === 'row');
  if (rowTable !== undefined && tables.length > 1) {
    throw invalidOptions(name, 'several tables must have set semantics');
  }
  if (rowTable !== undefined && Object.keys(state).length > 0) {
    throw invalidOptions(name, `rows of '${rowTable.name}' are by themselves and have no state`);
  }
  if (tables.length > 1 && tables.some(({ passColumnsThrough }) => passColumnsThrough)) {
    throw invalidOptions(name, 'columns pass through where there is one table');
  }
  const states = Object.entries(state).map(([key, type]) => [key, stateOf(name, key, type)]);
  return {
    arguments: list,
    state: Object.fromEntries(states),
    result: resultRow(name, resultTypes, resultNames),
  };
}

function argumentOf(name: string, argument: string, given: unknown): ProcessArgument {
  if (RESERVED.has(argument.toLowerCase())) {
    throw invalidOptions(name, `every call has an argument '${argument}' of its own`);
  }
  if (isType(given)) return { kind: 'scalar', name: argument, type: given, optional: false };
  if (isRecord(given) && isType(given['type'])) {
    const { type, optional } = given;
    return { kind: 'scalar', name: argument, type, optional: optional === true };
  }
  if (isRecord(given) && (given['table'] === 'set' || given['table'] === 'row')) {
    requireOptions(`the argument '${argument}'`, given, TABLE_OPTIONS);
    const columns = columnsOf(name, argument, given['columns']);
    return {
      kind: 'table',
      name: argument,
      semantics: given['table'],
      optionalPartitionBy: given['optionalPartitionBy'] === true,
      passColumnsThrough: given['passColumnsThrough'] === true,
      columns,
    };
  }
  const reason = `'${argument}' must be a DataTypes value, { type, optional } or { table: 'set' or 'row' }`;
  throw invalidOptions(name, reason);
}

function columnsOf(name: string, argument: string, given: unknown): TypeOfKind<'ROW'> | null {
  if (given === undefined) return null;
  const columns = isRecord(given) ? Object.entries(given) : [];
  if (columns.length === 0 || !columns.every(([, type]) => isType(type))) {
    throw invalidOptions(name, `the columns of '${argument}' must be DataTypes values by name`);
  }
  // Checked by the lines above.
  return row(columns.map(([column, type]) => field(column, type as DataType)));
}

/** The arguments that every process table function has. */
const RESERVED: ReadonlySet<string> = new Set(['on_time', 'uid']);

function stateOf(name: string, state: string, given: unknown): StateSpec {
  const { value, list, map } = (given ?? {}) as Partial<Record<string, unknown>>;
  if (isType(value)) return { kind: 'value', type: withNullable(value, true) };
  if (isType(list)) return { kind: 'list', element: list };
  if (Array.isArray(map) && isType(map[0]) && isType(map[1])) {
    return { kind: 'map', key: map[0], value: map[1] };
  }
  const reason = `the state '${state}' must be { value: type }, { list: type } or { map: [key, value] }`;
  throw invalidOptions(name, reason);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isType(value);
}
