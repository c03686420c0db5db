import type { Batch } from '../../columnar/batch.ts';
import { notImplemented } from '../../common/errors.ts';
import type { TaskContext } from '../operator.ts';
import type { SharedTable } from '../pool/protocol.ts';
import type { TableSpec } from '../task/stage.ts';

/** Makes the table that probing tasks attach to, from all rows of the build side. */
export function buildTable(
  _spec: TableSpec,
  _batches: readonly Batch[],
  _ctx: TaskContext,
): SharedTable {
  throw notImplemented('A join');
}
