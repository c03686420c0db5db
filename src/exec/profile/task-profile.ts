import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import type { PhysicalPlan } from '../../planner/physical/nodes.ts';
import type { Operator, TaskContext } from '../operator.ts';
import type { TaskOutput } from '../task/output.ts';
import { MeasuredOperator } from './measured-operator.ts';
import { MeasuredOutput } from './measured-output.ts';
import { OperatorMeter } from './operator-meter.ts';
import type { OperatorProfiles } from './operator-profile.ts';

/** What is measured of the operators of one task, by the numbers of their nodes. */
export class TaskProfile {
  readonly #meters = new Map<number, OperatorMeter>();
  readonly #memory = new Map<number, Region>();

  /** Makes an operator that is measured; one of a node without a number is not. */
  operator(node: PhysicalPlan, ctx: TaskContext, make: (ctx: TaskContext) => Operator): Operator {
    if (node.number === undefined) return make(ctx);
    const meter = this.#meter(node.number, namesRead(node));
    const region = ctx.region.child(meter.memory);
    const operator = meter.timed(() => make({ ...ctx, region, metrics: meter }));
    return new MeasuredOperator(operator, meter, region);
  }

  /** Makes the output of a task, measured as work of a node; `plain` is the one inside. */
  output<O extends TaskOutput>(
    number: number,
    ctx: TaskContext,
    make: (ctx: TaskContext) => O,
  ): { readonly output: TaskOutput; readonly plain: O } {
    const meter = this.#meter(number);
    const plain = make({ ...ctx, region: this.memoryOf(number, ctx), metrics: meter });
    return { output: new MeasuredOutput(plain, meter), plain };
  }

  /** Does a piece of a node's work, which takes `rows` rows of its input. */
  work<T>(number: number, ctx: TaskContext, rows: number, make: (ctx: TaskContext) => T): T {
    const meter = this.#meter(number);
    if (rows > 0) meter.takes(rows);
    return meter.timed(() => make({ ...ctx, region: this.memoryOf(number, ctx) }));
  }

  /** The rows that a node reads, which are measured. */
  reads(
    number: number,
    rows: Iterable<Batch> | AsyncIterable<Batch>,
  ): Iterable<Batch> | AsyncIterable<Batch> {
    return Symbol.asyncIterator in rows
      ? this.#readsAsync(number, rows)
      : this.#reads(number, rows);
  }

  /** Says how many parts of a source are not read because of joins. */
  leavesOut(number: number, parts: number): void {
    if (parts > 0) this.#meter(number).partsLeftOut += parts;
  }

  /** Memory of what a node reads. */
  memoryOf(number: number, { region }: TaskContext): Region {
    const memory = this.#memory.get(number) ?? region.child(this.#meter(number).memory);
    this.#memory.set(number, memory);
    return memory;
  }

  /** What was measured so far. */
  profiles(): OperatorProfiles {
    return new Map([...this.#meters].map(([number, meter]) => [number, meter.profile()]));
  }

  *#reads(number: number, rows: Iterable<Batch>): Iterable<Batch> {
    const meter = this.#meter(number);
    const batches = rows[Symbol.iterator]();
    try {
      for (;;) {
        const next = meter.timed(() => batches.next());
        if (next.done === true) return;
        meter.yields(rowCount(next.value));
        yield next.value;
      }
    } finally {
      batches.return?.();
    }
  }

  /** Waiting for the source counts as its time. */
  async *#readsAsync(number: number, rows: AsyncIterable<Batch>): AsyncIterable<Batch> {
    const meter = this.#meter(number);
    const batches = rows[Symbol.asyncIterator]();
    try {
      for (;;) {
        const start = performance.now();
        const next = await batches.next();
        meter.ms += performance.now() - start;
        if (next.done === true) return;
        meter.yields(rowCount(next.value));
        yield next.value;
      }
    } finally {
      await batches.return?.();
    }
  }

  #meter(number: number, names: readonly string[] | null = null): OperatorMeter {
    const meter = this.#meters.get(number) ?? new OperatorMeter(names);
    this.#meters.set(number, meter);
    return meter;
  }
}

/** The columns that a node's expressions read; null: they were evaluated by another node. */
function namesRead(node: PhysicalPlan): readonly string[] | null {
  if (node.kind === 'HashAggregate' && node.phase === 'final') return null;
  return node.inputs.flatMap(({ schema }) => schema.fields.map(({ name }) => name));
}
