import { types } from 'node:util';
import { showValue } from '../columnar/show-value.ts';
import { assert } from '../common/assert.ts';
import { udfError } from '../common/errors.ts';
import { copiedRow } from './copied-row.ts';
import type { FunctionContext } from './function-context.ts';
import { loadTarget, readTarget } from './load.ts';
import { awaitedMethod, has, missingOfAggregate } from './methods.ts';
import { RowCollector } from './row-collector.ts';
import { rowReader } from './row-reader.ts';
import type { ScalarCall } from './scalar-call.ts';

/** The methods of an aggregate function; `getValue` of a table aggregate gives all its rows. */
export interface Aggregator {
  open?(context: FunctionContext): void | Promise<void>;
  close?(): void | Promise<void>;
  createAccumulator(): unknown;
  accumulate(accumulator: unknown, ...args: readonly unknown[]): void;
  retract?(accumulator: unknown, ...args: readonly unknown[]): void;
  merge?(accumulator: unknown, others: Iterable<unknown>): void;
  getValue(accumulator: unknown): unknown;
}

/** What a table aggregate function has instead of `getValue`. */
interface Emitting {
  emitValue?(accumulator: unknown): Iterable<unknown>;
  emitUpdateWithRetract?(accumulator: unknown, out: RowCollector): void;
}

/** Makes the object of an aggregate function in this thread. Errors: as `loadTarget`. */
export async function loadAggregator(call: ScalarCall): Promise<Aggregator> {
  const { name, body } = call;
  const target = await loadTarget(name, body);
  return readTarget(name, body, () => aggregatorOf(target, call));
}

function aggregatorOf(target: object, call: ScalarCall): Aggregator {
  const { name, body } = call;
  const merges = body.accumulator !== null;
  const missing = missingOfAggregate(target, { rows: body.rows, merges });
  if (missing !== null) {
    const reason = `it has no method '${missing}'`;
    throw udfError('UDF_LOAD_FAILED', { name, reason }, { functionName: name });
  }
  requireImmediate(name, target);
  // Checked by the lines above.
  const aggregator = target as Aggregator;
  return body.rows ? emitting(aggregator, call) : aggregator;
}

/** Nobody waits for what an async method or a generator does to an accumulator. */
function requireImmediate(name: string, target: object): void {
  const late = awaitedMethod(target);
  if (late === null) return;
  const reason = `its method '${late.method}' is ${late.what}, and must be over when it returns`;
  throw udfError('UDF_LOAD_FAILED', { name, reason }, { functionName: name });
}

/**
 * Looks at what a method returned that changes an accumulator: nobody waits for a promise. Errors:
 * TypeError.
 */
export function requireOver(returned: unknown): void {
  if (types.isPromise(returned)) returned.catch(() => {});
  else if (!isThenable(returned)) return;
  throw new TypeError('it returned a promise, and must be over when it returns');
}

/** Such as the builder of a database query, which does nothing until it is awaited. */
function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && has(value, 'then');
}

/**
 * A new accumulator. `accumulate` changes it, so that a number or a text would stay what it is, and
 * the rows be lost without a word. Errors: UdfError UDF_ACCUMULATOR.
 */
export function requireAccumulator(name: string, accumulator: unknown): object {
  const isPromise = types.isPromise(accumulator);
  if (isPromise) accumulator.catch(() => {});
  else if (typeof accumulator === 'object' && accumulator !== null) return accumulator;
  const params = { name, expected: 'an object', value: showValue(accumulator) };
  const hint = isPromise
    ? 'Nobody waits for createAccumulator: let open prepare what it needs.'
    : "accumulate(acc, …) changes 'acc', what it returns is not used: keep { n: 0 }, not 0.";
  throw udfError('UDF_ACCUMULATOR', params, { functionName: name, hint });
}

/** A table aggregate function as one that gives the array of its rows. */
function emitting(target: Aggregator & Emitting, call: ScalarCall): Aggregator {
  const { result } = call;
  assert(result.kind === 'ARRAY', 'a table aggregate function gives an array of rows');
  const toRow = rowReader(result.element);
  const getValue = (accumulator: unknown): unknown => {
    if (target.emitValue === undefined) {
      const collector = new RowCollector(call.name, result.element);
      requireOver(target.emitUpdateWithRetract?.(accumulator, collector));
      return collector.rows();
    }
    const rows = target.emitValue(accumulator);
    // What is no list of rows fails when it is converted.
    const isList = typeof rows === 'object' && rows !== null && Symbol.iterator in rows;
    return isList ? Array.from(rows, (row) => toRow(copiedRow(row))) : (rows ?? []);
  };
  return {
    open: (context) => target.open?.(context),
    close: () => target.close?.(),
    createAccumulator: () => target.createAccumulator(),
    accumulate: (...args) => target.accumulate(...args),
    ...(has(target, 'retract') && { retract: (...args) => target.retract?.(...args) }),
    merge: (accumulator, others) => target.merge?.(accumulator, others),
    getValue,
  };
}
