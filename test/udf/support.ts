import { expect } from 'vitest';
import { toExternal } from '../../src/columnar/rows.ts';
import { UdfError } from '../../src/common/errors.ts';
import type { Engine } from '../../src/exec/engine.ts';
import type { ExecuteOptions } from '../../src/exec/execution.ts';
import type { Expr } from '../../src/expr/expr.ts';
import type { UdfCalc } from '../../src/planner/physical/nodes.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { INT } from '../../src/types/types.ts';
import { definitionOf } from '../../src/udf/definition.ts';
import type { FunctionContext } from '../../src/udf/function-context.ts';
import { TaskMetrics } from '../../src/udf/metrics.ts';
import type { ScalarOptions } from '../../src/udf/options.ts';
import { udf } from '../../src/udf/udf.ts';
import type { UserFunction } from '../../src/udf/user-function.ts';
import { node, POOLED, ref, rowsOf, schema, type Values, values } from '../exec/harness.ts';

/** A plan that calls a function with the columns of rows of internal values. */
export function callPlan(
  fn: UserFunction,
  types: readonly DataType[],
  rows: readonly Values[],
  name = 'f',
): UdfCalc {
  const input = values(
    schema(Object.fromEntries(types.map((type, i) => [`c${i}`, type]))),
    rows.length === 0 ? [] : rows,
  );
  const args = types.map((_, i) => ref(input, i));
  const definition = definitionOf(name, fn);
  if (definition.kind !== 'scalar') throw new Error('a scalar function');
  const type = resultTypeOf(fn);
  const call: Expr & { kind: 'Call' } = { kind: 'Call', type, definition, args };
  const field = { name: 'r', type, comment: null };
  return node('UdfCalc', [input], {
    calls: [{ call, name }],
    schema: { fields: [...input.schema.fields, field] },
  });
}

/** What a function returns for each row, as internal values. */
export async function results(
  engine: Engine,
  fn: UserFunction,
  types: readonly DataType[],
  rows: readonly Values[],
  options: Partial<ExecuteOptions> = {},
): Promise<readonly unknown[]> {
  const all = await rowsOf(engine, callPlan(fn, types, rows), { ...POOLED, ...options });
  return all.map((row) => row.at(-1));
}

interface FailureOptions {
  /** What a function of one INT is made with that does not fail; `options` are for the failing one. */
  readonly base: ScalarOptions;
  readonly options: Partial<ScalarOptions>;
  readonly udfTimeoutMs: number | undefined;
}

/** The error that a query with the function ends with. The engine must be as good as new. */
export async function failureOf(
  engine: Engine,
  fn: (n: number) => unknown,
  { base, options, udfTimeoutMs = 30_000 }: FailureOptions,
): Promise<UdfError> {
  const call = udf(fn, { ...base, ...options });
  const rows = Array.from({ length: 300 }, (_, i) => [i]);
  const error = await results(engine, call, [INT], rows, { udfTimeoutMs }).then(
    () => new Error('no error'),
    (thrown: unknown) => thrown,
  );
  const healthy = udf((n: number) => n + 1, base);
  expect(await results(engine, healthy, [INT], [[1]])).toEqual([2]);
  expect(error).toBeInstanceOf(UdfError);
  // Checked by the line above.
  return error as UdfError;
}

/** The same as the values that users see. */
export async function externalResults(
  ...args: Parameters<typeof results>
): Promise<readonly unknown[]> {
  return (await results(...args)).map(toExternal(resultTypeOf(args[1])));
}

function resultTypeOf({ typing }: UserFunction): DataType {
  const [signature] = typing.signatures;
  if (signature === undefined) throw new Error('a function of one signature');
  return signature.resultType;
}

/** A context for functions that do not ask it anything. */
export const NO_CONTEXT: FunctionContext = {
  getJobParameter: (_, value) => value,
  getMetricGroup: () => new TaskMetrics().group('udf'),
  getCacheDirectory: () => '',
  isConstantArgument: () => false,
  getConstantArgument: () => undefined,
  getIndexOfThisSubtask: () => 0,
  getNumberOfParallelSubtasks: () => 1,
};
