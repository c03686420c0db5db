import { toExternal } from '../columnar/rows.ts';
import { udfError } from '../common/errors.ts';
import type { UdfBody } from '../functions/definition.ts';
import { type ProcessSpec, tablesOf } from '../functions/process.ts';
import type { DataType } from '../types/data-type.ts';
import { printType } from '../types/print.ts';
import { badResult, udfBadResult, udfFailed } from './errors.ts';
import type { FunctionContext } from './function-context.ts';
import { loadTarget, readTarget } from './load.ts';
import { type ResultConverter, resultConverter } from './loops/results.ts';
import { PartitionContext } from './partition-context.ts';
import type { TableSemantics } from './process-context.ts';
import { stateGuard } from './process-state.ts';
import { beat, type Pulse } from './pulse.ts';
import { rowReader } from './row-reader.ts';

/** One call of a process table function in a plan. */
export interface ProcessCall {
  readonly name: string;
  readonly body: UdfBody;
  readonly spec: ProcessSpec;
  /** The table arguments, in their order. */
  readonly tables: readonly { readonly name: string; readonly semantics: TableSemantics }[];
  /** The scalar arguments, by name: internal values. */
  readonly scalars: Readonly<Record<string, { readonly type: DataType; readonly value: unknown }>>;
  /** The type of the column that `on_time` names; null without. */
  readonly timeType: DataType | null;
}

/** A row that the function is called with. */
export interface ProcessRow {
  /** The index of its table among the table arguments. */
  readonly table: number;
  /** The row as the function sees it. */
  readonly row: unknown;
  /** Its time, as an internal value; null without `on_time`. */
  readonly time: unknown;
  /** Its place in the batch. */
  readonly at: number;
}

/** A row that the function made: internal values of its columns, and what it is of. */
export interface MadeRow {
  readonly values: readonly unknown[];
  readonly time: unknown;
  /** The place of the row of which it was made; of timers, of the last row of the partition. */
  readonly at: number;
}

/** One partition that the function is at. Errors of its rows: UdfError UDF_FAILED, UDF_RESULT, UDF_STATE. */
export interface ProcessPartition {
  /** What the function makes of a row. */
  row(row: ProcessRow): Iterable<MadeRow>;
  /** What it makes of its timers: a partition of a batch ends with the end of time. */
  end(): Iterable<MadeRow>;
}

/** The methods of a process table function. */
interface Processor {
  open?(context: FunctionContext): void | Promise<void>;
  close?(): void | Promise<void>;
  eval(context: PartitionContext, args: Readonly<Record<string, unknown>>): unknown;
  onTimer?(context: PartitionContext): unknown;
}

/** A process table function that is loaded and opened in this thread, for one pipeline. */
export class ProcessRunner {
  readonly #call: ProcessCall;
  readonly #processor: Processor;
  readonly #context: FunctionContext;
  readonly #pulse: Pulse;
  readonly #toRow: (given: unknown) => unknown;
  readonly #toInternal: ResultConverter;
  readonly #canWait: boolean;
  readonly #guard: ProxyHandler<object>;
  #calls = 0;
  /** Arguments of which every call gets a copy. */
  readonly #arguments: Readonly<Record<string, unknown>>;

  private constructor(
    call: ProcessCall,
    processor: Processor,
    context: FunctionContext,
    pulse: Pulse,
  ) {
    this.#call = call;
    this.#processor = processor;
    this.#context = context;
    this.#pulse = pulse;
    const { spec, tables, scalars } = call;
    this.#toRow = rowReader(spec.result);
    this.#toInternal = resultConverter(spec.result, call.name);
    this.#canWait = hasTimers(spec) && typeof processor.onTimer === 'function';
    this.#guard = stateGuard(call.name, spec.state);
    const values = Object.entries(scalars).map(([name, { type, value }]) => {
      return [name, toExternal(type)(value)] as const;
    });
    this.#arguments = Object.fromEntries([...tables.map(({ name }) => [name, null]), ...values]);
  }

  /**
   * Loads and opens the function; `pulse` beats for every row that it is given. Errors: UdfError
   * UDF_MODULE_FAILED, UDF_LOAD_FAILED, UDF_FAILED.
   */
  static async open(
    call: ProcessCall,
    context: FunctionContext,
    pulse: Pulse,
  ): Promise<ProcessRunner> {
    const { name, body } = call;
    const target = await loadTarget(name, body);
    const method = readTarget(name, body, (): unknown => Reflect.get(target, 'eval'));
    if (typeof method !== 'function') {
      const reason = "it has no method 'eval'";
      throw udfError('UDF_LOAD_FAILED', { name, reason }, { functionName: name });
    }
    // Checked by the lines above; a method for timers is looked for where they are registered.
    const processor = target as Processor;
    try {
      await processor.open?.(context);
    } catch (cause) {
      throw udfFailed(`${name}.open`, cause, []);
    }
    return new ProcessRunner(call, processor, context, pulse);
  }

  /** How often the function was called, for rows and for timers. */
  get calls(): number {
    return this.#calls;
  }

  /** What the function makes of the rows of one partition, then of its timers. Errors: as of those. */
  *partition(rows: Iterable<ProcessRow>): Iterable<MadeRow> {
    const partition = this.begin();
    for (const row of rows) yield* partition.row(row);
    yield* partition.end();
  }

  /** Begins a partition. */
  begin(): ProcessPartition {
    const context = new PartitionContext(this.#call, this.#context, this.#canWait, this.#guard);
    let last = 0;
    return {
      row: (row) => {
        last = row.at;
        return this.#ofRow(context, row);
      },
      end: () => this.#ofTimers(context, last),
    };
  }

  /** Calls the function's `close`. Errors: UdfError UDF_FAILED. */
  async close(): Promise<void> {
    try {
      await this.#processor.close?.();
    } catch (cause) {
      throw udfFailed(`${this.#call.name}.close`, cause, []);
    }
  }

  *#ofRow(context: PartitionContext, { table, row, time, at }: ProcessRow): Iterable<MadeRow> {
    beat(this.#pulse);
    context.now = time;
    const { name } = this.#call.tables[table]!;
    const args = { ...this.#arguments, [name]: row };
    const shown = Object.values(args);
    this.#calls++;
    const made = this.#guarded(shown, () => this.#processor.eval(context, args));
    yield* this.#rowsOf(made, { time, at }, shown);
  }

  *#ofTimers(context: PartitionContext, last: number): Iterable<MadeRow> {
    // Neither timers that timers set are progress, nor rows that are made: both may have no end.
    let expected = context.timers.count;
    for (let timer = context.timers.next(); timer !== null; timer = context.timers.next()) {
      if (expected-- > 0) beat(this.#pulse);
      context.now = timer.time;
      context.timer = timer.name;
      const shown = [context.time()];
      this.#calls++;
      const made = this.#guarded(shown, () => this.#processor.onTimer?.(context));
      yield* this.#rowsOf(made, { time: timer.time, at: last }, shown);
    }
  }

  /** The rows that a method gave: those of anything iterable, or none. */
  *#rowsOf(
    made: unknown,
    of: Pick<MadeRow, 'time' | 'at'>,
    args: readonly unknown[],
  ): Iterable<MadeRow> {
    if (made === null || made === undefined) return;
    const isList = this.#guarded(args, () => typeof made === 'object' && Symbol.iterator in made);
    if (!isList) {
      const { name, spec } = this.#call;
      const type = `rows of ${printType(spec.result)}`;
      throw badResult(name, { type, value: made, at: '' }, args);
    }
    const rows = this.#guarded(args, () => (made as Iterable<unknown>)[Symbol.iterator]());
    let isOver = false;
    try {
      for (let index = 0; ; index++) {
        const next = this.#guarded(args, () => rows.next());
        if (next.done === true) {
          isOver = true;
          return;
        }
        yield { values: this.#valuesOf(next.value, index, args), ...of };
      }
    } finally {
      if (!isOver) this.#guarded(args, () => rows.return?.());
    }
  }

  #valuesOf(given: unknown, index: number, args: readonly unknown[]): readonly unknown[] {
    const { name, spec } = this.#call;
    const result = this.#guarded(args, () => this.#toRow(given));
    let row: unknown;
    try {
      row = this.#toInternal(result);
    } catch (cause) {
      throw udfBadResult(name, spec.result, { result, cause, root: `rows[${index}]` }, args);
    }
    if (Array.isArray(row)) return row;
    throw badResult(
      name,
      { type: printType(spec.result), value: row, at: ` in rows[${index}]` },
      args,
    );
  }

  #guarded<T>(args: readonly unknown[], f: () => T): T {
    try {
      return f();
    } catch (cause) {
      throw udfFailed(this.#call.name, cause, args);
    }
  }
}

/** Timers belong to sets of rows; what they make has no row whose columns could pass through. */
function hasTimers(spec: ProcessSpec): boolean {
  return tablesOf(spec).every((table) => table.semantics === 'set' && !table.passColumnsThrough);
}
