import type { Region } from '../../columnar/arena/region.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import type { Column, FixedColumn } from '../../columnar/column.ts';
import type { RowAccumulator } from '../../functions/definition.ts';
import type { DataType } from '../../types/data-type.ts';
import type { GroupAccumulators } from '../../udf/aggregate-groups.ts';
import type { FunctionContext } from '../../udf/function-context.ts';
import type { CallArgument } from '../../udf/loops/arguments.ts';
import { CallMeter } from '../../udf/metrics.ts';
import { beat, type Pulse, pulseOf } from '../../udf/pulse.ts';
import { AggregateRunner } from '../../udf/run-aggregate.ts';
import { AsyncRunner } from '../../udf/run-async.ts';
import { RowsRunner } from '../../udf/run-rows.ts';
import { ScalarRunner } from '../../udf/run-scalar.ts';
import type { ScalarCall } from '../../udf/scalar-call.ts';
import type { Abilities, Opened, OpenedAggregate, Request } from './protocol.ts';

/** How often calls that wait are a sign of life: each of them has a time limit of its own. */
const WAIT_MS = 50;

const NO_PROGRESS = pulseOf(() => {});

/** A scalar, async or table function. */
export class HostedScalar {
  readonly abilities = null;
  readonly #runner: ScalarRunner | RowsRunner | AsyncRunner;
  /** What counts the calls of the runner. */
  readonly #counted: { readonly calls: number };
  readonly #pulse: Pulse;

  private constructor(
    runner: ScalarRunner | RowsRunner | AsyncRunner,
    counted: { readonly calls: number },
    pulse: Pulse,
  ) {
    this.#runner = runner;
    this.#counted = counted;
    this.#pulse = pulse;
  }

  /** Errors: UdfError. */
  static async open(
    { call, rowsMax }: Extract<Opened, { kind: 'scalar' }>,
    context: FunctionContext,
    pulse: Pulse,
  ): Promise<HostedScalar> {
    if (call.body.async !== null) {
      const meter = new CallMeter();
      return new HostedScalar(await AsyncRunner.open(call, context, meter), meter, pulse);
    }
    const runner =
      rowsMax === null
        ? await ScalarRunner.open(call, context)
        : await RowsRunner.open(call, context, rowsMax);
    return new HostedScalar(runner, runner, pulse);
  }

  /** How often the function was called. */
  get calls(): number {
    return this.#counted.calls;
  }

  /** Whether a call was left that may give more rows. */
  get hasMore(): boolean {
    return this.#runner instanceof RowsRunner && this.#runner.hasMore;
  }

  /** The results of rows, or further ones of the call that was left. Errors: UdfError. */
  async call(args: readonly CallArgument[], rows: number, region: Region): Promise<Column> {
    const runner = this.#runner;
    if (!(runner instanceof AsyncRunner)) {
      // That a call makes more rows is no progress: there may be no end of them.
      return runner.run(args, rows, region, this.hasMore ? NO_PROGRESS : this.#pulse);
    }
    const run = runner.start(args, rows, () => {});
    const alive = setInterval(() => beat(this.#pulse), WAIT_MS);
    try {
      await run.over;
      run.check();
      return run.results(
        Int32Array.from({ length: rows }, (_, row) => row),
        region,
      );
    } finally {
      clearInterval(alive);
    }
  }

  /** Ends the call that was left. Errors: UdfError UDF_FAILED. */
  stop(): void {
    if (this.#runner instanceof RowsRunner) this.#runner.stop();
  }

  /** Errors: UdfError UDF_FAILED. */
  close(): Promise<void> {
    return this.#runner.close();
  }
}

/** The accumulators of the groups of a call. */
type HostedGroups = Pick<GroupAccumulators, 'update' | 'results'>;

/** The accumulators of the groups of a function that takes rows alone. */
class RowGroups implements HostedGroups {
  readonly #create: () => RowAccumulator;
  readonly #result: DataType;
  readonly #pulse: Pulse;
  readonly #accumulators: RowAccumulator[] = [];

  constructor(create: () => RowAccumulator, result: DataType, pulse: Pulse) {
    this.#create = create;
    this.#result = result;
    this.#pulse = pulse;
  }

  update(
    args: readonly CallArgument[],
    rows: number,
    groupIds: Int32Array | null,
    groups: number,
  ): void {
    this.#ensure(groups);
    for (let row = 0; row < rows; row++) {
      const values = args.map((arg) => (arg.kind === 'constant' ? arg.value : arg.column.get(row)));
      this.#accumulators[groupIds === null ? 0 : groupIds[row]!]!.add(values);
    }
  }

  results(groups: number, region: Region): Column {
    this.#ensure(groups);
    const builder = builderFor(this.#result, region, groups);
    for (let group = 0; group < groups; group++) {
      beat(this.#pulse);
      builder.append(this.#accumulators[group]!.value());
    }
    return builder.finish();
  }

  #ensure(groups: number): void {
    while (this.#accumulators.length < groups) this.#accumulators.push(this.#create());
  }
}

/** An aggregate or table aggregate function, with its accumulators. */
export class HostedAggregate {
  /** The calls are counted where the rows come from. */
  readonly calls = 0;
  readonly #runner: AggregateRunner;
  readonly #call: ScalarCall;
  readonly #region: Region;
  readonly #pulse: Pulse;
  readonly #types: readonly DataType[];
  readonly #sets = new Map<number, HostedGroups>();
  readonly #accumulators = new Map<number, RowAccumulator>();

  private constructor(
    runner: AggregateRunner,
    { call, types }: OpenedAggregate,
    region: Region,
    pulse: Pulse,
  ) {
    this.#runner = runner;
    this.#call = call;
    this.#types = types;
    this.#region = region;
    this.#pulse = pulse;
  }

  /** Keeps memory of `region` until it is closed. Errors: UdfError. */
  static async open(
    opened: OpenedAggregate,
    context: FunctionContext,
    region: Region,
    pulse: Pulse,
  ): Promise<HostedAggregate> {
    const runner = await AggregateRunner.open(opened.call, context, region, pulse);
    return new HostedAggregate(runner, opened, region, pulse);
  }

  get abilities(): Abilities {
    return { retracts: this.#runner.retracts };
  }

  /** Adds rows to the groups of a set. Errors: UdfError UDF_FAILED. */
  update(
    set: number,
    args: readonly CallArgument[],
    rows: number,
    ids: Column | null,
    groups: number,
  ): void {
    // INT lies in memory as int32.
    const groupIds = ids === null ? null : ((ids as FixedColumn).values as Int32Array);
    this.#set(set).update(args, rows, groupIds, groups);
  }

  /** The results of the groups of a set. Errors: UdfError UDF_FAILED, UDF_RESULT. */
  results(set: number, groups: number, region: Region): Column {
    return this.#set(set).results(groups, region);
  }

  /** Forgets the groups of a set. */
  reset(set: number): void {
    this.#sets.delete(set);
  }

  /** Adds rows to an accumulator and takes rows out; the last column says which. */
  change(request: Extract<Request, { op: 'change' | 'value' }>, columns: readonly Column[]): void {
    const accumulator = this.#accumulator(request);
    const args = columns.slice(0, -1);
    const signs = columns.at(-1);
    for (let row = 0; row < request.length; row++) {
      const values = args.map((column) => column.get(row));
      if (signs?.get(row) === true) accumulator.add(values);
      else accumulator.retract?.(values);
    }
  }

  /** The value of an accumulator, as a column of one row. */
  value(request: Extract<Request, { op: 'value' }>, region: Region): Column {
    const builder = builderFor(this.#call.result, region, 1);
    builder.append(this.#accumulator(request).value());
    return builder.finish();
  }

  /** Forgets accumulators. */
  release(accumulators: readonly number[]): void {
    for (const accumulator of accumulators) this.#accumulators.delete(accumulator);
  }

  /** Errors: UdfError UDF_FAILED. */
  async close(): Promise<void> {
    try {
      await this.#runner.close();
    } finally {
      this.#region.dispose();
    }
  }

  #set(set: number): HostedGroups {
    let groups = this.#sets.get(set);
    if (groups === undefined) {
      const { createGroups } = this.#runner;
      const create = () => this.#runner.accumulator({ types: this.#types });
      groups = createGroups?.() ?? new RowGroups(create, this.#call.result, this.#pulse);
      this.#sets.set(set, groups);
    }
    return groups;
  }

  #accumulator({ accumulator: id, types }: Extract<Request, { op: 'change' | 'value' }>) {
    let accumulator = this.#accumulators.get(id);
    if (accumulator === undefined) {
      accumulator = this.#runner.accumulator({ types });
      this.#accumulators.set(id, accumulator);
    }
    return accumulator;
  }
}
