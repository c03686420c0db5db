import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import type { Matches } from '../../columnar/kernels/join-table.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';

/**
 * Puts the rows of a batch that have no partner between the pairs of those that have one, in the
 * order of the batch. Build row -1 stands for no partner.
 */
export class OuterRows {
  readonly #probe: Scratch;
  readonly #build: Scratch;
  #selection: Int32Array | null = null;
  #count = 0;
  /** The first row that counts and is not known to be done. */
  #next = 0;
  #lastMatched = -1;

  constructor(region: Region) {
    this.#probe = new Scratch(region);
    this.#build = new Scratch(region);
  }

  /** Begins a batch. */
  start(batch: Batch): void {
    this.#selection = batch.selection;
    this.#count = batch.selection?.length ?? batch.length;
    this.#next = 0;
    this.#lastMatched = -1;
  }

  /** The next pairs, of which only those of `selection` hold, and the lonely rows before them. */
  add(found: Matches, selection: Int32Array | null): Matches {
    const pairs = selection?.length ?? found.probeRows.length;
    const out = this.#arrays(pairs);
    let length = 0;
    for (let i = 0; i < pairs; i++) {
      const pair = selection === null ? i : selection[i]!;
      const row = found.probeRows[pair]!;
      length = this.#lonelyBefore(row, out, length);
      out.probeRows[length] = row;
      out.buildRows[length++] = found.buildRows[pair]!;
      this.#lastMatched = row;
    }
    // More pairs of the last row may follow.
    const last = found.probeRows[found.probeRows.length - 1]!;
    length = this.#lonelyBefore(last, out, length);
    return cut(out, length);
  }

  /** The lonely rows behind the last pair. */
  finish(): Matches {
    const out = this.#arrays(0);
    return cut(out, this.#lonelyBefore(Number.POSITIVE_INFINITY, out, 0));
  }

  #lonelyBefore(row: number, out: Matches, from: number): number {
    let length = from;
    while (this.#next < this.#count) {
      const next = this.#selection === null ? this.#next : this.#selection[this.#next]!;
      if (next >= row) break;
      this.#next++;
      if (next === this.#lastMatched) continue;
      out.probeRows[length] = next;
      out.buildRows[length++] = -1;
    }
    return length;
  }

  #arrays(pairs: number): Matches {
    const most = pairs + this.#count - this.#next;
    return { probeRows: this.#probe.int32(most), buildRows: this.#build.int32(most) };
  }
}

function cut({ probeRows, buildRows }: Matches, length: number): Matches {
  return { probeRows: probeRows.subarray(0, length), buildRows: buildRows.subarray(0, length) };
}
