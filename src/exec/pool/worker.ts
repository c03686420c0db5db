import { workerData } from 'node:worker_threads';
import { Arena } from '../../columnar/arena/arena.ts';
import { restoreSink, restoreSource } from '../../connectors/index.ts';
import type { TaskSpec, WorkerInit } from './protocol.ts';
import { TaskRun } from './task-run.ts';

/** The arena of the environment. */
const arena = Arena.attach((workerData as WorkerInit).arena);

/** The entry of the pool's workers: runs one task. Its outcome is the last message on its port. */
export function runTask(spec: TaskSpec): Promise<void> {
  return TaskRun.run(spec, arena, { restoreSource, restoreSink });
}

/** What a thread runs that is only to be there. */
export function begin(): void {}
