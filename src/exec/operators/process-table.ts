import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import type { ColumnBuilder } from '../../columnar/builders/builder.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { assert } from '../../common/assert.ts';
import { compileRow } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/expr.ts';
import { literal } from '../../expr/tree.ts';
import { scalarsOf, tablesOf } from '../../functions/process.ts';
import type { ProcessTable } from '../../planner/physical/nodes.ts';
import type { CallMeter } from '../../udf/metrics.ts';
import { type MadeRow, type ProcessCall, ProcessRunner } from '../../udf/run-process.ts';
import { IsolatedProcess } from '../child/isolated-process.ts';
import { cancellationOf, type Operator, type TaskContext } from '../operator.ts';
import { callMeter, functionContext } from './function-context.ts';
import { KeyedInput, type KeyedRows } from './keyed-input.ts';
import { sortPartitions } from './over-partitions.ts';
import { type ProcessTables, processRows } from './process-rows.ts';
import { pulseOfTask } from './udf-calls.ts';

/** Rows that took so long go out, although a batch could have more. */
const BATCH_MS = 50;

/**
 * Calls a process table function. Rows that are by themselves go through it as they come; sets of
 * rows are blocking. State: all rows of sets, or those of some partitions when memory does not hold
 * all, and what the function keeps of one partition.
 */
export class ProcessTableOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: ProcessTable;
  readonly #ctx: TaskContext;
  readonly #tables: ProcessTables;
  /** Null where each row is by itself. */
  readonly #input: KeyedInput | null;
  /** The memory of the batches that go out. */
  readonly #made: Region;
  readonly #meter: CallMeter;
  #runner: ProcessRunner | IsolatedProcess | null = null;
  /** Whether a parameter that is NOT NULL is given NULL: there are no rows then. */
  #isPassedOver = false;

  constructor(node: ProcessTable, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    const { tables, tag, time } = node;
    this.#tables = { spec: node.definition.process, tables, tag, time };
    const isSet = tablesOf(node.definition.process).some(({ semantics }) => semantics === 'set');
    const memory = ctx.memory.open('ProcessTable', ctx.metrics);
    this.#input = isSet ? new KeyedInput(node.partition, memory, ctx) : null;
    this.#made = ctx.region.child();
    this.#meter = callMeter(ctx, node.definition.name);
  }

  /** Loads and opens the function. Errors: UdfError. */
  async open(): Promise<void> {
    const { definition, tables, args, partition, order, time, inputs } = this.#node;
    const { name, body, process } = definition;
    assert(body.kind === 'udf', 'user code is called by its own operators');
    const fields = inputs[0]?.schema.fields ?? [];
    const nameOf = (column: number): string => fields[column]!.name;
    const scalars = scalarsOf(process).map((scalar, i) => {
      const { type } = args[i]!;
      const value = compileRow(args[i]!, this.#ctx.statement)([], 0);
      if (value === null && !scalar.type.nullable) this.#isPassedOver = true;
      return { name: scalar.name, type, value };
    });
    const semantics = {
      partitionBy: partition.map(nameOf),
      orderBy: order.map(({ column }) => nameOf(column)),
      timeColumn: time === null ? null : nameOf(time),
    };
    const call: ProcessCall = {
      name,
      body,
      spec: process,
      tables: tables.map(({ argument }) => ({ name: argument, semantics })),
      scalars: Object.fromEntries(scalars.map(({ name: scalar, ...given }) => [scalar, given])),
      timeType: time === null ? null : fields[time]!.type,
    };
    const constants = process.arguments.map(({ name: argument }): Expr | null => {
      const given = call.scalars[argument];
      return given === undefined ? null : literal(given.type, given.value);
    });
    if (body.isolation !== null) {
      this.#runner = await IsolatedProcess.open(call, this.#tables, constants, this.#ctx);
      return;
    }
    const context = functionContext(this.#ctx, name, constants);
    this.#runner = await ProcessRunner.open(call, context, pulseOfTask(this.#ctx));
  }

  *process(batch: Batch): Iterable<Batch> {
    if (this.#isPassedOver) return;
    if (this.#input !== null) {
      this.#input.add(batch);
      return;
    }
    const rows = Int32Array.from({ length: batch.length }, (_, row) => row);
    yield* this.#call(batch, [rows]);
  }

  *finish(): Iterable<Batch> {
    if (this.#input === null) return;
    for (const rows of this.#input.rows()) yield* this.#callSets(rows);
  }

  async close(): Promise<void> {
    this.#input?.dispose();
    this.#made.dispose();
    await this.#runner?.close();
    this.#runner = null;
  }

  *#callSets({ all, memory }: KeyedRows): Iterable<Batch> {
    const { order, starts } = sortPartitions(all, this.#node, memory, cancellationOf(this.#ctx));
    yield* this.#call(all, partitionsOf(order, starts));
  }

  /** What the function makes of some partitions of a batch. */
  *#call(batch: Batch, partitions: Iterable<Int32Array>): Iterable<Batch> {
    const runner = this.#runner;
    assert(runner !== null, 'operators are opened first');
    const { batchRows } = this.#ctx;
    // What went out was read, and of what came last there may have been nothing to go out.
    this.#made.recycle();
    const output = new MadeRows(this.#node, batch, this.#made);
    const given = counted(partitions, this.#meter);
    const rows =
      runner instanceof IsolatedProcess
        ? runner.rows(batch, given)
        : rowsOf(runner, this.#tables, batch, given);
    const before = runner.calls;
    try {
      for (const made of timed(rows, this.#meter)) {
        output.add(made);
        // Whoever reads them may need no more, however long the next one takes.
        if (output.count < batchRows && performance.now() - output.begunAt < BATCH_MS) continue;
        yield output.take();
        output.recycle();
      }
    } finally {
      this.#meter.calls += runner.calls - before;
    }
    if (output.count > 0) yield output.take();
  }
}

/** What the function makes of some partitions of a batch in this thread. */
function* rowsOf(
  runner: ProcessRunner,
  tables: ProcessTables,
  batch: Batch,
  partitions: Iterable<Int32Array>,
): Iterable<MadeRow> {
  for (const rows of partitions) yield* runner.partition(processRows(tables, batch, rows));
}

/** Partitions, whose rows are counted as they are asked for. */
function* counted(partitions: Iterable<Int32Array>, meter: CallMeter): Iterable<Int32Array> {
  for (const rows of partitions) {
    meter.rows += rows.length;
    yield rows;
  }
}

/** Rows, of which the time is taken that making them takes. */
function* timed(rows: Iterable<MadeRow>, meter: CallMeter): Iterable<MadeRow> {
  let start = performance.now();
  for (const row of rows) {
    meter.timeMs += performance.now() - start;
    yield row;
    start = performance.now();
  }
  meter.timeMs += performance.now() - start;
}

function* partitionsOf(order: Int32Array, starts: Int32Array): Iterable<Int32Array> {
  for (let i = 0; i + 1 < starts.length; i++) yield order.subarray(starts[i]!, starts[i + 1]!);
}

/** The rows that were made and have not gone out. */
class MadeRows {
  count = 0;
  /** When the first of them could come. */
  begunAt = performance.now();
  readonly #node: ProcessTable;
  readonly #batch: Batch;
  readonly #region: Region;
  #builders: readonly ColumnBuilder[];

  /** `batch` holds the columns that are passed through; what goes out lies in `region`. */
  constructor(node: ProcessTable, batch: Batch, region: Region) {
    this.#node = node;
    this.#batch = batch;
    this.#region = region;
    this.#builders = this.#start();
  }

  add({ values, time, at }: MadeRow): void {
    const { passed, time: timed } = this.#node;
    const all = [
      ...passed.map(({ column }) => this.#batch.columns[column]!.get(at)),
      ...values,
      ...(timed === null ? [] : [time]),
    ];
    for (const [i, builder] of this.#builders.entries()) builder.append(all[i]);
    this.count++;
  }

  /** They are valid until `recycle`. */
  take(): Batch {
    const columns = this.#builders.map((builder) => builder.finish());
    const batch = batchOf(this.#node.schema, columns, this.count);
    this.count = 0;
    return batch;
  }

  /** Takes back the memory of what went out. */
  recycle(): void {
    this.#region.recycle();
    this.#builders = this.#start();
    this.begunAt = performance.now();
  }

  #start(): readonly ColumnBuilder[] {
    return this.#node.schema.fields.map(({ type }) => builderFor(type, this.#region));
  }
}
