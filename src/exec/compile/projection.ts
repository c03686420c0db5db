import { notImplemented } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import type { Schema } from '../../types/schema.ts';
import type { TaskContext } from '../operator.ts';
import type { BatchProjection } from './api.ts';

/** Compiles an expression list over rows of `input` into batches of `output`. */
export function createProjection(
  _exprs: readonly Expr[],
  _input: Schema,
  _output: Schema,
  _ctx: TaskContext,
): BatchProjection {
  throw notImplemented('createProjection');
}
