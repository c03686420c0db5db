import { workerData } from 'node:worker_threads';
import { Arena } from '../../src/columnar/arena/arena.ts';
import type { SourceSpec } from '../../src/connectors/connector.ts';
import { restoreSink, restoreSource } from '../../src/connectors/index.ts';
import type { TaskSpec, WorkerInit } from '../../src/exec/pool/protocol.ts';
import { TaskRun } from '../../src/exec/pool/task-run.ts';
import { RangeSource } from './range-source.ts';
import { SumSink } from './sum-sink.ts';

const arena = Arena.attach((workerData as WorkerInit).arena);

/** The pool's worker with the connector of these tests. */
export function runTask(spec: TaskSpec): Promise<void> {
  const connectors = {
    restoreSource: (source: SourceSpec) =>
      source.connector === 'range' ? RangeSource.restore(source.state) : restoreSource(source),
    restoreSink: (sink: SourceSpec) =>
      sink.connector === 'sum' ? new SumSink() : restoreSink(sink),
  };
  return TaskRun.run(spec, arena, connectors);
}
