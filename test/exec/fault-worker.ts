import { threadId, workerData } from 'node:worker_threads';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { restoreSink, restoreSource } from '../../src/connectors/index.ts';
import type { TaskSpec, WorkerInit } from '../../src/exec/pool/protocol.ts';
import { TaskRun } from '../../src/exec/pool/task-run.ts';
import { RangeSource } from './range-source.ts';

const arena = Arena.attach((workerData as WorkerInit).arena, threadId + 1);

/** The pool's worker with the connector of these tests. */
export function runTask(spec: TaskSpec): Promise<void> {
  const connectors = {
    restoreSource: (source: { connector: string; state: Readonly<Record<string, unknown>> }) =>
      source.connector === 'range' ? RangeSource.restore(source.state) : restoreSource(source),
    restoreSink,
  };
  return new TaskRun(spec, arena, connectors).run();
}
