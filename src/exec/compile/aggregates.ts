import { notImplemented } from '../../common/errors.ts';
import type { AggregateCall } from '../../expr/expr.ts';
import type { Schema } from '../../types/schema.ts';
import type { TaskContext } from '../operator.ts';
import type { AggregateStates } from './api.ts';

/**
 * Compiles the updates of aggregate calls. Arguments and filters may be any expressions over
 * `input`, so that a projection below can be folded into the update.
 */
export function createAggregates(
  _calls: readonly AggregateCall[],
  _input: Schema,
  _ctx: TaskContext,
): AggregateStates {
  throw notImplemented('createAggregates');
}
