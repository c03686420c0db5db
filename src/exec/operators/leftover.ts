import type { Batch } from '../../columnar/batch.ts';
import { notImplemented } from '../../common/errors.ts';
import type { TaskContext } from '../operator.ts';
import type { SharedTable } from '../pool/protocol.ts';

/** The build rows of a join that had a match while it was probed, or those that had none. */
export function readLeftover(
  _table: SharedTable,
  _matched: boolean,
  _ctx: TaskContext,
): Iterable<Batch> {
  throw notImplemented('An outer join');
}
