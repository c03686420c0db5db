import type { Batch } from '../../columnar/batch.ts';
import { notImplemented } from '../../common/errors.ts';
import type { TaskContext } from '../operator.ts';
import type { SharedTable } from '../pool/protocol.ts';
import type { Leftover } from '../task/stage.ts';

/** The build rows that a join yields when all rows were probed. */
export function readLeftover(
  _table: SharedTable,
  _leftover: Leftover,
  _ctx: TaskContext,
): Iterable<Batch> {
  throw notImplemented('An outer join');
}
