import type { Batch } from '../../columnar/batch.ts';
import { takeBatch } from '../../columnar/batches.ts';
import { sliceColumn } from '../../columnar/take.ts';
import type { WindowCall } from '../../expr/expr.ts';
import type { OverAggregate } from '../../planner/physical/nodes.ts';
import { cancellationOf, type Operator, type TaskContext } from '../operator.ts';
import { KeyedInput, type KeyedRows } from './keyed-input.ts';
import { type OverRows, overColumn } from './over-call.ts';
import { partitionRows } from './over-partitions.ts';
import { UserAggregates } from './user-aggregates.ts';

/**
 * Computes calls with OVER. State: all rows, or those of some partitions when memory does not hold
 * all. Blocking: the rows come partition by partition, in the order of the keys.
 */
export class OverAggregateOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: OverAggregate;
  readonly #ctx: TaskContext;
  readonly #input: KeyedInput;
  readonly #functions: UserAggregates;
  #calls: readonly WindowCall[];

  constructor(node: OverAggregate, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#input = new KeyedInput(
      node.partition,
      ctx.memory.open('OverAggregate', ctx.metrics),
      ctx,
    );
    this.#functions = new UserAggregates(ctx);
    this.#calls = node.calls;
  }

  /** Loads and opens user-defined aggregates. Errors: UdfError. */
  async open(): Promise<void> {
    this.#calls = await this.#functions.load(this.#node.calls);
  }

  process(batch: Batch): Iterable<Batch> {
    this.#input.add(batch);
    return [];
  }

  *finish(): Iterable<Batch> {
    for (const rows of this.#input.rows()) yield* this.#compute(rows);
  }

  async close(): Promise<void> {
    this.#input.dispose();
    await this.#functions.close();
  }

  *#compute({ all, memory, scratch }: KeyedRows): Iterable<Batch> {
    const { schema } = this.#node;
    const partitions = partitionRows(all, this.#node, memory, cancellationOf(this.#ctx));
    const [key] = this.#node.order;
    const rangeKey = key === undefined ? null : { column: all.columns[key.column]!, key };
    const rows: OverRows = { all, partitions, rangeKey };
    const results = this.#calls.map((call) => overColumn(call, rows, memory, this.#ctx));
    const { batchRows } = this.#ctx;
    for (let from = 0; from < all.length; from += batchRows) {
      this.#ctx.checkCancelled();
      scratch.recycle();
      const to = Math.min(from + batchRows, all.length);
      const taken = takeBatch(all, partitions.order.subarray(from, to), scratch);
      const computed = results.map((column) => sliceColumn(column, from, to, scratch));
      yield { ...taken, schema, columns: [...taken.columns, ...computed] };
    }
  }
}
