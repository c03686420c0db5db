import { notImplemented } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import type { Schema } from '../../types/schema.ts';
import type { TaskContext } from '../operator.ts';
import type { BatchFilter } from './api.ts';

/** Compiles a condition over rows of `input`. The buffers lie in the region of the context. */
export function createFilter(_condition: Expr, _input: Schema, _ctx: TaskContext): BatchFilter {
  throw notImplemented('createFilter');
}
