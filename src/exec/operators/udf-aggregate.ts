import type { Batch } from '../../columnar/batch.ts';
import { assert } from '../../common/assert.ts';
import type { HashAggregate } from '../../planner/physical/nodes.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { HashAggregateOperator } from './hash-aggregate.ts';
import { UserAggregates } from './user-aggregates.ts';

/** Groups rows with user-defined aggregates: opens them, then works as a HashAggregate. */
export class UdfAggregateOperator implements Operator {
  readonly readsSelection = true;
  readonly #node: HashAggregate;
  readonly #ctx: TaskContext;
  readonly #functions: UserAggregates;
  #operator: HashAggregateOperator | null = null;

  constructor(node: HashAggregate, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#functions = new UserAggregates(ctx);
  }

  /** Loads and opens the functions. Errors: UdfError. */
  async open(): Promise<void> {
    const calls = await this.#functions.load(this.#node.calls);
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
    this.#operator = null;
    await this.#functions.close();
  }

  get #opened(): HashAggregateOperator {
    assert(this.#operator !== null, 'operators are opened first');
    return this.#operator;
  }
}
