import type { Table as ArrowTable } from 'apache-arrow';
import {
  invalidArgument,
  requireInstance,
  requireOptions,
  requireSignal,
} from '../common/arguments.ts';
import type { Join, SetOperation } from '../parser/ast/queries.ts';
import type { ExplainDetail } from '../planner/explain.ts';
import type { LogicalPlan } from '../planner/logical/nodes.ts';
import { attachMethods } from '../types/data-types.ts';
import { printType } from '../types/print.ts';
import type { UserFunction } from '../udf/user-function.ts';
import { SessionBindContext } from './bind-context.ts';
import type { TableDescriptor } from './descriptors.ts';
import { col } from './expressions/entries.ts';
import type { AnyExpression, ColumnExpression } from './expressions/expression.ts';
import {
  type AggregatedTable,
  GroupedTable,
  type MakeTable,
  OverWindowedTable,
  WindowedTable,
} from './grouped-table.ts';
import { explainBound, insertionOf, TablePipeline } from './insertion.ts';
import { internalCall } from './internal-call.ts';
import { combined, joined, joinedLateral, mapped } from './operations/combine.ts';
import { groupingOf } from './operations/group.ts';
import { processed } from './operations/process.ts';
import * as columns from './operations/select.ts';
import { ofWholeRow } from './operations/whole-row.ts';
import { PartitionedTable } from './partitioned-table.ts';
import { type AnyTable, BOUND_PLAN } from './plan-holder.ts';
import { registered } from './plan-view.ts';
import { type AnalyzeOptions, measured, signalOf } from './profile/measure.ts';
import type { StatementProfile } from './profile/statement-profile.ts';
import type { CollectOptions, ResultColumn, Row, RowOf, TableResult } from './result.ts';
import type {
  Columns,
  ColumnType,
  Dropped,
  Items,
  Merged,
  Named,
  Optional,
  Renamed,
  Selected,
} from './row-types.ts';
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
export class Table<R extends object = Row> {
  readonly #session: Session;
  readonly #plan: LogicalPlan;
  readonly #make: MakeTable;
  /** The name of `toString`, once it was asked for. */
  #name: string | null = null;

  /** Made by the environment. @internal */
  constructor(session: Session, plan: LogicalPlan) {
    this.#session = session;
    this.#plan = plan;
    this.#make = (made) => new Table(session, made);
  }

  /** The bound plan: for the package, not for users. @internal */
  get [BOUND_PLAN](): LogicalPlan {
    return this.#plan;
  }

  // ── columns ────────────────────────────────────────────────────────────────────────────────

  /** A column with its type. Errors: COLUMN_NOT_FOUND. */
  col<const N extends Columns<R>>(name: N): ColumnExpression<ColumnType<R, N>, N> {
    columns.indexOf(name, this.#source);
    // The name is no `*`: that is no column.
    return col(name) as unknown as ColumnExpression<ColumnType<R, N>, N>;
  }

  /** Some expressions as the columns; aggregates alone make one row of all rows. */
  select<const I extends Items<Columns<R>>>(...items: I): Table<Selected<R, I>> {
    return this.#make(columns.projection(this.#source, items));
  }

  /** The columns under other names, in their order. Errors: ALIAS_COLUMNS. */
  as<const N extends readonly string[]>(...names: N): Table<Named<N>> {
    return this.#make(columns.aliased(this.#source, names));
  }

  /** The same as `as`, by its name in Python. */
  alias<const N extends readonly string[]>(...names: N): Table<Named<N>> {
    return this.as(...names);
  }

  /** More columns behind the others. Errors: DUPLICATE_COLUMN. */
  addColumns<const I extends Items<Columns<R>>>(...items: I): Table<Merged<R, Selected<R, I>>> {
    return this.#make(columns.withAdded(this.#source, items));
  }

  /** More columns; one whose name there is already takes the place of the other. */
  addOrReplaceColumns<const I extends Items<Columns<R>>>(
    ...items: I
  ): Table<Merged<R, Selected<R, I>>> {
    return this.#make(columns.withReplaced(this.#source, items));
  }

  /** Some columns under other names: `renameColumns(col('a').as('b'))`. */
  renameColumns<const I extends Items<Columns<R>>>(...items: I): Table<Renamed<R, I>> {
    return this.#make(columns.renamed(this.#source, items));
  }

  /** All columns but some. */
  dropColumns<const I extends Items<Columns<R>>>(...items: I): Table<Dropped<R, I>> {
    return this.#make(columns.withDropped(this.#source, items));
  }

  // ── rows ───────────────────────────────────────────────────────────────────────────────────

  /** The rows for which a condition is TRUE. */
  where(condition: AnyExpression<boolean | null, Columns<R>>): Table<R> {
    return this.#make(columns.filtered(this.#source, condition));
  }

  /** The same as `where`. */
  filter(condition: AnyExpression<boolean | null, Columns<R>>): Table<R> {
    return this.where(condition);
  }

  /** Each row once. */
  distinct(): Table<R> {
    return this.#make(columns.distinctRows(this.#source));
  }

  /** The rows in an order: `orderBy(col('a').desc(), col('b'))`. */
  orderBy(...keys: Items<Columns<R>>): Table<R> {
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

  // ── groups and windows ─────────────────────────────────────────────────────────────────────

  /** Groups the rows by keys; `select` follows. */
  groupBy(...keys: Items<Columns<R>>): GroupedTable<R> {
    return new GroupedTable(groupingOf(this.#source, keys), this.#make);
  }

  /** One row of all rows; `select` follows. */
  aggregate(aggregate: AnyExpression<unknown, Columns<R>> | UserFunction): AggregatedTable {
    return this.groupBy().aggregate(aggregate);
  }

  /** The rows that a table aggregate function makes of all rows; `select` follows. */
  flatAggregate(call: AnyExpression<unknown, Columns<R>> | UserFunction): AggregatedTable {
    return this.groupBy().flatAggregate(call);
  }

  /** Puts the rows into windows of their time; `groupBy` follows. */
  window<const W extends string>(window: GroupWindow<W>): WindowedTable<R, W> {
    requireInstance('A group window', window, GroupWindow);
    return new WindowedTable(this.#source, window, this.#make);
  }

  /** Windows that aggregates look at from each row; `select` follows. */
  overWindow(...windows: readonly OverWindow[]): OverWindowedTable<R> {
    for (const window of windows) requireInstance('An OVER window', window, OverWindow);
    return new OverWindowedTable(this.#source, windows, this.#make);
  }

  // ── several tables ─────────────────────────────────────────────────────────────────────────

  /** The pairs of rows for which a condition holds; the names of the columns must differ. */
  join<S extends object>(
    right: Table<S>,
    condition?: AnyExpression<boolean | null, Columns<R> | Columns<S>>,
  ): Table<Merged<R, S>> {
    return this.#join('INNER', right, condition);
  }

  /** Like `join`, with the rows of this table that have no pair. */
  leftOuterJoin<S extends object>(
    right: Table<S>,
    condition: AnyExpression<boolean | null, Columns<R> | Columns<S>>,
  ): Table<Merged<R, Optional<S>>> {
    return this.#join('LEFT', right, condition);
  }

  /** Like `join`, with the rows of the other table that have no pair. */
  rightOuterJoin<S extends object>(
    right: Table<S>,
    condition: AnyExpression<boolean | null, Columns<R> | Columns<S>>,
  ): Table<Merged<Optional<R>, S>> {
    return this.#join('RIGHT', right, condition);
  }

  /** Like `join`, with the rows of both tables that have no pair. */
  fullOuterJoin<S extends object>(
    right: Table<S>,
    condition: AnyExpression<boolean | null, Columns<R> | Columns<S>>,
  ): Table<Merged<Optional<R>, Optional<S>>> {
    return this.#join('FULL', right, condition);
  }

  /** Each row with the rows that a table function makes of it: `joinLateral(call('f', col('a')))`. */
  joinLateral(call: AnyExpression<unknown, Columns<R>>, condition?: AnyExpression): Table {
    return this.#make(joinedLateral(this.#source, call, { predicate: condition }));
  }

  /** Like `joinLateral`, with the rows of which the function makes none. */
  leftOuterJoinLateral(call: AnyExpression<unknown, Columns<R>>, condition?: AnyExpression): Table {
    return this.#make(joinedLateral(this.#source, call, { outer: true, predicate: condition }));
  }

  /** The row that a function makes of each row; a function itself gets the whole row. */
  map(fn: AnyExpression<unknown, Columns<R>> | UserFunction): Table {
    return this.#make(mapped(this.#source, ofWholeRow(this.#source, fn)));
  }

  /** The rows that a table function makes of each row; a function itself gets the whole row. */
  flatMap(fn: AnyExpression<unknown, Columns<R>> | UserFunction): Table {
    return this.#make(joinedLateral(this.#source, ofWholeRow(this.#source, fn), { only: true }));
  }

  /** Sets of rows with the same keys, for a process table function; `process` follows. */
  partitionBy(...keys: Items<Columns<R>>): PartitionedTable<R> {
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

  // ── execution ──────────────────────────────────────────────────────────────────────────────

  /** The columns. */
  getResolvedSchema(): { readonly columns: readonly ResultColumn[] } {
    const { fields } = this.#plan.schema;
    return {
      columns: fields.map((f) => ({ name: f.name, dataType: attachMethods(f.type) })),
    };
  }

  /** The same as `getResolvedSchema`, by its older name. */
  getSchema(): { readonly columns: readonly ResultColumn[] } {
    return this.getResolvedSchema();
  }

  /** Runs the query; it starts when the result is read. */
  execute(options: { readonly signal?: AbortSignal } = {}): TableResult<R> {
    requireOptions('execute', options, ['signal']);
    requireSignal(options.signal);
    const call = internalCall(this.#session, options.signal ?? null);
    return runningResult<R>(physicalPlan(this.#planNow(call), call), call);
  }

  /** Runs the query and returns all rows. */
  toArray<const O extends CollectOptions>(options?: O): Promise<RowOf<O, R>[]> {
    return this.execute().toArray(options);
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
    return measured(call, (recording, recorder) =>
      runUnread(physicalPlan(this.#planNow(recording), recording), recording, recorder),
    );
  }

  /** Prints the plans. */
  printExplain(stream: TextStream = process.stdout): void {
    printText(stream, `${this.explain()}\n`);
  }

  /** Prints the columns with their types. */
  printSchema(stream: TextStream = process.stdout): void {
    const lines = this.#plan.schema.fields.map((f) => `  \`${f.name}\` ${printType(f.type)}`);
    printText(stream, `(\n${lines.join(',\n')}\n)\n`);
  }

  /** A name for SQL, under which the table is registered: `SELECT * FROM ${table}`. */
  toString(): string {
    this.#name ??= registered(this.#session, this.#plan);
    return this.#name;
  }

  get #source() {
    return { session: this.#session, plan: this.#plan };
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
    throw invalidArgument('The other table', 'a Table of the same environment', table);
  }

  #planNow({ session, statement, parameters }: StatementCall): LogicalPlan {
    return new SessionBindContext(session, statement, parameters).planNow(this.#plan);
  }
}
