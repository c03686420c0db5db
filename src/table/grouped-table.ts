import type { UserFunction } from '../udf/user-function.ts';
import type { AnyExpression } from './expressions/expression.ts';
import type { MakeTable } from './make-table.ts';
import { overSelect } from './operations/combine.ts';
import {
  type Grouping,
  groupedSelect,
  groupingOf,
  type MadeColumns,
  madeSelect,
} from './operations/group.ts';
import type { Source } from './operations/items.ts';
import type { Row } from './result.ts';
import type { Aggregated, Columns, Items, Keyed, Selected } from './row-types.ts';
import type { Table } from './table.ts';
import type { GroupWindow, OverWindow } from './windows.ts';

/** A table after `groupBy`: it needs its columns. `C`: the columns and windows to use. */
export class GroupedTable<R extends object, C extends string = Columns<R>> {
  readonly #grouping: Grouping;
  readonly #table: MakeTable;

  /** Made by `groupBy`. @internal */
  constructor(grouping: Grouping, table: MakeTable) {
    this.#grouping = grouping;
    this.#table = table;
  }

  /** Keys, aggregates, and what can be computed of them. */
  select<const I extends Items<C>>(...items: I): Table<Selected<R, I>> {
    return this.#table(groupedSelect(this.#grouping, items));
  }

  /** An aggregate whose columns `select` can name: `aggregate(f.as('x', 'y')).select(col('x'))`. */
  aggregate<const E extends AnyExpression<unknown, C> | UserFunction>(
    aggregate: E,
  ): AggregatedTable<Aggregated<R, E>> {
    return new AggregatedTable(this.#grouping, { call: aggregate, rows: false }, this.#table);
  }

  /** The rows that a table aggregate function makes of each group, whose columns it can name. */
  flatAggregate(call: AnyExpression<unknown, C> | UserFunction): AggregatedTable {
    return new AggregatedTable(this.#grouping, { call, rows: true }, this.#table);
  }
}

/** A table after `aggregate` or `flatAggregate`: it needs its columns. */
export class AggregatedTable<R extends object = Row> {
  readonly #grouping: Grouping;
  readonly #made: MadeColumns;
  readonly #table: MakeTable;

  /** Made by `aggregate` and `flatAggregate`. @internal */
  constructor(grouping: Grouping, made: MadeColumns, table: MakeTable) {
    this.#grouping = grouping;
    this.#made = made;
    this.#table = table;
  }

  /** Keys, columns that the function makes, and what can be computed of them. */
  select<const I extends Items<Columns<R>>>(...items: I): Table<Selected<R, I>> {
    return this.#table(madeSelect(this.#grouping, this.#made, items));
  }
}

/** A table after `window`: it needs its groups, among them the window. */
export class WindowedTable<R extends object, W extends string> {
  readonly #source: Source;
  readonly #window: GroupWindow<W>;
  readonly #table: MakeTable;

  /** Made by `window`. @internal */
  constructor(source: Source, window: GroupWindow<W>, table: MakeTable) {
    this.#source = source;
    this.#window = window;
    this.#table = table;
  }

  /** The keys: the window by its name, and others. */
  groupBy<const K extends Items<Columns<R> | W>>(
    ...keys: K
  ): GroupedTable<Keyed<R, K>, Columns<Keyed<R, K>> | W> {
    const grouping = groupingOf(this.#source, keys, [this.#window]);
    return new GroupedTable(grouping, this.#table);
  }
}

/** A table after `overWindow`: it needs its columns. */
export class OverWindowedTable<R extends object> {
  readonly #source: Source;
  readonly #windows: readonly OverWindow[];
  readonly #table: MakeTable;

  /** Made by `overWindow`. @internal */
  constructor(source: Source, windows: readonly OverWindow[], table: MakeTable) {
    this.#source = source;
    this.#windows = windows;
    this.#table = table;
  }

  /** Columns, and aggregates over the windows: `col('x').sum().over('w')`. */
  select<const I extends Items<Columns<R>>>(...items: I): Table<Selected<R, I>> {
    return this.#table(overSelect(this.#source, this.#windows, items));
  }
}
