import type { Batch } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import type { AggregateCall } from '../../expr/expr.ts';
import type { Schema } from '../../types/schema.ts';
import type { TaskContext } from '../operator.ts';
import type { AggregateStates } from './api.ts';
import { CompiledAggregates, isEmitted, stateTypesOf } from './compiled-aggregates.ts';
import { RowAggregates } from './row-aggregates.ts';

/**
 * Compiles the updates of aggregate calls. Arguments and filters may be any expressions over
 * `input`, so that a projection below can be folded into the update.
 */
export function createAggregates(
  declared: readonly AggregateCall[],
  _input: Schema,
  ctx: TaskContext,
): AggregateStates {
  const calls = declared.map(withoutNeedlessDistinct);
  const emitted = calls.map((call) => ctx.compile && isEmitted(call, ctx));
  if (!emitted.includes(true)) return new RowAggregates(calls, ctx);
  if (!emitted.includes(false)) return new CompiledAggregates(calls, ctx);
  return new MixedAggregates(calls, emitted, ctx);
}

/** A value that comes twice does not change an extreme. */
function withoutNeedlessDistinct(call: AggregateCall): AggregateCall {
  const { compiled } = call.definition;
  return compiled === 'min' || compiled === 'max' ? { ...call, distinct: false } : call;
}

/** Calls of which some are emitted and some run row by row. */
class MixedAggregates implements AggregateStates {
  readonly #calls: readonly AggregateCall[];
  readonly #emitted: readonly boolean[];
  readonly #compiled: CompiledAggregates;
  readonly #others: RowAggregates;

  constructor(calls: readonly AggregateCall[], emitted: readonly boolean[], ctx: TaskContext) {
    this.#calls = calls;
    this.#emitted = emitted;
    this.#compiled = new CompiledAggregates(
      calls.filter((_, i) => emitted[i]),
      ctx,
    );
    this.#others = new RowAggregates(
      calls.filter((_, i) => !emitted[i]),
      ctx,
    );
  }

  update(batch: Batch, groupIds: Int32Array | null, groups: number): void {
    this.#compiled.update(batch, groupIds, groups);
    this.#others.update(batch, groupIds, groups);
  }

  merge(stateColumns: readonly Column[], groupIds: Int32Array | null, groups: number): void {
    const mine: Column[] = [];
    const others: Column[] = [];
    let first = 0;
    for (const [i, call] of this.#calls.entries()) {
      const { length } = stateTypesOf(call);
      (this.#emitted[i] ? mine : others).push(...stateColumns.slice(first, first + length));
      first += length;
    }
    this.#compiled.merge(mine, groupIds, groups);
    this.#others.merge(others, groupIds, groups);
  }

  stateColumns(groups: number): Column[] {
    const mine = this.#compiled.stateColumns(groups);
    const others = this.#others.stateColumns(groups);
    return this.#calls.flatMap((call, i) =>
      (this.#emitted[i] ? mine : others).splice(0, stateTypesOf(call).length),
    );
  }

  results(groups: number): Column[] {
    const mine = this.#compiled.results(groups);
    const others = this.#others.results(groups);
    return this.#calls.flatMap((_, i) => (this.#emitted[i] ? mine : others).splice(0, 1));
  }

  close(): void {
    this.#compiled.close();
    this.#others.close();
  }
}
