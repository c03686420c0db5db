import { Arena } from '../columnar/arena/arena.ts';
import { Region } from '../columnar/arena/region.ts';
import { validationError } from '../common/errors.ts';
import type { CapturedSources } from '../planner/physical/at-call.ts';
import type { PhysicalPlan } from '../planner/physical/nodes.ts';
import { MetricTotals } from '../udf/metrics.ts';
import { ChildPool } from './child/child-pool.ts';
import { keptModules } from './compile/kernel-cache.ts';
import type { ExecuteOptions, Execution } from './execution.ts';
import { WorkerPool } from './pool/pool.ts';
import type { WorkerHeap } from './pool/thread.ts';
import { JobRun } from './task/job-run.ts';
import { TemporaryFolder } from './temporary-folder.ts';

const OWN_SOURCES: CapturedSources = new Map();

/** Where short and long statements run at once, the next long one begins in so many milliseconds. */
const BESIDE_LONG_MS = 1000;

/** What an engine is made with. */
export interface EngineOptions {
  /** `table.exec.memory.limit`: bytes of the arena. */
  readonly memoryLimitBytes: number;
  /**
   * `parallelism.default`: the pool has at most twice as many workers, and as many spare ones for
   * statements that would wait behind long ones.
   */
  readonly parallelism: number;
  /** Mebibytes of JavaScript heap that one worker, or a function's process, may use. */
  readonly workerHeapMb?: number;
  /** `table.exec.worker-path`: the entry of the workers; null: the package's own. */
  readonly workerUrl?: URL | null;
  /** `table.exec.child-path`: the same for the entry of the processes of functions. */
  readonly childUrl?: URL | null;
}

/** The memory and the workers, once a statement has needed them. */
interface Resources {
  readonly arena: Arena;
  readonly pool: WorkerPool;
  readonly spare: WorkerPool;
  hasLong(): boolean;
  readonly children: ChildPool;
  /** Control blocks. */
  readonly region: Region;
  readonly folder: TemporaryFolder;
  readonly cacheFolder: string;
}

/** The memory of an engine. */
export interface EngineMemory {
  readonly limitBytes: number;
  readonly usedBytes: number;
  readonly bytesByOwner: ReadonlyMap<number, number>;
  /** For each run that was begun and not ended: the owners of its memory. */
  readonly running: readonly (readonly number[])[];
  readonly modules: ReturnType<typeof keptModules>;
  readonly heaps: readonly (WorkerHeap | null)[];
}

/** What runs the physical plans of one environment: its arena and its workers, both made lazily. */
export class Engine {
  readonly options: EngineOptions;
  /** What the user's functions measured in the runs that have ended. */
  readonly metrics = new MetricTotals();
  readonly #running = new Set<JobRun>();
  /** When somebody last asked for a thread while a long statement ran. */
  #besideLongAt = Number.NEGATIVE_INFINITY;
  #resources: Resources | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: EngineOptions) {
    this.options = options;
  }

  /** The memory of the environment. */
  get arena(): Arena {
    return this.#lazy().arena;
  }

  /** Worker threads that live. */
  get workers(): number {
    const { pool, spare } = this.#resources ?? {};
    return (pool?.size ?? 0) + (spare?.size ?? 0);
  }

  /** What the engine uses now; null before a statement has needed anything. */
  async memory(): Promise<EngineMemory | null> {
    if (this.#resources === null) return null;
    const { arena, pool, spare } = this.#resources;
    const heaps = (await Promise.all([pool.heaps(), spare.heaps()])).flat();
    const owners = [...this.#running].map((run) => run.owners);
    return {
      limitBytes: arena.limitBytes,
      usedBytes: arena.usedBytes,
      bytesByOwner: arena.bytesByOwner(),
      running: owners,
      modules: keptModules(),
      heaps,
    };
  }

  /**
   * Prepares a run; it starts when the first batch is pulled. Scans read `sources` in place of their
   * own. Errors: ENVIRONMENT_CLOSED.
   */
  execute(
    plan: PhysicalPlan,
    options: ExecuteOptions,
    sources: CapturedSources = OWN_SOURCES,
  ): Execution {
    if (this.#closing !== null) throw validationError('ENVIRONMENT_CLOSED', {});
    const run: JobRun = new JobRun({ plan, sources }, options, this.#lazy(), () => {
      this.#running.delete(run);
      this.metrics.add(run.metrics.snapshots());
    });
    this.#running.add(run);
    return run;
  }

  /** Cancels what runs and ends the workers. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #hasLong(): boolean {
    const now = performance.now();
    if ([...this.#running].some(({ isLong }) => isLong)) this.#besideLongAt = now;
    return now - this.#besideLongAt < BESIDE_LONG_MS;
  }

  async #close(): Promise<void> {
    const runs = [...this.#running];
    for (const run of runs) run.cancel();
    await Promise.all(runs.map((run) => run.settled()));
    await Promise.all([this.#resources?.pool.close(), this.#resources?.spare.close()]);
    await this.#resources?.children.close();
    await Promise.all(runs.map((run) => run.removeFiles()));
    await this.#resources?.folder.remove();
  }

  #lazy(): Resources {
    if (this.#resources === null) {
      const { memoryLimitBytes, parallelism, workerHeapMb, workerUrl, childUrl } = this.options;
      const arena = Arena.create(memoryLimitBytes);
      const workers = { heapMb: workerHeapMb ?? null, workerUrl: workerUrl ?? null };
      const pool = new WorkerPool(arena, { ...workers, workersMax: 2 * parallelism });
      const spare = new WorkerPool(arena, { ...workers, workersMax: parallelism });
      const children = new ChildPool({ heapMb: workerHeapMb ?? null, entry: childUrl ?? null });
      const folder = new TemporaryFolder();
      const region = new Region(arena);
      this.#resources = {
        arena,
        pool,
        spare,
        hasLong: () => this.#hasLong(),
        children,
        region,
        folder,
        get cacheFolder() {
          return folder.path;
        },
      };
    }
    return this.#resources;
  }
}
