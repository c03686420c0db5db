import type { Table as ArrowTable } from 'apache-arrow';
import { notImplemented } from '../common/errors.ts';
import type { LogicalPlan } from '../planner/logical/nodes.ts';
import { attachMethods } from '../types/data-types.ts';
import { printType } from '../types/print.ts';
import { CallParameters } from './parameters.ts';
import type { CollectOptions, ResultColumn, RowOf, TableResult } from './result.ts';
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

  /** The bound plan: for the environment, not for users. */
  static planOf(table: Table): LogicalPlan {
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
    const call = this.#call(options.signal ?? null);
    return runningResult(physicalPlan(this.#plan, call), call);
  }

  /** Runs the query and returns all rows. */
  toArray<const O extends CollectOptions>(options?: O): Promise<RowOf<O>[]> {
    return this.execute().toArray(options);
  }

  /** Runs the query and returns all rows as an Arrow table that owns its memory. */
  toArrow(): Promise<ArrowTable> {
    return this.execute().toArrow();
  }

  /** The text of the plans. */
  explain(): string {
    throw notImplemented('explain');
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

  #call(signal: AbortSignal | null): StatementCall {
    const session = this.#session;
    return {
      session,
      sql: '',
      statement: session.statementContext(),
      parameters: new CallParameters(),
      signal,
    };
  }
}
