import { Arena } from '../columnar/arena/arena.ts';
import { cancelledError, notImplemented, validationError } from '../common/errors.ts';
import type { PhysicalPlan } from '../planner/physical/nodes.ts';
import type { ExecuteOptions, Execution } from './execution.ts';

/** What an engine is made with. */
export interface EngineOptions {
  /** `table.exec.memory.limit`: bytes of the arena. */
  readonly memoryLimitBytes: number;
  /** `parallelism.default`: the pool has at most twice as many workers. */
  readonly parallelism: number;
  /** Mebibytes of JavaScript heap that one worker may use. */
  readonly workerHeapMb?: number;
  /** `table.exec.worker-path`: where a bundler moved the worker's entry; null: beside the sources. */
  readonly workerUrl?: URL | null;
}

/** What runs the physical plans of one environment: its arena and its workers, both made lazily. */
export class Engine {
  readonly options: EngineOptions;
  #arena: Arena | null = null;
  #closed = false;

  constructor(options: EngineOptions) {
    this.options = options;
  }

  /** The memory of the environment. */
  get arena(): Arena {
    this.#arena ??= Arena.create(this.options.memoryLimitBytes);
    return this.#arena;
  }

  /** Prepares a run; it starts when the first batch is pulled. Errors: ENVIRONMENT_CLOSED. */
  execute(_plan: PhysicalPlan, options: ExecuteOptions): Execution {
    if (this.#closed) throw validationError('ENVIRONMENT_CLOSED', {});
    if (options.signal?.aborted === true) throw cancelledError('CANCELLED', {});
    throw notImplemented('Execution');
  }

  /** Cancels what runs and ends the workers. Idempotent. */
  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }
}
