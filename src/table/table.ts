import type { Table as ArrowTable } from 'apache-arrow';
import * as given from '../common/arguments.ts';
import type { Join, SetOperation } from '../parser/ast/queries.ts';
import type { ExplainDetail } from '../planner/explain.ts';
import type { LogicalPlan } from '../planner/logical/nodes.ts';
import type { UserFunction } from '../udf/user-function.ts';
import { SessionBindContext } from './bind-context.ts';
import type { TableDescriptor } from './descriptors.ts';
import { col } from './expressions/entries.ts';
import type { AnyExpression, ColumnExpression } from './expressions/expression.ts';
import * as grouped from './grouped-table.ts';
import { explainBound, insertionOf, TablePipeline } from './insertion.ts';
import { internalCall } from './internal-call.ts';
import type { MakeTable } from './make-table.ts';
import { combined, joined, joinedLateral, mapped, ofChanges } from './operations/combine.ts';
import { groupingOf } from './operations/group.ts';
import type { Source } from './operations/items.ts';
import { processed } from './operations/process.ts';
import * as columns from './operations/select.ts';
import { ofWholeRow } from './operations/whole-row.ts';
import { PartitionedTable } from './partitioned-table.ts';
import { type AnyTable, BOUND_PLAN } from './plan-holder.ts';
import { registered } from './plan-view.ts';
import { type AnalyzeOptions, measured, signalOf } from './profile/measure.ts';
import type { StatementProfile } from './profile/statement-profile.ts';
import { type Declaration, NO_TABLE, ResolvedSchema } from './resolved-schema.ts';
import type { CollectOptions, ReadRow, Row, RowsAsked, TableResult } from './result.ts';
import type * as t from './row-types.ts';
import { runningResult, runUnread } from './run.ts';
import type { Session } from './session.ts';
import type { StatementCall } from './statements/handler.ts';
import { physicalPlan } from './statements/query.ts';
import { printText, type TextStream } from './tableau.ts';
import { GroupWindow, OverWindow } from './windows.ts';

/**
 * A query that has not run: bound to its tables, to be executed, named as a view, inserted, or made
 * into another one by the operations of the Table API. `R` is the row it gives; operations carry its
 * names and types on, so that a misspelt column does not compile.
 * Methods that make other rows take theirs from `this`: types computed of R would make R invariant.
 *
 * Errors: those of the same query in SQL, at the call of the operation.
 *
 * @example
 * ```ts
 * import { lit, TableEnvironment } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * const orders = tEnv.fromValues([{ id: 1, price: 4.5 }, { id: 2, price: 12 }]);
 * const dear = orders.where(orders.col('price').isGreater(lit(5))).select(orders.col('id'));
 * console.log(await dear.toArray()); // [ { id: 2 } ]
 * await tEnv.close();
 * ```
 */
export class Table<out R extends object = Row> {
  readonly #session: Session;
  readonly #plan: LogicalPlan;
  readonly #source: Source;
  readonly #make: MakeTable;
  readonly #declared: () => Declaration | undefined;
  #name: string | null = null;

  /** Made by the environment; `declared` asks what the table declares that this is all of. @internal */
  constructor(session: Session, plan: LogicalPlan, declared = NO_TABLE) {
    this.#declared = declared;
    this.#session = session;
    this.#plan = plan;
    this.#source = { session, plan };
    this.#make = (made) => new Table(session, made);
  }

  /** The bound plan: for the package, not for users. @internal */
  get [BOUND_PLAN](): LogicalPlan {
    return this.#plan;
  }

  /** A column with its type. Errors: COLUMN_NOT_FOUND. */
  col<S extends object, const N extends t.Columns<S>>(
    this: Table<S>,
    name: N,
  ): ColumnExpression<t.ColumnType<S, N>, N> {
    columns.indexOf(name, this.#source);
    return col(name) as unknown as ColumnExpression<t.ColumnType<S, N>, N>;
  }

  /** Some expressions as the columns; aggregates alone make one row of all rows. */
  select<S extends object, const I extends t.Items<t.Columns<S>>>(
    this: Table<S>,
    ...items: I
  ): Table<t.Selected<S, I>> {
    return this.#make(columns.projection(this.#source, items));
  }

  /** The columns under other names, in their order. Errors: ALIAS_COLUMNS. */
  as<const N extends readonly string[]>(...names: N): Table<t.Named<N>> {
    return this.#make(columns.aliased(this.#source, names));
  }

  /** The same as `as`, in Python. */
  alias<const N extends readonly string[]>(...names: N): Table<t.Named<N>> {
    return this.as(...names);
  }

  /** More columns behind the others. Errors: DUPLICATE_COLUMN. */
  addColumns<S extends object, const I extends t.Items<t.Columns<S>>>(
    this: Table<S>,
    ...items: I
  ): Table<t.Merged<S, t.Selected<S, I>>> {
    return this.#make(columns.withAdded(this.#source, items));
  }

  /** More columns; one whose name there is already takes the place of the other. */
  addOrReplaceColumns<S extends object, const I extends t.Items<t.Columns<S>>>(
    this: Table<S>,
    ...items: I
  ): Table<t.Merged<S, t.Selected<S, I>>> {
    return this.#make(columns.withReplaced(this.#source, items));
  }

  /** Some columns under other names: `renameColumns(col('a').as('b'))`. */
  renameColumns<S extends object, const I extends t.Items<t.Columns<S>>>(
    this: Table<S>,
    ...items: I
  ): Table<t.Renamed<S, I>> {
    return this.#make(columns.renamed(this.#source, items));
  }

  /** All columns but some. */
  dropColumns<S extends object, const I extends t.Items<t.Columns<S>>>(
    this: Table<S>,
    ...items: I
  ): Table<t.Dropped<S, I>> {
    return this.#make(columns.withDropped(this.#source, items));
  }

  /** The rows for which a condition is TRUE. */
  where(condition: AnyExpression<boolean | null, t.Columns<R>>): Table<R> {
    return this.#make(columns.filtered(this.#source, condition));
  }

  /** The same as `where`. */
  filter(condition: AnyExpression<boolean | null, t.Columns<R>>): Table<R> {
    return this.where(condition);
  }

  /** Each row once. */
  distinct(): Table<R> {
    return this.#make(columns.distinctRows(this.#source));
  }

  /** The rows in an order: `orderBy(col('a').desc(), col('b'))`. */
  orderBy(...keys: t.Items<t.Columns<R>>): Table<R> {
    return this.#make(columns.ordered(this.#source, keys));
  }

  /** The rows behind the first ones. */
  offset(offset: number): Table<R> {
    return this.#make(columns.limited(this.#source, offset, null));
  }

  /** The first rows. */
  fetch(rows: number): Table<R> {
    return this.#make(columns.limited(this.#source, 0, rows));
  }

  /** The first rows, or so many behind an offset. */
  limit(rows: number, offset = 0): Table<R> {
    return this.#make(columns.limited(this.#source, offset, rows));
  }

  /** Groups the rows by keys; `select` follows. */
  groupBy<S extends object, const K extends t.Items<t.Columns<S>>>(
    this: Table<S>,
    ...keys: K
  ): grouped.GroupedTable<t.Keyed<S, K>> {
    return new grouped.GroupedTable(groupingOf(this.#source, keys), this.#make);
  }

  /** One row of all rows; `select` follows. */
  aggregate<S extends object, const E extends AnyExpression<unknown, t.Columns<S>> | UserFunction>(
    this: Table<S>,
    aggregate: E,
  ): grouped.AggregatedTable<t.Aggregated<object, E>> {
    return this.groupBy().aggregate(aggregate);
  }

  /** The rows that a table aggregate function makes of all rows; `select` follows. */
  flatAggregate(
    call: AnyExpression<unknown, t.Columns<R>> | UserFunction,
  ): grouped.AggregatedTable {
    return this.groupBy().flatAggregate(call);
  }

  /** Puts the rows into windows of their time; `groupBy` follows. */
  window<const W extends string>(
    window: GroupWindow<W, t.Columns<R>>,
  ): grouped.WindowedTable<R, W> {
    given.requireInstance('A group window', window, GroupWindow);
    return new grouped.WindowedTable(this.#source, window, this.#make);
  }

  /** Windows that aggregates look at from each row; `select` follows. */
  overWindow(...windows: readonly OverWindow<t.Columns<R>>[]): grouped.OverWindowedTable<R> {
    for (const window of windows) given.requireInstance('An OVER window', window, OverWindow);
    return new grouped.OverWindowedTable(this.#source, windows, this.#make);
  }

  /** The pairs of rows for which a condition holds; the names of the columns must differ. */
  join<L extends object, S extends object>(
    this: Table<L>,
    right: Table<S> & t.Disjoint<t.Columns<L>, t.Columns<S>>,
    condition?: AnyExpression<boolean | null, t.Columns<L> | t.Columns<S>>,
  ): Table<t.Merged<L, S>> {
    return this.#join('INNER', right, condition);
  }

  /** Like `join`, with the rows of this table that have no pair. */
  leftOuterJoin<L extends object, S extends object>(
    this: Table<L>,
    right: Table<S> & t.Disjoint<t.Columns<L>, t.Columns<S>>,
    condition: AnyExpression<boolean | null, t.Columns<L> | t.Columns<S>>,
  ): Table<t.Merged<L, t.Optional<S>>> {
    return this.#join('LEFT', right, condition);
  }

  /** Like `join`, with the rows of the other table that have no pair. */
  rightOuterJoin<L extends object, S extends object>(
    this: Table<L>,
    right: Table<S> & t.Disjoint<t.Columns<L>, t.Columns<S>>,
    condition: AnyExpression<boolean | null, t.Columns<L> | t.Columns<S>>,
  ): Table<t.Merged<t.Optional<L>, S>> {
    return this.#join('RIGHT', right, condition);
  }

  /** Like `join`, with the rows of both tables that have no pair. */
  fullOuterJoin<L extends object, S extends object>(
    this: Table<L>,
    right: Table<S> & t.Disjoint<t.Columns<L>, t.Columns<S>>,
    condition: AnyExpression<boolean | null, t.Columns<L> | t.Columns<S>>,
  ): Table<t.Merged<t.Optional<L>, t.Optional<S>>> {
    return this.#join('FULL', right, condition);
  }

  /** Each row with the rows that a table function makes of it: `joinLateral(call('f', col('a')))`. */
  joinLateral(call: AnyExpression<unknown, t.Columns<R>>, condition?: AnyExpression): Table {
    return this.#make(joinedLateral(this.#source, call, { predicate: condition }));
  }

  /** Like `joinLateral`, with the rows of which the function makes none. */
  leftOuterJoinLateral(call: AnyExpression<unknown, t.Columns<R>>, on?: AnyExpression): Table {
    return this.#make(joinedLateral(this.#source, call, { outer: true, predicate: on }));
  }

  /** The row that a function makes of each row; a function itself gets the whole row. */
  map(fn: AnyExpression<unknown, t.Columns<R>> | UserFunction): Table {
    return this.#make(mapped(this.#source, ofWholeRow(this.#source, fn)));
  }

  /** The rows that a table function makes of each row; a function itself gets the whole row. */
  flatMap(fn: AnyExpression<unknown, t.Columns<R>> | UserFunction): Table {
    return this.#make(joinedLateral(this.#source, ofWholeRow(this.#source, fn), { only: true }));
  }

  /** Sets of rows with the same keys, for a process table function; `process` follows. */
  partitionBy(...keys: t.Items<t.Columns<R>>): PartitionedTable<R> {
    const argument = { source: this.#source, partitionBy: keys, orderBy: [] };
    return new PartitionedTable(argument, this.#make);
  }

  /** The rows that a process table function makes; see `PartitionedTable.process`. */
  process(fn: string | UserFunction, ...args: readonly unknown[]): Table {
    const argument = { source: this.#source, partitionBy: null, orderBy: [] };
    return this.#make(processed(this.#session, fn, argument, args));
  }

  /** The rows of both tables, each once. */
  union(right: AnyTable): Table<R> {
    return this.#combine('UNION', false, right);
  }

  /** The rows of both tables. */
  unionAll(right: AnyTable): Table<R> {
    return this.#combine('UNION', true, right);
  }

  /** The rows that are in both tables, each once. */
  intersect(right: AnyTable): Table<R> {
    return this.#combine('INTERSECT', false, right);
  }

  /** The rows that are in both tables, as often as in the one that has fewer. */
  intersectAll(right: AnyTable): Table<R> {
    return this.#combine('INTERSECT', true, right);
  }

  /** The rows that are not in the other table, each once. */
  minus(right: AnyTable): Table<R> {
    return this.#combine('EXCEPT', false, right);
  }

  /** The rows without those of the other table, each as often as it is there. */
  minusAll(right: AnyTable): Table<R> {
    return this.#combine('EXCEPT', true, right);
  }

  /** The rows as changes, here insertions, with the operation in a column `op`: TO_CHANGELOG. */
  toChangelog(...args: readonly AnyExpression[]): Table {
    return this.#make(ofChanges(this.#source, 'TO_CHANGELOG', args));
  }

  /** The rows that changes add up to, whose operations are in a column `op`: FROM_CHANGELOG. */
  fromChangelog(...args: readonly AnyExpression[]): Table {
    return this.#make(ofChanges(this.#source, 'FROM_CHANGELOG', args));
  }

  /** The columns. */
  getResolvedSchema(): ResolvedSchema {
    return new ResolvedSchema(this.#plan.schema, this.#declared());
  }

  /** The same as `getResolvedSchema`, by its older name. */
  getSchema(): ResolvedSchema {
    return this.getResolvedSchema();
  }

  /** Runs the query; it starts when the result is read. */
  execute(options: { readonly signal?: AbortSignal } = {}): TableResult<R> {
    given.requireOptions('execute', options, ['signal']);
    given.requireSignal(options.signal);
    const call = internalCall(this.#session, options.signal ?? null);
    return runningResult<R>(physicalPlan(this.#planNow(call), call), call);
  }

  /** Runs the query and returns all rows, as `TableResult.toArray`. */
  toArray<const G extends RowsAsked = CollectOptions>(asked?: G): Promise<ReadRow<G, R>[]> {
    return this.execute().toArray(asked);
  }

  /** Runs the query and returns all rows as an Arrow table that owns its memory. */
  toArrow(): Promise<ArrowTable> {
    return this.execute().toArrow();
  }

  /** Writes the rows to a table by path or descriptor; resolves after the commit. */
  executeInsert(target: string | TableDescriptor, overwrite = false): Promise<TableResult> {
    return this.insertInto(target, overwrite).execute();
  }

  /** The query with a table that its rows go to, by path or descriptor. Errors: INVALID_PATH. */
  insertInto(target: string | TableDescriptor, overwrite = false): TablePipeline {
    const session = this.#session;
    return new TablePipeline(session, insertionOf(session, this.#plan, target, overwrite));
  }

  /** The text of the plans. */
  explain(...details: readonly ExplainDetail[]): string {
    const call = internalCall(this.#session);
    return explainBound([this.#planNow(call)], details, call);
  }

  /** Runs the query, throws its rows away and says how it went. Errors: those of the query. */
  async explainAnalyze(options: AnalyzeOptions = {}): Promise<StatementProfile> {
    const call = internalCall(this.#session, signalOf(options));
    return measured(call, (one, rec) => runUnread(physicalPlan(this.#planNow(one), one), one, rec));
  }

  /** Prints the plans. */
  printExplain(stream: TextStream = process.stdout): void {
    printText(stream, `${this.explain()}\n`);
  }

  /** Prints the columns with their types. */
  printSchema(stream: TextStream = process.stdout): void {
    printText(stream, `${this.getResolvedSchema()}\n`);
  }

  /** A name for SQL, under which it is registered once: `SELECT * FROM ${table}`. */
  toString(): string {
    this.#name ??= registered(this.#session, this.#plan);
    return this.#name;
  }

  #join<S extends object>(type: Join['type'], right: AnyTable, condition: unknown): Table<S> {
    return this.#make(joined(this.#source, this.#other(right), type, condition));
  }

  #combine(op: SetOperation['op'], all: boolean, right: AnyTable): Table<R> {
    return this.#make(combined(this.#source, this.#other(right), op, all));
  }

  /** The plan of another table. Errors: INVALID_ARGUMENT for one of another environment. */
  #other(table: AnyTable): LogicalPlan {
    if (table instanceof Table && table.#session === this.#session) return table.#plan;
    throw given.invalidArgument('The other table', 'a Table of the same environment', table);
  }

  #planNow({ session, statement, parameters }: StatementCall): LogicalPlan {
    return new SessionBindContext(session, statement, parameters).planNow(this.#plan);
  }
}
