import type { Batch } from '../../columnar/batch.ts';
import { notImplemented } from '../../common/errors.ts';
import type { TaskContext } from '../operator.ts';

/** Parts the rows of batches by a hash of their keys. */
export class Partitioner {
  constructor(_keys: readonly number[], _partitions: number, _ctx: TaskContext) {
    throw notImplemented('A hash exchange');
  }

  /** One batch a partition, with a selection: borrowed until the next call. */
  partition(_batch: Batch): readonly Batch[] {
    return [];
  }
}
