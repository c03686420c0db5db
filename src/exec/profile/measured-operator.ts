import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { compact } from '../../columnar/batches.ts';
import type { Expr } from '../../expr/expr.ts';
import type { Operator } from '../operator.ts';
import type { OperatorMeter } from './operator-meter.ts';

/**
 * An operator whose work is measured. Operators never call each other: the time in which one is
 * pulled is its own.
 */
export class MeasuredOperator implements Operator {
  /** Batches with a selection are compacted here, as part of the work. */
  readonly readsSelection = true;
  readonly open?: () => Promise<void>;
  readonly finish?: (port: number) => Iterable<Batch>;
  readonly #operator: Operator;
  readonly #meter: OperatorMeter;
  /** All memory of the operator. */
  readonly #region: Region;
  readonly #compacted: Region;

  constructor(operator: Operator, meter: OperatorMeter, region: Region) {
    this.#operator = operator;
    this.#meter = meter;
    this.#region = region;
    this.#compacted = region.child();
    if (operator.open !== undefined) this.open = () => this.#open();
    if (operator.finish !== undefined) {
      this.finish = (port) => this.#measured(() => operator.finish?.(port) ?? []);
    }
  }

  get pending(): Promise<void> | null {
    return this.#operator.pending ?? null;
  }

  get done(): boolean {
    return this.#operator.done === true;
  }

  get readsMorsels(): boolean {
    return this.#operator.readsMorsels === true;
  }

  get expressions(): readonly Expr[] {
    return this.#operator.expressions ?? [];
  }

  process(batch: Batch, port: number): Iterable<Batch> {
    this.#meter.takes(rowCount(batch));
    return this.#measured(() => this.#operator.process(this.#readable(batch), port));
  }

  async close(): Promise<void> {
    try {
      await this.#operator.close?.();
    } finally {
      this.#compacted.dispose();
      this.#region.dispose();
    }
  }

  /** Loading functions is their operator's work. */
  async #open(): Promise<void> {
    const start = performance.now();
    await this.#operator.open?.();
    this.#meter.ms += performance.now() - start;
  }

  #readable(batch: Batch): Batch {
    if (batch.selection === null || this.#operator.readsSelection) return batch;
    this.#compacted.recycle();
    return compact(batch, this.#compacted);
  }

  *#measured(start: () => Iterable<Batch>): Iterable<Batch> {
    const meter = this.#meter;
    let from = performance.now();
    let batches: Iterator<Batch> | null = null;
    try {
      batches = start()[Symbol.iterator]();
      for (;;) {
        const next = batches.next();
        meter.ms += performance.now() - from;
        if (next.done === true) return;
        const rows = rowCount(next.value);
        if (rows > 0) {
          meter.yields(rows);
          yield next.value;
        } else yield* this.#pause(next.value);
        from = performance.now();
      }
    } finally {
      batches?.return?.();
    }
  }

  /** A batch without rows offers a pause: for async functions it is a time of waiting. */
  *#pause(batch: Batch): Iterable<Batch> {
    const waits = this.pending !== null;
    const start = performance.now();
    yield batch;
    if (waits) this.#meter.waitMs += performance.now() - start;
  }
}
