import type { Region } from '../../columnar/arena/region.ts';
import { BATCH_ROWS, MORSEL_ROWS } from '../../columnar/batch.ts';
import type { WorkerSource } from '../../connectors/connector.ts';
import type { TaskContext } from '../operator.ts';

type ReadContext = Parameters<WorkerSource['read']>[1];

/** What the sources of a segment read with in one task. */
export class SegmentReading implements ReadContext {
  readonly region: Region;
  readonly viewRows: number;
  readonly checkCancelled: () => void;
  readonly #ctx: TaskContext;
  readonly #skipped: { rows: number };

  constructor(
    ctx: TaskContext,
    region = ctx.region,
    viewRows = ctx.batchRows,
    skipped = { rows: 0 },
  ) {
    this.region = region;
    this.viewRows = viewRows;
    this.checkCancelled = ctx.checkCancelled;
    this.#ctx = ctx;
    this.#skipped = skipped;
  }

  get batchRows(): number {
    return this.#ctx.batchRows;
  }

  get timeZone(): string {
    return this.#ctx.statement.timeZone;
  }

  /** Rows that were passed over so far, also through contexts made from this one. */
  get rowsSkipped(): number {
    return this.#skipped.rows;
  }

  skippedRows(count: number): void {
    this.#skipped.rows += count;
  }

  /** The same for operators that read morsels; batches that are to be small stay so. */
  ofMorsels(): SegmentReading {
    if (this.batchRows < BATCH_ROWS) return this;
    return new SegmentReading(this.#ctx, this.region, MORSEL_ROWS, this.#skipped);
  }

  /** The same with memory of another region. */
  in(region: Region): SegmentReading {
    return new SegmentReading(this.#ctx, region, this.viewRows, this.#skipped);
  }
}
