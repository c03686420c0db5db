import type { Region } from '../columnar/arena/region.ts';
import { batchOfRows } from '../columnar/row-batch.ts';
import { toExternal } from '../columnar/rows.ts';
import { notImplemented, validationError } from '../common/errors.ts';
import type { AggregateSite } from '../functions/definition.ts';
import type { FunctionContext } from '../udf/function-context.ts';
import type { CallArgument } from '../udf/loops/arguments.ts';
import { CallMeter } from '../udf/metrics.ts';
import { pulseOf } from '../udf/pulse.ts';
import { AggregateRunner } from '../udf/run-aggregate.ts';
import { AsyncRunner } from '../udf/run-async.ts';
import { ScalarRunner } from '../udf/run-scalar.ts';
import type { ScalarCall } from '../udf/scalar-call.ts';
import type { UserFunction } from '../udf/user-function.ts';

/** A call of a user-defined function and the rows, as internal values, that it is tested with. */
export interface TestedCall {
  readonly call: ScalarCall;
  readonly context: FunctionContext;
  readonly region: Region;
  readonly site: AggregateSite;
  readonly rows: readonly (readonly unknown[])[];
  /** Of aggregates: rows that are taken back out. */
  readonly retracted: readonly (readonly unknown[])[];
  /** Of aggregates: how many accumulators share the rows. */
  readonly accumulators: number;
}

/** Nothing waits for progress here. */
const PULSE = pulseOf(() => {});

/** What the function returns, as JavaScript values. Errors: UdfError. */
export async function callRows(
  kind: UserFunction['functionKind'],
  tested: TestedCall,
): Promise<readonly unknown[]> {
  switch (kind) {
    case 'scalar':
    case 'table':
      return callScalar(tested);
    case 'async':
      return callAsync(tested);
    case 'aggregate':
    case 'tableAggregate':
      return [await callAggregate(tested)];
    case 'process':
      throw notImplemented('A process table function in testFunction');
  }
}

async function callScalar(tested: TestedCall): Promise<readonly unknown[]> {
  const { call, context, region, rows } = tested;
  const runner = await ScalarRunner.open(call, context);
  try {
    const column = runner.run(argumentsOf(tested), rows.length, region, PULSE);
    const read = toExternal(call.result);
    return rows.map((_, row) => read(column.get(row)));
  } finally {
    await runner.close();
  }
}

async function callAsync(tested: TestedCall): Promise<readonly unknown[]> {
  const { call, context, region, rows } = tested;
  const runner = await AsyncRunner.open(call, context, new CallMeter());
  try {
    const run = runner.start(argumentsOf(tested), rows.length, () => {});
    await run.over;
    run.check();
    const column = run.results(Int32Array.from(rows.keys()), region);
    const read = toExternal(call.result);
    return rows.map((_, row) => read(column.get(row)));
  } finally {
    await runner.close();
  }
}

async function callAggregate(tested: TestedCall): Promise<unknown> {
  const { call, context, region, site, rows, retracted } = tested;
  const { name, body } = call;
  if (tested.accumulators > 1 && body.accumulator === null) {
    const reason = "accumulators are merged where there is a method 'merge' and an accumulatorType";
    throw validationError('UDF_OPTIONS', { name, reason });
  }
  const runner = await AggregateRunner.open(call, context, region, PULSE);
  try {
    const [first, ...others] = Array.from({ length: tested.accumulators }, () =>
      runner.accumulator(site),
    );
    const all = [first!, ...others];
    for (const [i, row] of rows.entries()) all[i % all.length]!.add(row);
    for (const other of others) first!.merge(other.state());
    if (retracted.length > 0 && first!.retract === undefined) {
      const reason = "rows are taken back out where there is a method 'retract'";
      throw validationError('UDF_OPTIONS', { name, reason });
    }
    for (const row of retracted) first!.retract?.(row);
    return toExternal(call.result)(first!.value());
  } finally {
    await runner.close();
  }
}

function argumentsOf({ site, rows, region }: TestedCall): readonly CallArgument[] {
  const fields = site.types.map((type, i) => ({ name: `c${i}`, type, comment: null }));
  const { columns } = batchOfRows({ fields }, rows, region);
  return site.types.map((type, i): CallArgument => {
    const value = site.literals[i];
    return value === undefined
      ? { kind: 'column', column: columns[i]! }
      : { kind: 'constant', type, value };
  });
}
