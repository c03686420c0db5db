import { closeAll } from '../../common/close-all.ts';
import type { AggregateCall, Expr, WindowCall } from '../../expr/expr.ts';
import { printAggregateCall } from '../../expr/print.ts';
import { orderedAggregate } from '../../functions/ordered-aggregate.ts';
import { AggregateRunner } from '../../udf/run-aggregate.ts';
import type { ScalarCall } from '../../udf/scalar-call.ts';
import { IsolatedAggregate } from '../child/isolated-aggregate.ts';
import { type LoadedOrderedAggregate, orderOf } from '../compile/ordered-user-call.ts';
import type { LoadedAggregate } from '../compile/user-aggregates.ts';
import type { TaskContext } from '../operator.ts';
import { AccumulatorCounter } from './accumulator-counter.ts';
import { callMeter, functionContext } from './function-context.ts';
import { pulseOfTask } from './udf-calls.ts';

/** The user-defined aggregates of one operator, loaded and open in this thread. */
export class UserAggregates {
  readonly #ctx: TaskContext;
  readonly #runners: (AggregateRunner | IsolatedAggregate)[] = [];

  constructor(ctx: TaskContext) {
    this.#ctx = ctx;
  }

  /** The calls with accumulators of the user's functions. Errors: UdfError. */
  async load<T extends AggregateCall | WindowCall>(calls: readonly T[]): Promise<readonly T[]> {
    const loaded: T[] = [];
    for (const call of calls) {
      const { definition } = call;
      const { name, body } = definition;
      if (body.kind !== 'udf' || definition.kind !== 'aggregate') {
        loaded.push(call);
        continue;
      }
      const counter = new AccumulatorCounter(body, callMeter(this.#ctx, name));
      this.#ctx.metrics?.evaluates('udf', (names) => printAggregateCall(call, names));
      const args = body.ordered ? orderOf(call.args).args : call.args;
      const runner = await this.#open({ name, body, result: call.type }, args);
      this.#runners.push(runner);
      const made: LoadedAggregate = {
        ...definition,
        state: () => (body.accumulator === null ? [] : [body.accumulator]),
        createAccumulator: (site) => counter.counted(runner.accumulator(site)),
        createGroups: runner.createGroups,
      };
      loaded.push({ ...call, definition: body.ordered ? ordered(made) : made });
    }
    return loaded;
  }

  #open(call: ScalarCall, args: readonly Expr[]): Promise<AggregateRunner | IsolatedAggregate> {
    if (call.body.isolation !== null) return IsolatedAggregate.open(call, args, this.#ctx);
    const context = functionContext(this.#ctx, call.name, args);
    return AggregateRunner.open(call, context, this.#ctx.region, pulseOfTask(this.#ctx));
  }

  /** Calls the functions' `close`. Errors: UdfError UDF_FAILED. */
  async close(): Promise<void> {
    await closeAll(this.#runners.splice(0));
  }
}

function ordered(unordered: LoadedAggregate): LoadedOrderedAggregate {
  const { name, body } = unordered;
  return { ...orderedAggregate(unordered), name, body, unordered };
}
