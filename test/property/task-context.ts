import type { Region } from '../../src/columnar/arena/region.ts';
import { TaskMemory } from '../../src/exec/memory.ts';
import type { TaskContext } from '../../src/exec/operator.ts';
import type { StatementContext } from '../../src/functions/definition.ts';
import { TaskMetrics } from '../../src/udf/metrics.ts';

const STATEMENT: StatementContext = { timeZone: 'UTC', now: 0n, config: new Map() };

/** What expressions and aggregates get from a task of their own, compiled or interpreted. */
export function contextOf(
  region: Region,
  compile: boolean,
  statement: StatementContext = STATEMENT,
): TaskContext {
  return {
    region,
    memory: new TaskMemory(region.arena, 1, () => ''),
    statement,
    batchRows: 64,
    compile,
    checkCancelled: () => {},
    progress: { words: new Int32Array(2), index: 0, cancelled: 1 },
    userCode: { metrics: new TaskMetrics(), cacheFolder: '', task: 0, tasks: 1, children: null },
  };
}
