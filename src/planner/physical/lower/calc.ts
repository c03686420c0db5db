import type { Call, Expr } from '../../../expr/expr.ts';
import { joinConjunction, splitConjunction } from '../../../expr/simplify.ts';
import {
  callsUdf,
  children,
  contains,
  equalExprs,
  inputRef,
  inputsUsed,
  isDeterministic,
  mapChildren,
} from '../../../expr/tree.ts';
import { projectSchema, type Schema } from '../../../types/schema.ts';
import type { AsyncUdfCalc, PhysicalPlan, UdfCalc } from '../nodes.ts';
import { calc } from './lowered.ts';

/**
 * A filter and a projection, with user code apart: conditions without user code come first, then
 * those with it one after the other, then the calls of the projection. Equal calls of a
 * deterministic function are made once. `rowsWhere` estimates what a condition leaves of the input.
 */
export function lowerCalc(
  input: PhysicalPlan,
  condition: Expr | null,
  projections: readonly Expr[],
  schema: Schema,
  rows: number,
  rowsWhere: (condition: Expr) => number = () => input.rows,
): PhysicalPlan {
  const conditions = condition === null ? [] : splitConjunction(condition);
  if (![...conditions, ...projections].some(callsUdf)) {
    return calc(input, condition, projections, schema, rows);
  }
  const cheap = conditions.filter((expr) => !callsUdf(expr));
  let state: State = {
    plan: input,
    condition: cheap,
    rows: cheap.length === 0 ? input.rows : rowsWhere(joinConjunction(cheap)),
    pending: [...conditions.filter(callsUdf), ...projections],
  };
  // Each condition with user code filters before the next one is computed.
  while (state.pending.length > projections.length) {
    state = callAll(state, 1);
    const [first, ...rest] = state.pending;
    state = { ...state, condition: [...state.condition, first!], pending: rest };
  }
  const { plan, condition: last, pending } = callAll(state, projections.length);
  return calc(plan, last.length === 0 ? null : joinConjunction(last), pending, schema, rows);
}

/** A plan, conditions still to be applied to its rows, and expressions still to be computed. */
interface State {
  readonly plan: PhysicalPlan;
  readonly condition: readonly Expr[];
  /** What the conditions without user code leave of the rows, by estimate. */
  readonly rows: number;
  readonly pending: readonly Expr[];
}

/** Computes the user's calls in the first `count` pending expressions, innermost first. */
function callAll(state: State, count: number): State {
  let current = state;
  for (;;) {
    const calls: Call[] = [];
    for (const expr of current.pending.slice(0, count)) collectReady(expr, calls);
    if (calls.length === 0) return current;
    const kind = isAsync(calls[0]!);
    current = callOnce(
      current,
      calls.filter((call) => isAsync(call) === kind),
    );
  }
}

/** Calls of user code whose arguments have none. */
function collectReady(expr: Expr, calls: Call[]): void {
  if (isUdfCall(expr) && !expr.args.some(callsUdf)) {
    const known = isDeterministic(expr) && calls.some((other) => equalExprs(other, expr));
    if (!known && !calls.includes(expr)) calls.push(expr);
    return;
  }
  for (const child of children(expr)) collectReady(child, calls);
}

function isUdfCall(expr: Expr): expr is Call {
  return expr.kind === 'Call' && expr.definition.body.kind === 'udf';
}

function isAsync({ definition: { body } }: Call): boolean {
  // A process of its own is given whole columns, and waits for the calls of a column itself.
  return body.kind === 'udf' && body.async !== null && body.isolation === null;
}

/** A Calc that computes the arguments, and a UdfCalc that calls. */
function callOnce({ plan, condition, rows, pending }: State, calls: readonly Call[]): State {
  const isCalled = (expr: Expr) => calls.findIndex((call) => sameCall(call, expr));
  const without = pending.map((expr) => dropCalls(expr, isCalled));
  const kept = inputsUsed(...without.filter((expr) => expr !== null));
  const args: Expr[] = [];
  const columnOf = (expr: Expr): Expr => {
    if (expr.kind === 'Literal') return expr;
    if (expr.kind === 'InputRef' && kept.includes(expr.index)) {
      return inputRef(kept.indexOf(expr.index), expr.type);
    }
    const found = args.findIndex((arg) => equalExprs(arg, expr) && isDeterministic(arg));
    const index = found >= 0 ? found : args.push(expr) - 1;
    return inputRef(kept.length + index, expr.type);
  };
  const udfCalls = calls.map((call) => ({
    call: { ...call, args: call.args.map(columnOf) },
    name: call.definition.name,
  }));
  const argFields = args.map((arg, i) => {
    const name = arg.kind === 'InputRef' ? plan.schema.fields[arg.index]!.name : `$a${i}`;
    return { name, type: arg.type, comment: null };
  });
  const schema = { fields: [...projectSchema(plan.schema, kept).fields, ...argFields] };
  const keptRefs = kept.map((index) => inputRef(index, plan.schema.fields[index]!.type));
  const filter = condition.length === 0 ? null : joinConjunction(condition);
  const prepared = calc(plan, filter, [...keptRefs, ...args], schema, rows);
  const width = prepared.schema.fields.length;
  const results = calls.map((call, i) => ({ name: `$u${i}`, type: call.type, comment: null }));
  const udfCalc: UdfCalc | AsyncUdfCalc = {
    kind: calls.some(isAsync) ? 'AsyncUdfCalc' : 'UdfCalc',
    schema: { fields: [...prepared.schema.fields, ...results] },
    inputs: [prepared],
    rows: prepared.rows,
    calls: udfCalls,
  };
  const place = (expr: Expr): Expr => {
    const called = isCalled(expr);
    if (called >= 0) return inputRef(width + called, expr.type);
    if (expr.kind === 'InputRef') return inputRef(kept.indexOf(expr.index), expr.type);
    return mapChildren(expr, place);
  };
  return { plan: udfCalc, condition: [], rows, pending: pending.map(place) };
}

function sameCall(call: Call, expr: Expr): boolean {
  return call === expr || (isDeterministic(call) && equalExprs(call, expr));
}

/** The expression with the calls replaced by literals, so that their inputs do not count. */
function dropCalls(expr: Expr, isCalled: (expr: Expr) => number): Expr {
  if (isCalled(expr) >= 0) return { kind: 'Literal', type: expr.type, value: null };
  return contains(expr, (e) => isCalled(e) >= 0)
    ? mapChildren(expr, (child) => dropCalls(child, isCalled))
    : expr;
}
