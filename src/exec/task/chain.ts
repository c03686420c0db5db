import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { compact } from '../../columnar/batches.ts';
import { closeAll } from '../../common/close-all.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { withExpression } from './failed-expression.ts';

/** A run of operators: each batch goes through all of them before the next one comes. */
export class Chain {
  readonly #operators: readonly Operator[];
  readonly #ctx: TaskContext;
  /** Memory of the compacted batches that an operator reads, by operator. */
  readonly #compacted: (Region | null)[];

  constructor(operators: readonly Operator[], ctx: TaskContext) {
    this.#operators = operators;
    this.#ctx = ctx;
    this.#compacted = operators.map(() => null);
  }

  /** No further input changes the output. */
  get done(): boolean {
    return this.#operators.some((operator) => operator.done === true);
  }

  /** Whether the next batches may be whole morsels. */
  get readsMorsels(): boolean {
    return this.#operators[0]?.readsMorsels === true;
  }

  /** What an operator waits for that offered a pause; null when it can go on. */
  get pending(): Promise<void> | null {
    for (const { pending } of this.#operators) if (pending) return pending;
    return null;
  }

  /** The rows that a batch becomes: borrowed, perhaps with a selection; no rows offer a pause. */
  process(batch: Batch): Iterable<Batch> {
    return this.#run(batch, 0);
  }

  /** The rows that come when the input has ended, operator by operator. */
  *finish(): Iterable<Batch> {
    for (const [i, operator] of this.#operators.entries()) {
      if (operator.finish === undefined) continue;
      yield* this.#pass(operator.finish(0), i + 1);
    }
  }

  /** Opens the operators, the first one first; null when there is nothing to wait for. */
  open(): Promise<void> | null {
    return this.#operators.some((operator) => operator.open !== undefined) ? this.#open() : null;
  }

  /** Closes the operators, the last one first. */
  async close(): Promise<void> {
    try {
      await closeAll(this.#operators.toReversed());
    } finally {
      for (const region of this.#compacted) region?.dispose();
    }
  }

  async #open(): Promise<void> {
    for (const operator of this.#operators) await operator.open?.();
  }

  *#run(batch: Batch, from: number): Iterable<Batch> {
    const operator = this.#operators[from];
    if (operator === undefined) {
      yield batch;
      return;
    }
    const input =
      batch.selection === null || operator.readsSelection ? batch : this.#compact(batch, from);
    yield* this.#pass(this.#process(operator, input), from + 1);
  }

  *#process(operator: Operator, batch: Batch): Iterable<Batch> {
    try {
      yield* operator.process(batch, 0);
    } catch (error) {
      throw withExpression(error, operator.expressions ?? [], batch, this.#ctx.statement);
    }
  }

  /** Stops what makes the outputs when nobody needs more of them: there may be no end of them. */
  *#pass(outputs: Iterable<Batch>, to: number): Iterable<Batch> {
    for (const output of outputs) {
      if (rowCount(output) === 0) yield output;
      else yield* this.#run(output, to);
      for (let i = to; i < this.#operators.length; i++) if (this.#operators[i]!.done) return;
    }
  }

  #compact(batch: Batch, at: number): Batch {
    const { region } = this.#ctx;
    const scratch = this.#compacted[at] ?? region.child();
    this.#compacted[at] = scratch;
    scratch.recycle();
    return compact(batch, scratch);
  }
}
