import type { Table as ArrowTable } from 'apache-arrow';
import { invalidArgument, requireOptions, requireSignal } from '../common/arguments.ts';
import type { ExplainDetail } from '../planner/explain.ts';
import type { LogicalPlan } from '../planner/logical/nodes.ts';
import { attachMethods } from '../types/data-types.ts';
import { printType } from '../types/print.ts';
import { SessionBindContext } from './bind-context.ts';
import type { TableDescriptor } from './descriptors.ts';
import { GroupedTable } from './grouped-table.ts';
import { explainBound, insertionOf, TablePipeline } from './insertion.ts';
import { internalCall } from './internal-call.ts';
import type { CollectOptions, ResultColumn, RowOf, TableResult } from './result.ts';
import {
  type LateralOptions,
  lateralRows,
  mappedRows,
  type RowCall,
  type RowCallOptions,
} from './row-operations.ts';
import { runningResult } from './run.ts';
import type { Session } from './session.ts';
import type { StatementCall } from './statements/handler.ts';
import { physicalPlan } from './statements/query.ts';
import type { TextStream } from './tableau.ts';

/** A query that has not run: bound to its tables, to be executed, named as a view or inserted. */
export class Table {
  readonly #session: Session;
  readonly #plan: LogicalPlan;

  /** Made by the environment. */
  constructor(session: Session, plan: LogicalPlan) {
    this.#session = session;
    this.#plan = plan;
  }

  /** The bound plan: for the environment, not for users. Errors: INVALID_ARGUMENT. */
  static planOf(table: Table): LogicalPlan {
    if (!(table instanceof Table)) throw invalidArgument('A table to name', 'a Table', table);
    return table.#plan;
  }

  /** The columns. */
  getResolvedSchema(): { readonly columns: readonly ResultColumn[] } {
    const { fields } = this.#plan.schema;
    return {
      columns: fields.map((f) => ({ name: f.name, dataType: attachMethods(f.type) })),
    };
  }

  /** Runs the query; it starts when the result is read. */
  execute(options: { readonly signal?: AbortSignal } = {}): TableResult {
    requireOptions('execute', options, ['signal']);
    requireSignal(options.signal);
    const call = internalCall(this.#session, options.signal ?? null);
    return runningResult(physicalPlan(this.#planNow(call), call), call);
  }

  /** Runs the query and returns all rows. */
  toArray<const O extends CollectOptions>(options?: O): Promise<RowOf<O>[]> {
    return this.execute().toArray(options);
  }

  /** Runs the query and returns all rows as an Arrow table that owns its memory. */
  toArrow(): Promise<ArrowTable> {
    return this.execute().toArrow();
  }

  /** One row for each row: what a scalar function gives, a ROW by its fields. */
  map(call: RowCall, options: RowCallOptions = {}): Table {
    return this.#over(mappedRows(this.#session, this.#plan, call, options, 'map'));
  }

  /** The rows that a table function makes of each row. */
  flatMap(call: RowCall, options: RowCallOptions = {}): Table {
    return this.#over(mappedRows(this.#session, this.#plan, call, options, 'flatMap'));
  }

  /** Each row with each of the rows that a table function makes of it and that fulfil `on`. */
  joinLateral(call: RowCall, options: LateralOptions = {}): Table {
    return this.#over(lateralRows(this.#session, this.#plan, call, options, 'INNER'));
  }

  /** The same; rows without such a row stay, with NULLs. */
  leftOuterJoinLateral(call: RowCall, options: LateralOptions = {}): Table {
    return this.#over(lateralRows(this.#session, this.#plan, call, options, 'LEFT'));
  }

  /** The rows by the values of expressions, given as SQL. */
  groupBy(...keys: readonly string[]): GroupedTable<Table> {
    return new GroupedTable(this.#session, this.#plan, keys, (plan) => this.#over(plan));
  }

  /** One row of all rows: what an aggregate function gives, a ROW by its fields. */
  aggregate(call: RowCall, options: RowCallOptions = {}): Table {
    return this.groupBy().aggregate(call, options);
  }

  /** The rows that a table aggregate function gives of all rows. */
  flatAggregate(call: RowCall, options: RowCallOptions = {}): Table {
    return this.groupBy().flatAggregate(call, options);
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

  /** Prints the plans. */
  printExplain(stream: TextStream = process.stdout): void {
    stream.write(`${this.explain()}\n`);
  }

  /** Prints the columns with their types. */
  printSchema(stream: TextStream = process.stdout): void {
    const lines = this.#plan.schema.fields.map((f) => `  \`${f.name}\` ${printType(f.type)}`);
    stream.write(`(\n${lines.join(',\n')}\n)\n`);
  }

  #over(plan: LogicalPlan): Table {
    return new Table(this.#session, plan);
  }

  #planNow({ session, statement, parameters }: StatementCall): LogicalPlan {
    return new SessionBindContext(session, statement, parameters).planNow(this.#plan);
  }
}
