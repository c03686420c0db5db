import { randomUUID } from 'node:crypto';
import type { Batch } from '../columnar/batch.ts';
import { CancelledError, cancelledError, notImplemented } from '../common/errors.ts';
import type { Execution } from '../exec/execution.ts';
import { type MetricReading, MetricTotals } from '../udf/metrics.ts';

/** Where a job is, in Flink's words. */
export type JobStatus = 'CREATED' | 'RUNNING' | 'FINISHED' | 'CANCELED' | 'FAILED';

/** What a job has counted so far. */
export interface JobMetrics {
  /** Rows that the reader of the result has got. */
  readonly rows: number;
  /** Rows that sources passed over because of `ignore-parse-errors`. */
  readonly rowsSkipped: number;
  /** What user-defined functions measured, by `udf.<function>.<metric>`, once the job has ended. */
  readonly functions: Readonly<Record<string, MetricReading>>;
}

/** The run behind a result. */
export interface JobClient {
  readonly jobId: string;
  /** What the job counted when it had ended; rejects with the error that ended it. */
  readonly result: Promise<JobMetrics>;
  status(): JobStatus;
  /** Stops the job: its reader gets a CancelledError. Idempotent. */
  cancel(): Promise<void>;
  metrics(): JobMetrics;
  /** Errors: NOT_IMPLEMENTED. */
  stopWithSavepoint(dir: string): Promise<string>;
}

/** One run of a plan, which starts when its rows are pulled. */
export class Job implements JobClient {
  readonly jobId = randomUUID();
  readonly #start: () => Execution;
  readonly #release: () => void;
  readonly #ended = Promise.withResolvers<JobMetrics>();
  #execution: Execution | null = null;
  #status: JobStatus = 'CREATED';
  #rows = 0;
  readonly #functions = new MetricTotals();

  /** `release` is called once, when the run has ended. */
  constructor(start: () => Execution, release: () => void) {
    this.#start = start;
    this.#release = release;
    // Whoever reads the rows gets the error too: not everybody asks the job.
    this.#ended.promise.catch(() => {});
  }

  get result(): Promise<JobMetrics> {
    return this.#ended.promise;
  }

  status(): JobStatus {
    return this.#status;
  }

  async cancel(): Promise<void> {
    if (this.#status === 'CREATED') this.#end('CANCELED', cancelledError('CANCELLED', {}));
    else this.#execution?.cancel();
  }

  metrics(): JobMetrics {
    return {
      rows: this.#rows,
      rowsSkipped: this.#execution?.rowsSkipped ?? 0,
      functions: this.#functions.readings(),
    };
  }

  async stopWithSavepoint(_dir: string): Promise<string> {
    throw notImplemented('stopWithSavepoint');
  }

  /** The rows, borrowed until the next pull. Called once. */
  batches(): AsyncGenerator<Batch, void, undefined> {
    return endedWhenDropped(this.#run());
  }

  async *#run(): AsyncGenerator<Batch, void, undefined> {
    if (this.#status === 'CANCELED') throw cancelledError('CANCELLED', {});
    try {
      this.#execution = this.#start();
      this.#status = 'RUNNING';
      for await (const batch of this.#execution.batches()) {
        this.#rows += batch.length;
        yield batch;
      }
      this.#end('FINISHED');
    } catch (error) {
      this.#end(error instanceof CancelledError ? 'CANCELED' : 'FAILED', error);
      throw error;
    } finally {
      // A reader that left the loop wanted no more rows.
      this.#end('CANCELED', cancelledError('CANCELLED', {}));
    }
  }

  #end(status: JobStatus, error: unknown = null): void {
    if (this.#status !== 'CREATED' && this.#status !== 'RUNNING') return;
    this.#status = status;
    if (this.#execution !== null) this.#functions.add(this.#execution.metrics.snapshots());
    this.#release();
    if (error === null) this.#ended.resolve(this.metrics());
    else this.#ended.reject(error);
  }
}

/** Runs whose readers were dropped in the middle: nobody calls their `return` but this. */
const abandoned = new FinalizationRegistry<AsyncGenerator<unknown, void, undefined>>((run) => {
  run.return().catch(() => {});
});

/** The same values; the run also ends when what this returns is dropped in the middle. */
function endedWhenDropped<T>(
  run: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const reader = (async function* (): AsyncGenerator<T, void, undefined> {
    try {
      yield* run;
    } finally {
      abandoned.unregister(run);
    }
  })();
  abandoned.register(reader, run, run);
  return reader;
}
