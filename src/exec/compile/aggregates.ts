import type { Batch } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import type { AggregateCall } from '../../expr/expr.ts';
import { printAggregateCall } from '../../expr/print.ts';
import type { Schema } from '../../types/schema.ts';
import type { TaskContext } from '../operator.ts';
import type { ExpressionForm } from '../profile/operator-profile.ts';
import type { AggregateStates } from './api.ts';
import { CalledAggregates, resultsOf } from './called-aggregates.ts';
import { CompiledAggregates, isEmitted, stateTypesOf } from './compiled-aggregates.ts';
import { OrderedUserCall, sortsRows } from './ordered-user-call.ts';
import { RowAggregates } from './row-aggregates.ts';
import { isStringExtreme, StringExtremes } from './string-extremes.ts';
import { takesColumns, UserAggregateStates } from './user-aggregates.ts';

/** How the calls of one kind are updated. */
type Form = 'called' | 'emitted' | 'strings' | 'user' | 'ordered' | 'rows';

const EXPRESSION_FORMS = {
  called: 'udf',
  emitted: 'compiled',
  strings: 'kernel',
  user: 'udf',
  ordered: 'udf',
  rows: 'interpreted',
} satisfies Readonly<Record<Form, ExpressionForm>>;

/**
 * Compiles the updates of aggregate calls. Arguments and filters may be any expressions over
 * `input`, so that a projection below can be folded into the update.
 */
export function createAggregates(
  declared: readonly AggregateCall[],
  input: Schema,
  ctx: TaskContext,
): AggregateStates {
  const calls = declared.map(withoutNeedlessDistinct);
  const forms = calls.map((call) => formOf(call, ctx));
  for (const [i, call] of calls.entries()) {
    const form = call.definition.body.kind === 'udf' ? 'udf' : EXPRESSION_FORMS[forms[i]!];
    ctx.metrics?.evaluates(form, (names) => printAggregateCall(call, names));
  }
  // Calls that are updated by one loop: of one form, or over the results of one function; one with
  // an order by itself.
  const kinds = calls.map((call, i) => {
    return forms[i] === 'ordered' ? call : (resultsOf(call) ?? forms[i]!);
  });
  const parts = [...new Set(kinds)];
  const states = parts.map((kind) => {
    const first = kinds.indexOf(kind);
    const mine = calls.filter((_, i) => kinds[i] === kind);
    return statesOf(forms[first]!, mine, input, ctx);
  });
  const [only] = states;
  if (only === undefined) return new RowAggregates([], ctx);
  if (states.length === 1) return only;
  return new MixedAggregates(
    calls,
    kinds.map((kind) => parts.indexOf(kind)),
    states,
  );
}

function formOf(call: AggregateCall, ctx: TaskContext): Form {
  if (!ctx.compile) return 'rows';
  if (resultsOf(call) !== null) return 'called';
  if (isStringExtreme(call)) return 'strings';
  if (sortsRows(call)) return 'ordered';
  if (takesColumns(call)) return 'user';
  return isEmitted(call) ? 'emitted' : 'rows';
}

function statesOf(
  form: Form,
  calls: readonly AggregateCall[],
  input: Schema,
  ctx: TaskContext,
): AggregateStates {
  const results = resultsOf(calls[0]!);
  if (results !== null) return new CalledAggregates(calls, results, ctx);
  if (form === 'emitted') return new CompiledAggregates(calls, ctx);
  if (form === 'ordered') {
    // What it evaluates is said already.
    const { metrics: _, ...rest } = ctx;
    return new OrderedUserCall(calls[0]!, input, ctx, (call, sorted) =>
      createAggregates([call], sorted, rest),
    );
  }
  if (form === 'user') return new UserAggregateStates(calls, input, ctx);
  return form === 'strings' ? new StringExtremes(calls, input, ctx) : new RowAggregates(calls, ctx);
}

/** A value that comes twice does not change an extreme. */
function withoutNeedlessDistinct(call: AggregateCall): AggregateCall {
  const { compiled } = call.definition;
  return compiled === 'min' || compiled === 'max' ? { ...call, distinct: false } : call;
}

/** Calls that are updated in different ways. */
class MixedAggregates implements AggregateStates {
  readonly #calls: readonly AggregateCall[];
  /** For each call the index of its part. */
  readonly #partOf: readonly number[];
  readonly #parts: readonly AggregateStates[];

  constructor(
    calls: readonly AggregateCall[],
    partOf: readonly number[],
    parts: readonly AggregateStates[],
  ) {
    this.#calls = calls;
    this.#partOf = partOf;
    this.#parts = parts;
  }

  update(batch: Batch, groupIds: Int32Array | null, groups: number): void {
    for (const part of this.#parts) part.update(batch, groupIds, groups);
  }

  merge(stateColumns: readonly Column[], groupIds: Int32Array | null, groups: number): void {
    const columns = this.#parts.map((): Column[] => []);
    let first = 0;
    for (const [i, call] of this.#calls.entries()) {
      const { length } = stateTypesOf(call);
      columns[this.#partOf[i]!]!.push(...stateColumns.slice(first, first + length));
      first += length;
    }
    for (const [i, part] of this.#parts.entries()) part.merge(columns[i]!, groupIds, groups);
  }

  stateColumns(groups: number): Column[] {
    const columns = this.#parts.map((part) => part.stateColumns(groups));
    return this.#calls.flatMap((call, i) =>
      columns[this.#partOf[i]!]!.splice(0, stateTypesOf(call).length),
    );
  }

  results(groups: number): Column[] {
    const columns = this.#parts.map((part) => part.results(groups));
    return this.#calls.flatMap((_, i) => columns[this.#partOf[i]!]!.splice(0, 1));
  }

  reset(): void {
    for (const part of this.#parts) part.reset();
  }

  close(): void {
    for (const part of this.#parts) part.close();
  }
}
