import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { takeBatch } from '../../columnar/batches.ts';
import type { TaskContext } from '../operator.ts';

/** Yields the rows from `from` to `to` in batches of the usual size, each in `scratch`. */
export function* takeSlices(
  all: Batch,
  from: number,
  to: number,
  scratch: Region,
  { batchRows, checkCancelled }: Pick<TaskContext, 'batchRows' | 'checkCancelled'>,
): Iterable<Batch> {
  for (let first = from; first < to; first += batchRows) {
    checkCancelled();
    scratch.recycle();
    const rows = Math.min(batchRows, to - first);
    const indices = allocInt32(scratch, rows);
    for (let i = 0; i < rows; i++) indices[i] = first + i;
    yield takeBatch(all, indices, scratch);
  }
}
