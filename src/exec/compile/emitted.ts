import type { Expr } from '../../expr/expr.ts';
import { LoopBuilder } from './loop-builder.ts';
import { lowerExpr } from './lower.ts';
import { PLANNED } from './row-loop.ts';

const known = new WeakMap<Expr, boolean>();

/**
 * Whether an expression of fixed width becomes emitted code as a whole: no part of it is computed
 * beforehand, so that it costs little and may be computed more than once.
 */
export function isEmittedAlone(expr: Expr): boolean {
  const before = known.get(expr);
  if (before !== undefined) return before;
  const loop = new LoopBuilder(PLANNED);
  const emitted =
    lowerExpr(loop, expr) !== null && !loop.inputs.some((input) => input.id.startsWith('t'));
  known.set(expr, emitted);
  return emitted;
}
