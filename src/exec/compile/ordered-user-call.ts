import { type Batch, batchOf, rowCount } from '../../columnar/batch.ts';
import { type Column, FixedColumn } from '../../columnar/column.ts';
import type { SortKey } from '../../columnar/kernels/sort.ts';
import { assert } from '../../common/assert.ts';
import type { AggregateCall, Expr } from '../../expr/expr.ts';
import type { AggregateFunctionDefinition } from '../../functions/definition.ts';
import { directionsOf } from '../../functions/ordered-aggregate.ts';
import type { DataType } from '../../types/data-type.ts';
import { field, type Schema } from '../../types/schema.ts';
import type { TaskContext } from '../operator.ts';
import { SortOperator } from '../operators/sort.ts';
import type { AggregateStates, BatchFilter, BatchProjection } from './api.ts';
import { createFilter } from './filter.ts';
import { narrowedGroups } from './narrowed-groups.ts';
import { createProjection } from './projection.ts';
import { Scratch } from './scratch.ts';

const GROUP: DataType = { kind: 'INT', nullable: false };

/** Types whose columns are not sorted by their bytes. */
const NESTED: ReadonlySet<DataType['kind']> = new Set(['ARRAY', 'ROW']);

/** The ordered form of a user's aggregate function that is loaded in this thread. */
export interface LoadedOrderedAggregate extends AggregateFunctionDefinition {
  /** The function itself, which takes its rows as they come. */
  readonly unordered: AggregateFunctionDefinition;
}

/** Whether a call is of a user's function that takes its rows in an order of columns. */
export function sortsRows({ definition, args, distinct }: AggregateCall): boolean {
  if (distinct || !('unordered' in definition)) return false;
  const { keys } = orderOf(args);
  return keys.every(({ expr }) => !NESTED.has(expr.type.kind));
}

/** The call of the function itself, and the order of its rows. */
export function orderOf([order, ...rest]: readonly Expr[]): {
  readonly keys: readonly (Omit<SortKey, 'column'> & { readonly expr: Expr })[];
  readonly args: readonly Expr[];
} {
  assert(order?.kind === 'Literal', 'the directions of an order are text');
  const keys = directionsOf(order.value).map((direction, i) => ({ ...direction, expr: rest[i]! }));
  return { keys, args: rest.slice(keys.length) };
}

/**
 * A call of a user's aggregate function that takes its rows in an order. State: all rows, which are
 * sorted by group and order when the results are asked for; what memory does not hold, in files.
 */
export class OrderedUserCall implements AggregateStates {
  readonly #ctx: TaskContext;
  readonly #filter: BatchFilter | null;
  /** The keys, then the arguments that are no literals. */
  readonly #columns: BatchProjection;
  readonly #sortKeys: readonly SortKey[];
  /** The group of a row, then what is projected. */
  readonly #sorted: Schema;
  readonly #states: AggregateStates;
  readonly #scratch: Scratch;
  #rows: SortOperator;

  /** `createStates` makes those of the function itself; the call must be one that `sortsRows`. */
  constructor(
    call: AggregateCall,
    input: Schema,
    ctx: TaskContext,
    createStates: (call: AggregateCall, input: Schema) => AggregateStates,
  ) {
    const { keys, args } = orderOf(call.args);
    const computed = args.filter(({ kind }) => kind !== 'Literal');
    const exprs = [...keys.map(({ expr }) => expr), ...computed];
    const fields = exprs.map(({ type }, i) => field(`$c${i}`, type));
    this.#ctx = ctx;
    this.#filter = call.filter === null ? null : createFilter(call.filter, input, ctx);
    this.#columns = createProjection(exprs, input, { fields }, ctx);
    this.#sorted = { fields: [field('$group', GROUP), ...fields] };
    this.#sortKeys = [
      { column: 0, descending: false, nullsFirst: true },
      ...keys.map(({ descending, nullsFirst }, i) => ({ column: 1 + i, descending, nullsFirst })),
    ];
    // `withLoaded` put it there.
    const { unordered } = call.definition as LoadedOrderedAggregate;
    let next = 1 + keys.length;
    const column = ({ type }: Expr): Expr => ({ kind: 'InputRef', type, index: next++ });
    const sortedArgs = args.map((arg) => (arg.kind === 'Literal' ? arg : column(arg)));
    const inner = { ...call, definition: unordered, args: sortedArgs, filter: null };
    this.#states = createStates(inner, this.#sorted);
    this.#scratch = new Scratch(ctx.region);
    this.#rows = this.#newRows();
  }

  update(batch: Batch, groupIds: Int32Array | null): void {
    const selection = this.#filter === null ? batch.selection : this.#filter.select(batch);
    const counting: Batch = { ...batch, selection };
    const count = rowCount(counting);
    if (count === 0) return;
    this.#scratch.reset();
    const groups = this.#scratch.int32(this.#scratch.alloc(count * 4), count);
    const ids = this.#filter === null ? groupIds : narrowedGroups(batch, groupIds, selection);
    if (ids === null) groups.fill(0);
    else groups.set(ids.subarray(0, count));
    const { columns } = this.#columns.project(counting);
    const group = new FixedColumn(GROUP, count, groups, 4, null, 0);
    this.#rows.process(batchOf(this.#sorted, [group, ...columns], count));
  }

  results(groups: number): Column[] {
    for (const batch of this.#rows.finish()) {
      const [ids] = batch.columns;
      assert(ids instanceof FixedColumn && ids.values instanceof Int32Array, 'groups are numbers');
      this.#states.update(batch, ids.values, groups);
    }
    return this.#states.results(groups);
  }

  merge(): never {
    unmergeable();
  }

  stateColumns(): never {
    unmergeable();
  }

  reset(): void {
    this.#rows.close();
    this.#rows = this.#newRows();
    this.#states.reset();
  }

  close(): void {
    this.#rows.close();
    this.#states.close();
    this.#filter?.close();
    this.#columns.close();
    this.#scratch.dispose();
  }

  /** The rows are copied: what they are computed in is used again. */
  #newRows(): SortOperator {
    return new SortOperator(this.#sortKeys, { ...this.#ctx, inputStays: false });
  }
}

/** Plans give one task all rows of a group. */
function unmergeable(): never {
  assert(false, 'rows in an order are not aggregated in parts');
}
