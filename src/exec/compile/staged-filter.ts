import { type Batch, rowCount } from '../../columnar/batch.ts';
import type { BatchFilter } from './api.ts';

/** After so many batches the order of the stages is thought over again. */
const BATCHES_RANKED = 4;

/** One of the operands of AND, or some in one loop. */
export interface FilterStage {
  readonly filter: BatchFilter;
  /** Whether it may run before and after its neighbours: it cannot fail and runs no user code. */
  readonly movable: boolean;
}

/** A stage with what was measured of it: later batches count for more than earlier ones. */
interface MeasuredStage extends FilterStage {
  rowsIn: number;
  rowsOut: number;
  ms: number;
}

/**
 * Several filters, each on the rows that the one before has left. Those that may change places are
 * put in the order of their time per row over the share of rows that they leave out, which is the
 * fastest one while they are independent. Others stay where they are, and so does what is on
 * either side of them: it may keep rows from them for which they fail.
 */
export class StagedFilter implements BatchFilter {
  #stages: readonly MeasuredStage[];
  readonly #now: () => number;
  #batches = 0;

  /** `now` is the clock, in milliseconds. */
  constructor(stages: readonly FilterStage[], now: () => number = () => performance.now()) {
    this.#stages = stages.map((stage) => ({ ...stage, rowsIn: 0, rowsOut: 0, ms: 0 }));
    this.#now = now;
  }

  select(batch: Batch): Int32Array {
    let rest = batch;
    for (const stage of this.#stages) {
      const rows = rowCount(rest);
      if (rows === 0 && rest !== batch) break;
      const start = this.#now();
      const selection = stage.filter.select(rest);
      stage.ms += this.#now() - start;
      stage.rowsIn += rows;
      stage.rowsOut += selection.length;
      rest = { ...rest, selection };
    }
    this.#batches++;
    if (this.#batches % BATCHES_RANKED === 0) this.#rank();
    return rest.selection!;
  }

  close(): void {
    for (const { filter } of this.#stages) filter.close();
  }

  #rank(): void {
    const ranked: MeasuredStage[] = [];
    let neighbours: MeasuredStage[] = [];
    const end = () => {
      ranked.push(...neighbours.sort((a, b) => costOf(a) - costOf(b)));
      neighbours = [];
    };
    for (const stage of this.#stages) {
      if (stage.movable) neighbours.push(stage);
      else {
        end();
        ranked.push(stage);
      }
    }
    end();
    this.#stages = ranked;
    for (const stage of ranked) {
      stage.rowsIn /= 2;
      stage.rowsOut /= 2;
      stage.ms /= 2;
    }
  }
}

/** Time for a row that is left out. What has seen no rows yet comes last; so does what keeps all. */
function costOf({ rowsIn, rowsOut, ms }: MeasuredStage): number {
  return rowsIn > rowsOut ? ms / (rowsIn - rowsOut) : Number.MAX_VALUE;
}
