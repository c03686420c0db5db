import { type Batch, rowCount } from '../../columnar/batch.ts';
import type { TaskOutput, TaskProduct } from '../task/output.ts';
import type { OperatorMeter } from './operator-meter.ts';

/** The output of a task whose work is measured: that of an Exchange, a sink or a join's build side. */
export class MeasuredOutput implements TaskOutput {
  readonly #output: TaskOutput;
  readonly #meter: OperatorMeter;

  constructor(output: TaskOutput, meter: OperatorMeter) {
    this.#output = output;
    this.#meter = meter;
  }

  write(split: number, batch: Batch): void | Promise<void> {
    const rows = rowCount(batch);
    if (rows > 0) this.#meter.takes(rows);
    return this.#meter.timed(() => this.#output.write(split, batch));
  }

  finish(): TaskProduct {
    return this.#meter.timed(() => this.#output.finish());
  }

  abort(): void {
    this.#output.abort();
  }
}
