import type { Region } from '../../columnar/arena/region.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { type Column, FixedColumn } from '../../columnar/column.ts';
import { assert } from '../../common/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import type { AggregateSite, RowAccumulator } from '../../functions/definition.ts';
import type { GroupAccumulators } from '../../udf/aggregate-groups.ts';
import type { CallArgument } from '../../udf/loops/arguments.ts';
import type { ScalarCall } from '../../udf/scalar-call.ts';
import type { TaskContext } from '../operator.ts';
import { GROUPS, SIGNS } from './columns.ts';
import { formsOf, IsolatedFunction, type Replied } from './isolated-function.ts';
import type { Abilities } from './protocol.ts';

/** Rows that wait here before they are sent. */
const WAITING_MAX = 4096;
/** Accumulators that nobody needs any more wait here until the child is told. */
const RELEASED_MAX = 64;

/** An aggregate or table aggregate function in a process of its own. */
export class IsolatedAggregate {
  readonly #fn: IsolatedFunction;
  readonly #abilities: Abilities;
  readonly #region: Region;
  #made = 0;
  #released: number[] = [];

  private constructor(fn: IsolatedFunction, abilities: Abilities, region: Region) {
    this.#fn = fn;
    this.#abilities = abilities;
    this.#region = region;
  }

  /** Loads and opens the function there. Errors: UdfError; as of `IsolatedFunction.open`. */
  static async open(
    call: ScalarCall,
    args: readonly Expr[],
    ctx: TaskContext,
  ): Promise<IsolatedAggregate> {
    const types = args.map(({ type }) => type);
    const opened = { kind: 'aggregate', call, types } as const;
    const { fn, abilities } = await IsolatedFunction.open(opened, args, ctx);
    assert(abilities !== null, 'aggregate functions say what they can do');
    return new IsolatedAggregate(fn, abilities, ctx.region.child());
  }

  /** The accumulators of the groups of a call, filled from columns. */
  get createGroups(): () => GroupAccumulators {
    return () => new IsolatedGroups(this.#fn, this.#made++);
  }

  /** The accumulator of one group; every value costs a way there and back. */
  accumulator({ types }: Pick<AggregateSite, 'types'>): RowAccumulator {
    this.#tellReleased();
    const accumulator = this.#made++;
    let waiting: unknown[][] = [];
    /** Whether the child has it. */
    let isSent = false;
    const send = (op: 'change' | 'value'): Replied => {
      this.#region.recycle();
      const { length } = waiting;
      const sent = length === 0 ? [] : [...types, SIGNS];
      const columns = sent.map((type, i) => {
        const builder = builderFor(type, this.#region, length);
        for (const row of waiting) builder.append(row[i]);
        return builder.finish();
      });
      isSent = true;
      const answer = this.#fn.ask({ op, accumulator, types, length }, columns);
      waiting = [];
      return answer;
    };
    const change = (isAdded: boolean) => (args: readonly unknown[]) => {
      waiting.push([...args, isAdded]);
      if (waiting.length === WAITING_MAX) send('change');
    };
    const value = (): unknown => {
      const answer = send('value');
      this.#region.recycle();
      return this.#fn.column(answer.rows, 1, this.#region).get(0);
    };
    return {
      add: change(true),
      ...(this.#abilities.retracts ? { retract: change(false) } : {}),
      value,
      merge: unmergeable,
      state: unmergeable,
      release: () => {
        waiting = [];
        if (isSent) this.#released.push(accumulator);
        isSent = false;
      },
    };
  }

  /** Tells the child; not where they are released, which may be because it is no more. */
  #tellReleased(): void {
    if (this.#released.length < RELEASED_MAX) return;
    this.#fn.ask({ op: 'release', accumulators: this.#released }, []);
    this.#released = [];
  }

  /** Calls the function's `close`. Errors: UdfError UDF_FAILED. */
  async close(): Promise<void> {
    this.#region.dispose();
    this.#fn.close();
  }
}

/** The accumulators of all groups of one call, in another process. */
class IsolatedGroups implements GroupAccumulators {
  readonly #fn: IsolatedFunction;
  readonly #set: number;
  /** Whether the child may know the set. */
  #isUsed = false;

  constructor(fn: IsolatedFunction, set: number) {
    this.#fn = fn;
    this.#set = set;
  }

  update(
    args: readonly CallArgument[],
    rows: number,
    groupIds: Int32Array | null,
    groups: number,
  ): void {
    this.#isUsed = true;
    const { forms, columns } = formsOf(args);
    const grouped = groupIds !== null;
    const ids = grouped ? [new FixedColumn(GROUPS, rows, groupIds, 4, null, 0)] : [];
    this.#fn.ask({ op: 'update', set: this.#set, args: forms, length: rows, groups, grouped }, [
      ...columns,
      ...ids,
    ]);
  }

  results(groups: number, region: Region): Column {
    this.#isUsed = true;
    const answer = this.#fn.ask({ op: 'results', set: this.#set, groups }, []);
    return this.#fn.column(answer.rows, groups, region);
  }

  merge(): never {
    unmergeable();
  }

  states(): never {
    unmergeable();
  }

  reset(): void {
    if (this.#isUsed) this.#fn.ask({ op: 'reset', set: this.#set }, []);
    this.#isUsed = false;
  }
}

/** Plans give one task all rows of a group. */
function unmergeable(): never {
  assert(false, 'accumulators do not leave the process of their function');
}
