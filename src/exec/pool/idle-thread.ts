import type { WorkerPool } from './pool.ts';

/**
 * The pool whose idle thread a task of a short statement gets; null: there is none yet, but one more
 * is started, if there may be one, for this task or the next.
 */
export function poolWithIdle({
  pool,
  spare,
}: {
  readonly pool: WorkerPool;
  readonly spare: WorkerPool;
}): WorkerPool | null {
  if (pool.hasIdle) return pool;
  if (spare.hasIdle) return spare;
  // The first thread of all is started by the first task.
  if (pool.size > 0) (pool.mayGrow ? pool : spare).addThread();
  return null;
}
