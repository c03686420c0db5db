import type { Batch } from '../../columnar/batch.ts';
import { assert } from '../../common/assert.ts';
import type { AggregateCall } from '../../expr/expr.ts';
import type { HashAggregate } from '../../planner/physical/nodes.ts';
import { AggregateRunner } from '../../udf/run-aggregate.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { HashAggregateOperator } from './hash-aggregate.ts';
import { functionContext, tickOf } from './udf-calls.ts';

/** Groups rows with user-defined aggregates: opens them, then works as a HashAggregate. */
export class UdfAggregateOperator implements Operator {
  readonly readsSelection = true;
  readonly #node: HashAggregate;
  readonly #ctx: TaskContext;
  readonly #runners: AggregateRunner[] = [];
  #operator: HashAggregateOperator | null = null;

  constructor(node: HashAggregate, ctx: TaskContext) {
    assert(node.phase === 'single', 'user-defined aggregates see all rows of a group');
    this.#node = node;
    this.#ctx = ctx;
  }

  /** Loads and opens the functions. Errors: UdfError. */
  async open(): Promise<void> {
    const calls: AggregateCall[] = [];
    for (const call of this.#node.calls) calls.push(await this.#loaded(call));
    this.#operator = new HashAggregateOperator({ ...this.#node, calls }, this.#ctx);
  }

  process(batch: Batch): Iterable<Batch> {
    return this.#opened.process(batch);
  }

  finish(): Iterable<Batch> {
    return this.#opened.finish();
  }

  async close(): Promise<void> {
    this.#operator?.close();
    for (const runner of this.#runners.splice(0)) await runner.close();
  }

  get #opened(): HashAggregateOperator {
    assert(this.#operator !== null, 'operators are opened first');
    return this.#operator;
  }

  /** The call with accumulators of the user's function. */
  async #loaded(call: AggregateCall): Promise<AggregateCall> {
    const { name, body } = call.definition;
    if (body.kind !== 'udf') return call;
    const context = functionContext(this.#ctx.statement);
    const udfCall = { name, body, result: call.type };
    const runner = await AggregateRunner.open(udfCall, context, tickOf(this.#ctx));
    this.#runners.push(runner);
    const definition = {
      ...call.definition,
      state: () => [],
      createAccumulator: runner.accumulator.bind(runner),
    };
    return { ...call, definition };
  }
}
