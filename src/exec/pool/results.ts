import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { copyBatch } from '../../columnar/batches.ts';
import { describeBatch } from '../../columnar/descriptor.ts';
import type { MemoryAccount } from '../memory.ts';
import type { TaskContext } from '../operator.ts';
import { NO_PRODUCT, type TaskOutput, type TaskProduct } from '../task/output.ts';
import type { ControlBlock } from './control.ts';
import type { TaskLink } from './task-link.ts';

/** Batches of one task that the calling thread may hold; more would only be memory. */
const SLOTS = 8;
/** The part of the memory that a task's batches on their way take at most, unless it is one. */
const QUEUE_SHARE = 1 / 32;

/**
 * Hands rows to the calling thread: copies in slots of the task's memory, of which descriptions
 * are posted. When all slots are taken `write` returns a promise, and the thread is free for
 * other tasks until a slot comes back.
 */
export class ResultOutput implements TaskOutput {
  readonly #link: TaskLink;
  readonly #ctx: TaskContext;
  readonly #control: ControlBlock;
  readonly #task: number;
  readonly #memory: MemoryAccount;
  readonly #slots: Region[] = [];
  readonly #free: number[] = [];
  /** Splits that have ended, and of which nobody was told yet. */
  #ended: number[] = [];
  #wake: (() => void) | null = null;

  constructor(link: TaskLink, control: ControlBlock, task: number, ctx: TaskContext) {
    this.#link = link;
    this.#control = control;
    this.#task = task;
    this.#ctx = ctx;
    this.#memory = ctx.memory.open('Results', ctx.metrics);
    link.listen((message) => {
      if (message.kind === 'release') this.#free.push(message.slot);
      this.#wake?.();
    });
  }

  write(split: number, batch: Batch): void | Promise<void> {
    if (rowCount(batch) === 0) return undefined;
    const slot = this.#takeSlot();
    return slot === null ? this.#writeLater(split, batch) : this.#post(split, batch, slot);
  }

  /**
   * Notes that a split has no more rows. A message a split would cost a scan of one column a tenth
   * of its time: `tellEnds` tells of several.
   */
  endSplit(split: number): void {
    this.#ended.push(split);
  }

  /** Tells which splits have ended: whenever the task pauses, so that rows behind them come out. */
  tellEnds(): void {
    if (this.#ended.length === 0) return;
    this.#link.post({ kind: 'splitsEnd', splits: this.#ended });
    this.#ended = [];
  }

  finish(): TaskProduct {
    this.tellEnds();
    return NO_PRODUCT;
  }

  abort(): void {}

  async #writeLater(split: number, batch: Batch): Promise<void> {
    this.tellEnds();
    this.#control.setState(this.#task, 'waiting');
    let slot: number | null = null;
    while (slot === null) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
      this.#ctx.checkCancelled();
      slot = this.#takeSlot();
    }
    this.#control.setState(this.#task, 'running');
    this.#post(split, batch, slot);
  }

  #takeSlot(): number | null {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#slots.length === SLOTS || !this.#mayTakeMore()) return null;
    return this.#slots.push(this.#ctx.region.child()) - 1;
  }

  /** One slot there must be; more of them only as far as memory allows. */
  #mayTakeMore(): boolean {
    const held = this.#slots.reduce((sum, { pageBytes }) => sum + pageBytes, 0);
    if (this.#slots.length === 0) return true;
    const more = held / this.#slots.length;
    const most = this.#memory.limitBytes * QUEUE_SHARE;
    return held + more <= most && this.#memory.fits(held, more);
  }

  #post(split: number, batch: Batch, slot: number): void {
    const region = this.#slots[slot]!;
    region.recycle();
    this.tellEnds();
    const described = describeBatch(copyBatch(batch, region));
    this.#link.post({ kind: 'batch', split, slot, batch: described });
  }
}
