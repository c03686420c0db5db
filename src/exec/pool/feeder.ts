import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { copyBatch } from '../../columnar/batches.ts';
import { describeBatch } from '../../columnar/descriptor.ts';
import type { ToWorker } from './protocol.ts';

/** Batches that a task may have at once: one in work and one that waits. */
const SLOTS = 2;

/** A task that is fed. */
interface Eater {
  readonly post: (message: ToWorker) => void;
  readonly slots: readonly Region[];
  readonly free: number[];
  /** Splits that it was given and has not finished, by slot. */
  readonly splits: Map<number, number>;
  over: boolean;
}

/** Hands rows that are read on the calling thread out to the tasks of a segment. */
export class Feeder {
  readonly #rows: AsyncGenerator<Batch>;
  readonly #region: Region;
  readonly #eaters: Eater[] = [];
  #stopped = false;
  #wake: (() => void) | null = null;

  /** Copies of the rows lie in `region`. */
  constructor(rows: AsyncGenerator<Batch>, region: Region) {
    this.#rows = rows;
    this.#region = region;
  }

  /** Adds a task: its messages go through `post`. */
  add(post: (message: ToWorker) => void): void {
    const slots = Array.from({ length: SLOTS }, () => this.#region.child());
    const free = slots.map((_, slot) => slot);
    this.#eaters.push({ post, slots, free, splits: new Map(), over: false });
  }

  /** Reads to the end, and returns the number of splits. Errors: what the source raises. */
  async run(): Promise<number> {
    let split = 0;
    for await (const batch of this.#rows) {
      const eater = await this.#hungry();
      if (eater === null) break;
      const slot = eater.free.pop()!;
      const region = eater.slots[slot]!;
      region.recycle();
      const copy = describeBatch(copyBatch(batch, region));
      eater.splits.set(slot, split);
      eater.post({ kind: 'feed', split: split++, slot, batch: copy });
    }
    for (const eater of this.#eaters) if (!eater.over) eater.post({ kind: 'feedEnd' });
    return split;
  }

  /** A task gives a slot back. */
  fed(task: number, slot: number): void {
    const eater = this.#eaters[task]!;
    eater.splits.delete(slot);
    eater.free.push(slot);
    this.#wake?.();
  }

  /** A task has ended; returns the splits it leaves unfinished. */
  end(task: number): readonly number[] {
    const eater = this.#eaters[task]!;
    eater.over = true;
    this.#wake?.();
    return [...eater.splits.values()];
  }

  /** Stops reading. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** The task with the most free slots, once there is one; null when nobody wants more. */
  async #hungry(): Promise<Eater | null> {
    for (;;) {
      const eaters = this.#eaters.filter((eater) => !eater.over);
      if (this.#stopped || eaters.length === 0) return null;
      const [best] = eaters.toSorted((a, b) => b.free.length - a.free.length);
      if (best !== undefined && best.free.length > 0) return best;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }
}
