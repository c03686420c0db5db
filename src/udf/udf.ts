import { requireOptions } from '../common/arguments.ts';
import { readable } from '../common/thrown.ts';
import type { DataType } from '../types/data-type.ts';
import type {
  AggregateOptions,
  AsyncOptions,
  BesideTypes,
  Inferred,
  ScalarOptions,
  TableAggregateOptions,
  TableOptions,
} from './options.ts';
import type { ModuleReference } from './reference.ts';
import { resultRow } from './result-row.ts';
import type { GetTypeInference } from './type-inference.ts';
import type {
  ColumnsRow,
  TypedAggregate,
  TypedArrow,
  TypedArrowAggregate,
  TypedAsync,
  TypedRow,
  TypedScalar,
  TypedTable,
  TypedTableAggregate,
} from './typed-functions.ts';
import { type FunctionOptions, nameOf, UserFunction } from './user-function.ts';

type AnyFunction = (...args: never[]) => unknown;
type Target = AnyFunction | object;

/** An object that decides the types of its calls. */
interface SelfTyped {
  readonly getTypeInference: GetTypeInference;
}

type Types = readonly DataType[];

/**
 * Makes a scalar function: one value of one row (or, with `arrow`, a column of columns). The types
 * stand before the function, which the compiler then checks against them, or in the options.
 *
 * Errors of all kinds: ValidationError UDF_OPTIONS, INVALID_ARGUMENT.
 *
 * @example
 * ```ts
 * import { DataTypes, TableEnvironment, udf } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * const shout = udf([DataTypes.STRING()], DataTypes.STRING(), (s) => `${s?.toUpperCase()}!`);
 * tEnv.createTemporarySystemFunction('shout', shout);
 * const result = await tEnv.executeSql('SELECT shout(s) AS s FROM (VALUES (\'hi\')) AS t(s)');
 * console.log(await result.toArray()); // [ { s: 'HI!' } ]
 * await tEnv.close();
 * ```
 */
export function udf<const A extends Types, R extends DataType>(
  inputTypes: A,
  resultType: R,
  target: TypedScalar<A, R>,
  options?: BesideTypes<ScalarOptions> & { readonly funcType?: 'general' },
): UserFunction;
/** The same for whole columns. */
export function udf<const A extends Types>(
  inputTypes: A,
  resultType: DataType,
  target: TypedArrow<A>,
  options: BesideTypes<ScalarOptions> & { readonly funcType: 'arrow' },
): UserFunction;
/** The same with types in the options. */
export function udf(
  target: Target | ModuleReference,
  options: ScalarOptions | Inferred<ScalarOptions>,
): UserFunction;
/** The same with types by the method `getTypeInference` of the object. */
export function udf(target: SelfTyped, options?: Inferred<ScalarOptions>): UserFunction;
export function udf(...args: readonly unknown[]): UserFunction {
  return made('scalar', args);
}

/**
 * Makes a scalar function that waits for the outside world.
 *
 * @example
 * ```ts
 * import { DataTypes, TableEnvironment, asyncUdf } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * const slow = asyncUdf([DataTypes.INT().notNull()], DataTypes.INT(), async (x) => x + 1);
 * tEnv.createTemporarySystemFunction('slow', slow);
 * const result = await tEnv.executeSql('SELECT slow(x) AS y FROM (VALUES (1)) AS t(x)');
 * console.log(await result.toArray()); // [ { y: 2 } ]
 * await tEnv.close();
 * ```
 */
export function asyncUdf<const A extends Types, R extends DataType>(
  inputTypes: A,
  resultType: R,
  target: TypedAsync<A, R>,
  options?: BesideTypes<AsyncOptions>,
): UserFunction;
/** The same with types in the options. */
export function asyncUdf(
  target: Target | ModuleReference,
  options: AsyncOptions | Inferred<AsyncOptions>,
): UserFunction;
/** The same with types by the method `getTypeInference` of the object. */
export function asyncUdf(target: SelfTyped, options?: Inferred<AsyncOptions>): UserFunction;
export function asyncUdf(...args: readonly unknown[]): UserFunction {
  return made('async', args);
}

/**
 * Makes a table function: a generator of rows.
 *
 * @example
 * ```ts
 * import { DataTypes, TableEnvironment, udtf } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * const words = udtf([DataTypes.STRING().notNull()], [DataTypes.STRING()], (s) => s.split(' '));
 * tEnv.createTemporarySystemFunction('words', words);
 * const result = await tEnv.executeSql('SELECT w FROM (VALUES (\'a b\')) AS t(s), LATERAL TABLE(words(s)) AS f(w)');
 * console.log(await result.toArray()); // [ { w: 'a' }, { w: 'b' } ]
 * await tEnv.close();
 * ```
 */
export function udtf<const A extends Types, const R extends Types>(
  inputTypes: A,
  resultTypes: R,
  target: TypedTable<A, ColumnsRow<R>>,
  options?: BesideTypes<TableOptions>,
): UserFunction;
/** The same with the columns of a ROW, or with one column. */
export function udtf<const A extends Types, R extends DataType>(
  inputTypes: A,
  resultType: R,
  target: TypedTable<A, TypedRow<R>>,
  options?: BesideTypes<TableOptions>,
): UserFunction;
/** The same with types in the options. */
export function udtf(
  target: Target | ModuleReference,
  options: TableOptions | Inferred<TableOptions>,
): UserFunction;
/** The same with types by the method `getTypeInference` of the object. */
export function udtf(target: SelfTyped, options?: Inferred<TableOptions>): UserFunction;
export function udtf(...args: readonly unknown[]): UserFunction {
  return made('table', args);
}

/**
 * Makes an aggregate function of an object with createAccumulator, accumulate and getValue; with
 * `arrow`, of a function of the columns of a group.
 *
 * @example
 * ```ts
 * import { DataTypes, TableEnvironment, udaf } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * const product = udaf([DataTypes.DOUBLE().notNull()], DataTypes.DOUBLE(), {
 *   createAccumulator: () => ({ product: 1 }),
 *   accumulate(accumulator, x) {
 *     accumulator.product *= x;
 *   },
 *   getValue: (accumulator) => accumulator.product,
 * });
 * tEnv.createTemporarySystemFunction('product', product);
 * const result = await tEnv.executeSql('SELECT product(x) AS p FROM (VALUES (2E0), (3E0)) AS t(x)');
 * console.log(await result.toArray()); // [ { p: 6 } ]
 * await tEnv.close();
 * ```
 */
export function udaf<const A extends Types, R extends DataType, Accumulator extends object>(
  inputTypes: A,
  resultType: R,
  target: TypedAggregate<A, R, Accumulator>,
  options?: BesideTypes<AggregateOptions> & { readonly funcType?: 'general' },
): UserFunction;
/** The same for whole columns. */
export function udaf<const A extends Types, R extends DataType>(
  inputTypes: A,
  resultType: R,
  target: TypedArrowAggregate<A, R>,
  options: BesideTypes<AggregateOptions> & { readonly funcType: 'arrow' },
): UserFunction;
/** The same with types in the options. */
export function udaf(
  target: Target | ModuleReference,
  options: AggregateOptions | Inferred<AggregateOptions>,
): UserFunction;
/** The same with types by the method `getTypeInference` of the object. */
export function udaf(target: SelfTyped, options?: Inferred<AggregateOptions>): UserFunction;
export function udaf(...args: readonly unknown[]): UserFunction {
  return made('aggregate', args);
}

/**
 * Makes a table aggregate function of an object with createAccumulator, accumulate and emitValue.
 *
 * @example
 * ```ts
 * import { call, col, DataTypes, TableEnvironment, udtaf } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * const ends = udtaf([DataTypes.INT().notNull()], DataTypes.INT(), {
 *   createAccumulator: () => ({ all: [] as number[] }),
 *   accumulate(accumulator, x) {
 *     accumulator.all.push(x);
 *   },
 *   *emitValue(accumulator) {
 *     yield Math.min(...accumulator.all);
 *     yield Math.max(...accumulator.all);
 *   },
 * });
 * tEnv.createTemporarySystemFunction('ends', ends);
 * const table = tEnv.fromValues([{ x: 3 }, { x: 1 }, { x: 2 }]);
 * const both = table.flatAggregate(call('ends', col('x')).as('e')).select(col('e'));
 * console.log(await both.toArray()); // [ { e: 1 }, { e: 3 } ]
 * await tEnv.close();
 * ```
 */
export function udtaf<const A extends Types, R extends DataType, Accumulator extends object>(
  inputTypes: A,
  resultType: R,
  target: TypedTableAggregate<A, R, Accumulator>,
  options?: BesideTypes<TableAggregateOptions>,
): UserFunction;
/** The same with types in the options. */
export function udtaf(
  target: Target | ModuleReference,
  options: TableAggregateOptions | Inferred<TableAggregateOptions>,
): UserFunction;
/** The same with types by the method `getTypeInference` of the object. */
export function udtaf(target: SelfTyped, options?: Inferred<TableAggregateOptions>): UserFunction;
export function udtaf(...args: readonly unknown[]): UserFunction {
  return made('tableAggregate', args);
}

function made(kind: UserFunction['functionKind'], args: readonly unknown[]): UserFunction {
  return readable('a function', () => makeOf(kind, args));
}

function makeOf(kind: UserFunction['functionKind'], args: readonly unknown[]): UserFunction {
  const { target, options } = takenApart(args);
  requireOptions('a function', options);
  const { resultTypes, resultNames, ...rest } = options as Partial<TableOptions>;
  // The constructor checks what the options say.
  if (resultTypes === undefined) return new UserFunction(kind, target, rest as FunctionOptions);
  const name = rest.name ?? nameOf(target);
  return new UserFunction(kind, target, {
    ...rest,
    resultType: resultRow(name, resultTypes, resultNames ?? []),
  });
}

/** `(inputTypes, result, target, options?)`, or `(target, options?)`. */
function takenApart(args: readonly unknown[]): { target: unknown; options: unknown } {
  const [first, second, third, fourth = {}] = args;
  if (!Array.isArray(first)) return { target: first, options: second ?? {} };
  requireOptions('a function', fourth);
  const result = Array.isArray(second) ? { resultTypes: second } : { resultType: second };
  return { target: third, options: { ...fourth, ...result, inputTypes: first } };
}
