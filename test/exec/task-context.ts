import type { Region } from '../../src/columnar/arena/region.ts';
import { TaskMemory } from '../../src/exec/memory.ts';
import type { TaskContext } from '../../src/exec/operator.ts';
import { TaskMetrics } from '../../src/udf/metrics.ts';
import { CONTEXT } from '../expr/support.ts';

/** What expressions, aggregates and operators get from a task of their own, which never spills. */
export function contextOf(region: Region, given: Partial<TaskContext> = {}): TaskContext {
  return {
    region,
    memory: new TaskMemory(region.arena, 1, () => ''),
    statement: CONTEXT,
    batchRows: 64,
    compile: true,
    checkCancelled: () => {},
    progress: { words: new Int32Array(2), index: 0, cancelled: 1 },
    userCode: { metrics: new TaskMetrics(), cacheFolder: '', task: 0, tasks: 1, children: null },
    ...given,
  };
}
