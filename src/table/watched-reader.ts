import type { Batch } from '../columnar/batch.ts';

type Run = AsyncGenerator<Batch, void, undefined>;

/** Runs whose readers were dropped in the middle: nobody calls their `return` but this. */
const abandoned = new FinalizationRegistry<Run>((run) => {
  run.return().catch(() => {});
});

/**
 * The reader of a run, for somebody who may drop it in the middle: the run, which does not know it,
 * ends then, too. Who is sure to read on to the end needs none: V8 frees what is registered, with
 * all that it leads to, only when it collects the whole heap.
 */
export class WatchedReader implements AsyncIterableIterator<Batch, void, undefined> {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
    abandoned.register(this, run, this);
  }

  next(): Promise<IteratorResult<Batch, void>> {
    return this.#run.next();
  }

  return(): Promise<IteratorResult<Batch, void>> {
    return this.#run.return();
  }

  /** Ends the watch: the run is over. */
  unwatch(): void {
    abandoned.unregister(this);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
