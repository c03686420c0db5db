import type { WorkerPool } from './pool.ts';
import type { PoolSite } from './pool-segment.ts';

/**
 * The pool whose idle thread a task of a short statement gets; null: there is none yet, but one more
 * is started, if there may be one, for this task or the next.
 */
export function poolWithIdle({
  pool,
  spare,
  hasLong,
}: Pick<PoolSite, 'pool' | 'spare' | 'hasLong'>): WorkerPool | null {
  // Threads that have had long work get less of a core than others, also where they are idle.
  const [first, second] = hasLong() ? [spare, pool] : [pool, spare];
  if (first.hasIdle) return first;
  // The first thread of all is started by the first task.
  if (pool.size > 0) (first.mayGrow ? first : second).addThread();
  return second.hasIdle ? second : null;
}
