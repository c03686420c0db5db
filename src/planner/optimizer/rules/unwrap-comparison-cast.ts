import { TableError } from '../../../common/errors.ts';
import { evaluateConstant } from '../../../expr/evaluate.ts';
import type { Call, Cast, Expr, Literal } from '../../../expr/expr.ts';
import { equalExprs, isCallOf, rewriteUp } from '../../../expr/tree.ts';
import type { StatementContext } from '../../../functions/definition.ts';
import type { DataType } from '../../../types/data-type.ts';
import { mapExprs } from '../../logical/tree.ts';
import type { Rule } from '../rule.ts';

const COMPARISONS = ['=', '<>', '<', '<=', '>', '>='];

/**
 * CAST(price AS DECIMAL(12, 2)) > 10.00  =>  price > 10.00 of price's own type
 *
 * Where the cast loses nothing and the constant has the same value in the column's type, the
 * column is compared as it is stored: cheaper, and sources understand it.
 */
export const unwrapComparisonCast: Rule = {
  name: 'unwrap-comparison-cast',
  rewrite: (plan, context) =>
    mapExprs(plan, (expr) => rewriteUp(expr, (node) => unwrap(node, context))),
};

function unwrap(expr: Expr, context: StatementContext): Expr {
  if (expr.kind !== 'Call') return expr;
  if (isCallOf(expr, 'IN')) return unwrapCall(expr, 0, context);
  if (!COMPARISONS.includes(expr.definition.name)) return expr;
  const [a, b] = expr.args;
  if (a?.kind === 'Cast' && b?.kind === 'Literal') return unwrapCall(expr, 0, context);
  if (a?.kind === 'Literal' && b?.kind === 'Cast') return unwrapCall(expr, 1, context);
  return expr;
}

/** The call with the cast at `position` removed and all other arguments, literals, cast back. */
function unwrapCall(call: Call, position: number, context: StatementContext): Expr {
  const cast = call.args[position]!;
  if (cast.kind !== 'Cast' || cast.safe || !isLossless(cast.input.type, cast.type)) return call;
  const args: Expr[] = [];
  for (const [i, arg] of call.args.entries()) {
    if (i === position) args.push(cast.input);
    else if (arg.kind === 'Literal') {
      const back = castBack(arg, cast.input.type, context);
      if (back === null) return call;
      args.push(back);
    } else return call;
  }
  return { ...call, args };
}

/** The constant in another type, if it has the same value there. */
function castBack(constant: Literal, type: DataType, context: StatementContext): Literal | null {
  const to = { ...type, nullable: constant.type.nullable };
  if (constant.value === null) return { kind: 'Literal', type: to, value: null };
  const there = evaluate({ kind: 'Cast', type: to, input: constant, safe: false }, context);
  if (there === null) return null;
  const back = evaluate({ kind: 'Cast', type: constant.type, input: there, safe: false }, context);
  return back !== null && equalExprs(back, constant) ? there : null;
}

function evaluate(cast: Cast, context: StatementContext): Literal | null {
  try {
    const value = evaluateConstant(cast, context);
    return value === null ? null : { kind: 'Literal', type: cast.type, value };
  } catch (error) {
    if (error instanceof TableError) return null;
    throw error;
  }
}

const INTEGER_DIGITS: Partial<Record<DataType['kind'], number>> = {
  TINYINT: 3,
  SMALLINT: 5,
  INT: 10,
  BIGINT: 19,
};

/** Whether a cast maps different values to different ones, in the same order. */
function isLossless(from: DataType, to: DataType): boolean {
  const digits = INTEGER_DIGITS[from.kind];
  if (digits !== undefined) {
    const toDigits = INTEGER_DIGITS[to.kind];
    if (toDigits !== undefined) return toDigits >= digits;
    if (to.kind === 'DECIMAL') return to.precision - to.scale >= digits;
    return to.kind === 'DOUBLE' && digits <= 10;
  }
  if (from.kind === 'DECIMAL' && to.kind === 'DECIMAL') {
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  if (from.kind === 'TIMESTAMP' && to.kind === 'TIMESTAMP') return to.precision >= from.precision;
  return from.kind === 'FLOAT' && to.kind === 'DOUBLE';
}
