import type { Region } from '../columnar/arena/region.ts';
import type { Batch } from '../columnar/batch.ts';
import { builderFor } from '../columnar/builders/builder-for.ts';
import type { Column } from '../columnar/column.ts';
import { unreachable } from '../common/assert.ts';
import { castFunction, tryCastFunction } from '../functions/cast/cast.ts';
import type { CallSite, StatementContext } from '../functions/definition.ts';
import type { Call, Case, Cast, Expr } from './expr.ts';

/** The value of an expression in one row of a batch's columns, or null. */
export type RowEvaluator = (columns: readonly Pick<Column, 'get'>[], row: number) => unknown;

/**
 * Compiles an expression to closures: the complete reference for every expression, and what runs
 * those that have no faster form.
 *
 * Errors: what the functions raise when the evaluator runs.
 */
export function compileRow(expr: Expr, context: StatementContext): RowEvaluator {
  switch (expr.kind) {
    case 'Literal': {
      const { value } = expr;
      return () => value;
    }
    case 'InputRef': {
      const { index } = expr;
      return (columns, row) => columns[index]!.get(row);
    }
    case 'Parameter':
      throw new Error(`Parameter ${expr.index} has no value`);
    case 'Call':
      return compileCall(expr, context);
    case 'Cast':
      return compileCast(expr, context);
    case 'Case':
      return compileCase(expr, context);
    default:
      return unreachable(expr);
  }
}

/**
 * Evaluates an expression for every row of a batch.
 *
 * Output: a column of the expression's type in memory of `region`, as long as the batch (rows
 * outside its selection are NULL).
 */
export function evaluateColumn(
  expr: Expr,
  batch: Batch,
  region: Region,
  context: StatementContext,
): Column {
  const { columns, length, selection } = batch;
  const evaluate = compileRow(expr, context);
  const builder = builderFor(expr.type, region, length);
  let next = 0;
  for (let row = 0; row < length; row++) {
    const counts = selection === null || selection[next] === row;
    if (counts) next++;
    builder.append(counts ? evaluate(columns, row) : null);
  }
  return builder.finish();
}

/** Evaluates an expression that reads no columns, once. */
export function evaluateConstant(expr: Expr, context: StatementContext): unknown {
  return compileRow(expr, context)([], 0);
}

/** A call as the definition of its function sees it. */
export function callSiteOf(call: Call, context: StatementContext): CallSite {
  return {
    types: call.args.map((a) => a.type),
    literals: call.args.map((a) => (a.kind === 'Literal' ? a.value : undefined)),
    result: call.type,
    context,
  };
}

function compileCall(call: Call, context: StatementContext): RowEvaluator {
  const { definition } = call;
  if (definition.name === 'AND') return compileJunction(call, context, false);
  if (definition.name === 'OR') return compileJunction(call, context, true);
  const args = call.args.map((a) => compileRow(a, context));
  const lazy = LAZY.get(definition.name);
  if (lazy !== undefined && definition.body.kind === 'builtin') return lazy(args);
  // Functions take their internal values unchecked: the binder has cast every argument.
  const run = definition.specialize(callSiteOf(call, context)) as (...a: unknown[]) => unknown;
  return definition.strict ? strictCall(run, args) : looseCall(run, args);
}

function strictCall(
  run: (...a: unknown[]) => unknown,
  args: readonly RowEvaluator[],
): RowEvaluator {
  const [first, second, third, fourth] = args;
  if (first === undefined) return () => run();
  if (second === undefined) {
    return (columns, row) => {
      const a = first(columns, row);
      return a === null ? null : run(a);
    };
  }
  if (third === undefined) {
    return (columns, row) => {
      const a = first(columns, row);
      const b = second(columns, row);
      return a === null || b === null ? null : run(a, b);
    };
  }
  if (fourth === undefined) {
    return (columns, row) => {
      const a = first(columns, row);
      const b = second(columns, row);
      const c = third(columns, row);
      return a === null || b === null || c === null ? null : run(a, b, c);
    };
  }
  return (columns, row) => {
    const values = args.map((arg) => arg(columns, row));
    return values.includes(null) ? null : run(...values);
  };
}

function looseCall(run: (...a: unknown[]) => unknown, args: readonly RowEvaluator[]): RowEvaluator {
  return (columns, row) => run(...args.map((arg) => arg(columns, row)));
}

/** Functions whose later arguments must not be evaluated when an earlier one decides. */
const LAZY: ReadonlyMap<string, (args: readonly RowEvaluator[]) => RowEvaluator> = new Map([
  ['COALESCE', lazyCoalesce],
  ['IFNULL', lazyCoalesce],
  ['IF', lazyIf],
]);

function lazyCoalesce(args: readonly RowEvaluator[]): RowEvaluator {
  return (columns, row) => {
    for (const arg of args) {
      const value = arg(columns, row);
      if (value !== null) return value;
    }
    return null;
  };
}

function lazyIf([condition, then, otherwise]: readonly RowEvaluator[]): RowEvaluator {
  return (columns, row) =>
    condition!(columns, row) === true ? then!(columns, row) : otherwise!(columns, row);
}

/** AND decides at the first FALSE, OR at the first TRUE. */
function compileJunction(call: Call, context: StatementContext, decides: boolean): RowEvaluator {
  const operands = call.args.map((a) => compileRow(a, context));
  return (columns, row) => {
    let result: boolean | null = !decides;
    for (const operand of operands) {
      const value = operand(columns, row);
      if (value === decides) return decides;
      if (value === null) result = null;
    }
    return result;
  };
}

function compileCase(expr: Case, context: StatementContext): RowEvaluator {
  const branches = expr.branches.map(({ when, then }) => ({
    when: compileRow(when, context),
    result: compileRow(then, context),
  }));
  const otherwise = compileRow(expr.otherwise, context);
  return (columns, row) => {
    for (const branch of branches) {
      if (branch.when(columns, row) === true) return branch.result(columns, row);
    }
    return otherwise(columns, row);
  };
}

function compileCast(expr: Cast, context: StatementContext): RowEvaluator {
  const input = compileRow(expr.input, context);
  const make = expr.safe ? tryCastFunction : castFunction;
  const cast = make(expr.input.type, expr.type, context);
  return (columns, row) => {
    const value = input(columns, row);
    return value === null ? null : cast(value);
  };
}
