import type { Arena } from '../columnar/arena/arena.ts';
import { Region } from '../columnar/arena/region.ts';
import type { Batch } from '../columnar/batch.ts';
import { copyBatch } from '../columnar/batches.ts';
import { CancelledError, cancelledError, notImplemented } from '../common/errors.ts';
import { nodeCrypto } from '../common/node-crypto.ts';
import type { Execution } from '../exec/execution.ts';
import { Slice } from '../exec/task/slice.ts';
import { type MetricReading, MetricTotals } from '../udf/metrics.ts';

/** Where a job is, in Flink's words. */
export type JobStatus = 'CREATED' | 'RUNNING' | 'FINISHED' | 'CANCELED' | 'FAILED';

/** What a job has counted so far. */
export interface JobMetrics {
  /** Rows that the reader of the result has got. */
  readonly rows: number;
  /** Rows that sources passed over because of `ignore-parse-errors`. */
  readonly rowsSkipped: number;
  /**
   * What user-defined functions measured, by `udf.<function>.<metric>`, and their calls, rows and
   * time, by `udf.<function>`, once the job has ended.
   */
  readonly functions: Readonly<Record<string, MetricReading>>;
}

/** The run behind a result. */
export interface JobClient {
  /** The id of the job, a UUID. */
  readonly jobId: string;
  /**
   * What the job counted when it had ended; rejects with the error that ended it. Asked of a query
   * that nobody reads yet, it runs the query and keeps the rows for the reader, within the limit
   * of memory.
   */
  readonly result: Promise<JobMetrics>;
  /** How far the job is. */
  status(): JobStatus;
  /** Stops the job: its reader gets a CancelledError. Idempotent. */
  cancel(): Promise<void>;
  /** What the job has counted so far. */
  metrics(): JobMetrics;
  /** Errors: NOT_IMPLEMENTED. */
  stopWithSavepoint(dir: string): Promise<string>;
}

/** Rows that were read before somebody asked for them, in memory of their own. */
interface HeldRows {
  readonly batches: readonly Batch[];
  readonly region: Region;
}

/** A run of which the first batch was pulled. */
interface BegunRun {
  readonly rest: AsyncGenerator<Batch, void, undefined>;
  readonly first: Promise<IteratorResult<Batch, void>>;
}

/** Memory of rows that were read ahead for readers that never came. */
const unread = new FinalizationRegistry<Region>((region) => region.dispose());

/** One run of a plan, which starts when its rows are pulled. */
export class Job implements JobClient {
  #id: string | null = null;
  readonly #start: () => Execution;
  readonly #release: () => void;
  readonly #arena: () => Arena;
  readonly #ended = Promise.withResolvers<JobMetrics>();
  /** The rows, where the job was waited for before it was read. */
  #ahead: Promise<HeldRows> | null = null;
  /** The run and its first batch, which somebody waited for. */
  #begun: BegunRun | null = null;
  #execution: Execution | null = null;
  #status: JobStatus = 'CREATED';
  #taken = false;
  #rows = 0;
  readonly #functions = new MetricTotals();

  /**
   * `release` is called once, when the run has ended: it lets go of the tables that are held for
   * it; `arena` is where rows are kept.
   */
  constructor(start: () => Execution, release: () => void, arena: () => Arena) {
    this.#start = start;
    this.#release = release;
    this.#arena = arena;
    // Whoever reads the rows gets the error too: not everybody asks the job.
    this.#ended.promise.catch(() => {});
  }

  get jobId(): string {
    this.#id ??= nodeCrypto().randomUUID();
    return this.#id;
  }

  get result(): Promise<JobMetrics> {
    const isWaiting = this.#status === 'CREATED' || this.#begun !== null;
    if (isWaiting && !this.#taken) {
      this.#ahead ??= this.#readAhead();
      // The reader gets the error, or whoever waits for the job.
      this.#ahead.catch(() => {});
    }
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

  /** Starts the run; resolves when its first rows are there, or it has ended. Errors: its own. */
  async begin(): Promise<void> {
    if (this.#ahead !== null) await this.#ahead;
    if (this.#ahead !== null || this.#taken) return;
    if (this.#begun === null) {
      const rest = this.#run();
      this.#begun = { rest, first: rest.next() };
    }
    await this.#begun.first;
  }

  /** Ends a job that was begun and that nobody will read: its result was dropped. */
  abandon(): void {
    if (!this.#taken && this.#ahead === null) this.#begun?.rest.return().catch(() => {});
  }

  /** The rows, borrowed until the next pull. Called once. */
  batches(): AsyncGenerator<Batch, void, undefined> {
    this.#taken = true;
    return this.#ahead === null ? this.#unread() : this.#kept(this.#ahead);
  }

  async #readAhead(): Promise<HeldRows> {
    const region = new Region(this.#arena());
    try {
      const batches: Batch[] = [];
      for await (const batch of this.#unread()) batches.push(copyBatch(batch, region));
      unread.register(this, region, this);
      return { batches, region };
    } catch (error) {
      region.dispose();
      throw error;
    }
  }

  async *#kept(ahead: Promise<HeldRows>): AsyncGenerator<Batch, void, undefined> {
    const { batches, region } = await ahead;
    try {
      using slice = new Slice();
      for (const batch of batches) {
        yield batch;
        if (slice.over) await slice.giveWay();
      }
    } finally {
      unread.unregister(this);
      region.dispose();
    }
  }

  #unread(): AsyncGenerator<Batch, void, undefined> {
    if (this.#begun === null) return this.#run();
    const rows = resumed(this.#begun);
    // Who ends dropped runs must not reach their readers.
    this.#begun = null;
    return rows;
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
      if (this.#isOpen) this.#end('CANCELED', cancelledError('CANCELLED', {}));
    }
  }

  get #isOpen(): boolean {
    return this.#status === 'CREATED' || this.#status === 'RUNNING';
  }

  #end(status: JobStatus, error: unknown = null): void {
    if (!this.#isOpen) return;
    this.#status = status;
    if (this.#execution !== null) this.#functions.add(this.#execution.metrics.snapshots());
    this.#release();
    if (error === null) this.#ended.resolve(this.metrics());
    else this.#ended.reject(error);
  }
}

/** What was begun, from its first batch on. */
async function* resumed({ rest, first }: BegunRun): AsyncGenerator<Batch, void, undefined> {
  try {
    for (let next = await first; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return();
  }
}
