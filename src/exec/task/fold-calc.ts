import type { AggregateCall, Expr } from '../../expr/expr.ts';
import { inputRef, isDeterministic, substitute } from '../../expr/tree.ts';
import { loweredType } from '../../functions/lowered.ts';
import type { Calc, HashAggregate } from '../../planner/physical/nodes.ts';
import { isEmittedAlone } from '../compile/emitted.ts';

/**
 * Folds the projection below an aggregate into its updates, which are compiled as one loop: the
 * columns are then never written.
 *
 * Calc(filter, exprs) → HashAggregate(columns) => HashAggregate(filter, exprs), with the filter in a
 * Calc of its own when it is not compiled. Null when an expression is no column key, or is none that
 * is compiled.
 */
export function foldCalc(
  calc: Calc,
  aggregate: HashAggregate,
): readonly [calc: Calc | null, aggregate: HashAggregate] | null {
  const [input] = calc.inputs;
  const { projections } = calc;
  if (input === undefined || aggregate.phase === 'final') return null;
  if (aggregate.calls.some((call) => call.distinct)) return null;
  const keys = aggregate.keys.map((key) => projections[key]!);
  if (!keys.every((key) => key.kind === 'InputRef')) return null;
  const calls = aggregate.calls.map((call) => ({
    ...call,
    args: call.args.map((arg) => folded(arg, projections)),
    filter: call.filter === null ? null : folded(call.filter, projections),
  }));
  const parts = calls.flatMap(({ args, filter }) => (filter === null ? args : [...args, filter]));
  if (!parts.every((part) => isCompiled(part) && isDeterministic(part))) return null;
  const columns = { keys: keys.map((key) => key.index), calls };
  const { condition } = calc;
  if (condition === null) return [null, { ...aggregate, ...columns, inputs: [input] }];
  if (calls.every(isAdded) && isCompiled(condition) && isDeterministic(condition)) {
    return [null, { ...aggregate, ...columns, inputs: [input], condition }];
  }
  const passed = input.schema.fields.map(({ type }, i) => inputRef(i, type));
  const filter: Calc = { ...calc, schema: input.schema, projections: passed };
  return [filter, { ...aggregate, ...columns, inputs: [filter] }];
}

/** Whether emitted code adds the rows to the state of a call. */
function isAdded({ definition, args }: AggregateCall): boolean {
  return definition.compiled !== null && args.every((arg) => loweredType(arg.type) !== null);
}

function folded(expr: Expr, projections: readonly Expr[]): Expr {
  return substitute(expr, (ref) => projections[ref.index]!);
}

/** Whether an expression becomes machine code, so that it may be computed more than once. */
function isCompiled(expr: Expr): boolean {
  return expr.kind === 'InputRef' || isEmittedAlone(expr);
}
