import type { Region } from '../../columnar/arena/region.ts';
import { cancelledError } from '../../common/errors.ts';
import { TaskMetrics } from '../../udf/metrics.ts';
import { TaskMemory } from '../memory.ts';
import type { TaskContext, UserCodeSite } from '../operator.ts';
import type { PoolSite } from '../pool/pool-segment.ts';
import { TaskProfile } from '../profile/task-profile.ts';
import type { JobSite } from './job-site.ts';

/** What user code sees of the only task there is; what hardly a statement needs is made when it does. */
class LocalUserCode implements UserCodeSite {
  readonly task = 0;
  readonly tasks = 1;
  readonly children = null;
  readonly #pool: PoolSite;
  #metrics: TaskMetrics | null = null;

  constructor(pool: PoolSite) {
    this.#pool = pool;
  }

  get metrics(): TaskMetrics {
    this.#metrics ??= new TaskMetrics();
    return this.#metrics;
  }

  get cacheFolder(): string {
    return this.#pool.cacheFolder;
  }
}

/**
 * What operators on the calling thread get. `sharers`: tasks that hold rows meanwhile, this one
 * with them.
 */
export function localContext(
  site: JobSite,
  region: Region,
  spillFolder: () => string,
  sharers = 1,
): TaskContext {
  const { statement, batchRows, compile, interpretedRows = 0, profile } = site.options;
  return {
    region,
    memory: new TaskMemory(region.arena, sharers, spillFolder),
    statement,
    batchRows,
    compile,
    interpretedRows,
    checkCancelled: () => {
      if (site.isCancelled()) throw cancelledError('CANCELLED', {});
    },
    // Nobody writes the second word: user code on this thread always has to ask.
    progress: { words: Int32Array.of(0, 1), index: 0, cancelled: 1 },
    userCode: new LocalUserCode(site.pool),
    profile: profile === true ? new TaskProfile() : undefined,
  };
}
