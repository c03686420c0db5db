import { Arena } from '../columnar/arena/arena.ts';
import { Region } from '../columnar/arena/region.ts';
import { inRow, toInternal } from '../columnar/to-internal.ts';
import { invalidArgument, requireOptions } from '../common/arguments.ts';
import { assert } from '../common/assert.ts';
import { notImplemented } from '../common/errors.ts';
import { functionContext } from '../exec/operators/function-context.ts';
import { TemporaryFolder } from '../exec/temporary-folder.ts';
import type { Literal } from '../expr/expr.ts';
import type { StatementContext } from '../functions/definition.ts';
import type { ProcessSpec } from '../functions/process.ts';
import { resolveCall } from '../functions/resolve.ts';
import { type DataType, withNullable } from '../types/data-type.ts';
import { array } from '../types/types.ts';
import { definitionOf } from '../udf/definition.ts';
import type { FunctionContext } from '../udf/function-context.ts';
import { type MetricReading, MetricTotals, TaskMetrics } from '../udf/metrics.ts';
import type { ScalarCall } from '../udf/scalar-call.ts';
import { isUserFunction, type UserFunction } from '../udf/user-function.ts';
import { inferType } from './infer-type.ts';
import { callRows, type TestedCall } from './tested-call.ts';
import { callProcess, type TestedProcess } from './tested-process.ts';

/** How `testFunction` calls a function. */
export interface TestOptions {
  /** The types of the arguments, where the function takes several; default: by the values. */
  readonly argumentTypes?: readonly DataType[];
  /** Positions of arguments that stand for literals: `open` knows their value, that of the first row. */
  readonly constantArguments?: readonly number[];
  readonly jobParameters?: Readonly<Record<string, string>>;
  /** Of aggregates: rows that are taken back out after all others. */
  readonly retract?: Iterable<readonly unknown[]>;
  /** Of process table functions: the column with the time of each row, as `on_time` names it. */
  readonly onTime?: string;
  /** Of aggregates: so many accumulators take the rows in turn and are merged. Default: 1. */
  readonly accumulators?: number;
}

/** What `testFunction` found. */
export interface TestedFunction {
  /**
   * As a query would return them: for each row its value, or the array of its rows; of an
   * aggregate one value, of a table aggregate the array of its rows; of a process table function
   * the rows that it makes of one partition and its timers.
   */
  readonly results: readonly unknown[];
  /** By name, as those of a statement: `udf.<function>.<metric>`. */
  readonly metrics: Readonly<Record<string, MetricReading>>;
}

type Rows = readonly (readonly unknown[])[];

const OPTIONS: readonly (keyof TestOptions)[] = [
  'argumentTypes',
  'constantArguments',
  'jobParameters',
  'retract',
  'accumulators',
  'onTime',
];

/** Address space for the columns of one test; what is not written costs nothing. */
const ARENA_BYTES = 256 * 1024 ** 2;

/**
 * Runs a user-defined function on rows of arguments, without an environment: with the types, the
 * rules for NULL, the conversions and the errors of a query. It runs as it is in this thread, where
 * breakpoints and coverage see it.
 *
 * Errors: ValidationError INVALID_ARGUMENT, INVALID_ARGUMENTS, INVALID_VALUE; UdfError;
 * NotImplementedError for functions with permissions.
 */
export async function testFunction(
  fn: UserFunction,
  rows: Iterable<readonly unknown[]>,
  options: TestOptions = {},
): Promise<TestedFunction> {
  if (!isUserFunction(fn)) {
    throw invalidArgument('What testFunction runs', 'a function that udf(…) or its like made', fn);
  }
  if (fn.isolation !== null && fn.isolation.permissions !== null) {
    // Code of an untrusted source must not run in the open.
    throw notImplemented('testFunction of functions with permissions');
  }
  requireOptions('testFunction', options, OPTIONS);
  const { retract = [], accumulators = 1, jobParameters = {} } = options;
  if (!Number.isInteger(accumulators) || accumulators < 1) {
    throw invalidArgument("The option 'accumulators'", 'a number above zero', accumulators);
  }
  const tested: Tested = {
    given: listOf('The rows', rows),
    taken: listOf("The option 'retract'", retract),
    accumulators,
    options,
  };
  const folder = new TemporaryFolder();
  const metrics = new TaskMetrics();
  const config = new Map(Object.entries(jobParameters));
  const statement = { timeZone: 'UTC', now: 0n, config };
  const userCode = { metrics, cacheFolder: folder.path, task: 0, tasks: 1, children: null };
  const site: Site = {
    statement,
    contextOf: (constants) => functionContext({ statement, userCode }, fn.name, constants),
  };
  try {
    const results = await (fn.process === null
      ? callRows(fn.functionKind, rowsCall(fn, tested, site))
      : callProcess(processCall(fn, fn.process, tested, site)));
    const totals = new MetricTotals();
    totals.add(metrics.snapshot());
    return { results, metrics: totals.readings() };
  } finally {
    await folder.remove();
  }
}

/** What a function is tested with. */
interface Tested {
  readonly given: Rows;
  /** Rows that are taken back out. */
  readonly taken: Rows;
  readonly accumulators: number;
  readonly options: TestOptions;
}

/** What stands for the statement and its task. */
interface Site {
  readonly statement: StatementContext;
  readonly contextOf: (constants: readonly (Literal | null)[]) => FunctionContext;
}

function rowsCall(fn: UserFunction, tested: Tested, { statement, contextOf }: Site): TestedCall {
  const { given, taken, accumulators, options } = tested;
  const { call, types, literals } = calledWith(fn, [...given, ...taken], options);
  const constants = types.map((type, i): Literal | null => {
    const value = literals[i];
    return value === undefined ? null : { kind: 'Literal', type, value };
  });
  return {
    call,
    context: contextOf(constants),
    region: new Region(Arena.create(ARENA_BYTES)),
    site: { types, literals, result: call.result, context: statement },
    rows: internalRows(given, types, fn.name),
    retracted: internalRows(taken, types, fn.name),
    accumulators,
  };
}

function processCall(
  fn: UserFunction,
  spec: ProcessSpec,
  { given, options }: Tested,
  { contextOf }: Site,
): TestedProcess {
  const { call } = calledWith(fn, [], { argumentTypes: [] });
  return { call, spec, context: contextOf([]), rows: given, onTime: options.onTime ?? null };
}

/** A call, the types that its arguments are cast to, and those that are literals. */
interface BoundCall {
  readonly call: ScalarCall;
  readonly types: readonly DataType[];
  readonly literals: readonly unknown[];
}

/** The call that a query would be bound to. Errors: INVALID_ARGUMENTS and those of the values. */
function calledWith(fn: UserFunction, rows: Rows, options: TestOptions): BoundCall {
  const { name } = fn;
  const definition = definitionOf(name, fn.inThisThread());
  const { body } = definition;
  assert(body.kind === 'udf', 'the definition of a user-defined function');
  const declared = options.argumentTypes ?? declaredTypes(fn, rows) ?? valueTypes(rows, name);
  const types = declared.map((type) => withNullable(type, true));
  const [first = []] = rows;
  const literals = types.map((type, i) => {
    const isConstant = options.constantArguments?.includes(i) === true;
    return isConstant ? toInternal(type, placeOf(name, i))(first[i]) : undefined;
  });
  const { casts, result } = resolveCall(definition, { types, literals });
  const made = definition.kind === 'table' ? array(result) : result;
  return { call: { name, body, result: made }, types: casts, literals };
}

/** The only signature's, unless the rows have another length: then nothing fits. */
function declaredTypes({ typing }: UserFunction, rows: Rows): readonly DataType[] | null {
  const [only, ...others] = typing.signatures;
  const types = only?.inputTypes;
  if (types === undefined || others.length > 0) return null;
  return rows.every((row) => row.length === types.length) ? types : null;
}

function valueTypes(rows: Rows, name: string): readonly DataType[] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: width }, (_, i) =>
    inferType(
      rows.map((row) => row[i]),
      placeOf(name, i),
    ),
  );
}

function internalRows(rows: Rows, types: readonly DataType[], name: string): Rows {
  const convert = types.map((type, i) => toInternal(type, placeOf(name, i)));
  return rows.map((row, n) => {
    if (row.length !== types.length) {
      throw invalidArgument('Each row', `a list of ${types.length} values`, row);
    }
    try {
      return row.map((value, i) => convert[i]!(value));
    } catch (error) {
      throw inRow(error, row, n + 1);
    }
  });
}

function placeOf(name: string, argument: number): string {
  return `argument ${argument + 1} of ${name}`;
}

/** Errors: INVALID_ARGUMENT for what is no list of lists. */
function listOf(argument: string, rows: unknown): Rows {
  const isList = typeof rows === 'object' && rows !== null && Symbol.iterator in rows;
  if (!isList) throw invalidArgument(argument, 'a list of rows', rows);
  return Array.from(rows as Iterable<unknown>, (row): readonly unknown[] => {
    if (Array.isArray(row)) return row;
    throw invalidArgument(`Each of ${argument.toLowerCase()}`, 'the list of its values', row);
  });
}
