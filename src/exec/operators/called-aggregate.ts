import type { Batch } from '../../columnar/batch.ts';
import type { AggregateCall, Expr } from '../../expr/expr.ts';
import { inputsUsed } from '../../expr/tree.ts';
import type {
  HashAggregate,
  PhysicalPlan,
  UdfCalc,
  UdfCall,
} from '../../planner/physical/nodes.ts';
import { hasTotals, type ResultTotals } from '../../udf/loops/result-totals.ts';
import { type CalledResults, readingResults } from '../compile/called-aggregates.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { HashAggregateOperator } from './hash-aggregate.ts';
import { UdfCalcOperator } from './udf-calc.ts';
import { scalarCall } from './udf-calls.ts';

/** Calls that take longer on average make no morsel: other tasks of the thread wait for its end. */
const MORSEL_CALL_MS = 100e-6;

/**
 * Aggregates the results of functions without groups: the work of an UdfCalc and of the
 * HashAggregate that reads it, in one loop over each function.
 */
export class CalledAggregateOperator implements Operator {
  readonly readsSelection = false;
  readonly expressions: readonly Expr[];
  readonly #calc: UdfCalcOperator;
  readonly #aggregate: HashAggregateOperator;
  /** Several functions read a batch after one another: it is to stay in the cache. */
  readonly #isAlone: boolean;
  #isFast = false;

  /** The nodes must be those of a `calledAggregate`. */
  constructor(calc: UdfCalc, aggregate: HashAggregate, ctx: TaskContext) {
    this.#calc = new UdfCalcOperator(calc, ctx);
    const results = calc.calls.map(
      (_, i): CalledResults => ({
        total: (batch, totals) => this.#total(batch, i, totals),
        append: (batch) => this.#calc.append(batch, i),
      }),
    );
    this.#isAlone = results.length === 1;
    const others = aggregate.calls.filter((call) => calledBy(call, calc) < 0);
    this.expressions = others.flatMap(expressionsOf);
    const calls = aggregate.calls.map((call) => {
      const called = results[calledBy(call, calc)];
      return called === undefined ? call : readingResults(call, called);
    });
    this.#aggregate = new HashAggregateOperator({ ...aggregate, calls }, ctx);
  }

  get readsMorsels(): boolean {
    return this.#isAlone && this.#isFast;
  }

  /** Loads and opens the functions. Errors: UdfError. */
  open(): Promise<void> {
    return this.#calc.open();
  }

  process(batch: Batch): Iterable<Batch> {
    return this.#aggregate.process(batch);
  }

  finish(): Iterable<Batch> {
    return this.#aggregate.finish();
  }

  async close(): Promise<void> {
    this.#aggregate.close();
    await this.#calc.close();
  }

  #total(batch: Batch, call: number, totals: ResultTotals): boolean {
    const start = performance.now();
    const done = this.#calc.total(batch, call, totals);
    this.#isFast = done && performance.now() - start < batch.length * MORSEL_CALL_MS;
    return done;
  }
}

/** Two nodes of a chain that a CalledAggregateOperator can do the work of; null: they are others. */
export function calledAggregate(
  calc: PhysicalPlan,
  aggregate: PhysicalPlan,
): { readonly calc: UdfCalc; readonly aggregate: HashAggregate } | null {
  if (calc.kind !== 'UdfCalc' || aggregate.kind !== 'HashAggregate') return null;
  if (!calc.calls.every(makesNumbers) || !isWithoutGroups(aggregate)) return null;
  const readers = aggregate.calls.filter((call) => readsResults(call, calc));
  if (!readers.every((call) => calledBy(call, calc) >= 0)) return null;
  const called = new Set(readers.map((call) => calledBy(call, calc)));
  return called.size === calc.calls.length ? { calc, aggregate } : null;
}

/** Whether a function runs in this thread, once for each row, and gives numbers that have totals. */
function makesNumbers(call: UdfCall): boolean {
  const { body, result } = scalarCall(call);
  return body.isolation === null && body.funcType === 'general' && !body.rows && hasTotals(result);
}

function isWithoutGroups({ phase, keys, condition }: HashAggregate): boolean {
  return phase !== 'final' && keys.length === 0 && condition === undefined;
}

/** The column of the first results. */
function firstResult({ schema, calls }: UdfCalc): number {
  return schema.fields.length - calls.length;
}

function expressionsOf({ args, filter }: AggregateCall): readonly Expr[] {
  return filter === null ? args : [...args, filter];
}

function readsResults(call: AggregateCall, calc: UdfCalc): boolean {
  return inputsUsed(...expressionsOf(call)).some((column) => column >= firstResult(calc));
}

/** The call whose results an aggregate takes as they are; the first one if it counts rows; or -1. */
function calledBy({ args, filter, distinct, definition }: AggregateCall, calc: UdfCalc): number {
  const [arg, ...others] = args;
  if (definition.compiled === null || distinct || filter !== null || others.length > 0) return -1;
  if (arg === undefined) return 0;
  return arg.kind === 'InputRef' ? arg.index - firstResult(calc) : -1;
}
