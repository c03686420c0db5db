import type { Batch } from '../../columnar/batch.ts';
import type { SegmentOutput, SegmentTask } from './segment.ts';
import type { Slice } from './slice.ts';

/** Rows that are made on the calling thread and what of them is counted. */
export interface LocalSegment {
  readonly task: SegmentTask;
  readonly splits: number;
  /** Some source is read asynchronously. */
  readonly async: boolean;
  /** Rejects when the query is cancelled: a source that never answers must not keep it. */
  readonly cancelled: Promise<never>;
  /** The time that it may take of the thread at once, perhaps with whoever takes its rows. */
  readonly slice: Slice;
}

/**
 * Runs a segment on the calling thread, giving way to the event loop after each slice of time. The
 * batches are borrowed.
 */
export async function* runLocal(segment: LocalSegment): AsyncGenerator<Batch> {
  const { task, splits, slice } = segment;
  let next = 0;
  const claim = () => next++;
  try {
    if (!segment.async) {
      for (const item of task.run(claim, splits)) {
        if (item?.kind === 'batch') yield item.batch;
        else if (item?.kind === 'wait') await item.until;
        // Also between batches: whoever takes them may never leave the thread by itself.
        if (slice.over) await slice.giveWay();
      }
    } else {
      for await (const item of interruptible(task.runAsync(claim, splits), segment.cancelled)) {
        if (item?.kind === 'batch') yield item.batch;
        else if (item?.kind === 'wait') await item.until;
        if (slice.over) await slice.giveWay();
      }
    }
  } finally {
    await task.close();
  }
}

async function* interruptible(
  items: AsyncGenerator<SegmentOutput>,
  cancelled: Promise<never>,
): AsyncGenerator<SegmentOutput> {
  let waiting = false;
  try {
    for (;;) {
      waiting = true;
      const next = await Promise.race([items.next(), cancelled]);
      waiting = false;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    const closed = items.return(undefined);
    // A source that was left waiting may never come back: nobody waits for it.
    if (waiting) closed.catch(() => {});
    else await closed;
  }
}
