import type { ExplainDetail } from '../planner/explain.ts';
import type { CompiledPlan } from './compiled-plan.ts';
import type { TableDescriptor } from './descriptors.ts';
import {
  compileInsertions,
  explainInsertions,
  type Insertion,
  insertionOf,
  insertionOfSql,
  runInsertions,
  TablePipeline,
} from './insertion.ts';
import { type AnyTable, planOf } from './plan-holder.ts';
import type { TableResult } from './result.ts';
import type { Session } from './session.ts';

/** Writes that run together. */
export class StatementSet {
  readonly #session: Session;
  #insertions: Insertion[] = [];

  /** Made by the environment. @internal */
  constructor(session: Session) {
    this.#session = session;
  }

  /** Adds what `table.insertInto(…)` gave. */
  add(pipeline: TablePipeline): this {
    this.#insertions.push(TablePipeline.insertionOf(pipeline));
    return this;
  }

  /** Adds an INSERT statement. Errors: NOT_AN_INSERT; what it names is looked up when it runs. */
  addInsertSql(sql: string): this {
    this.#insertions.push(insertionOfSql(this.#session, sql));
    return this;
  }

  /** Adds the write of a table to a path or a descriptor. */
  addInsert(target: string | TableDescriptor, table: AnyTable, overwrite = false): this {
    this.#insertions.push(insertionOf(this.#session, planOf(table), target, overwrite));
    return this;
  }

  /** The plan of the set, to be kept. Errors: NOT_SUPPORTED where a table has no name. */
  compilePlan(): CompiledPlan {
    return compileInsertions(this.#session, this.#insertions);
  }

  /** The text of the plans. */
  explain(...details: readonly ExplainDetail[]): string {
    return explainInsertions(this.#session, this.#insertions, details);
  }

  /** Runs the writes in their order and empties the set; one row with the rows of each sink. */
  execute(): Promise<TableResult> {
    const insertions = this.#insertions;
    this.#insertions = [];
    return runInsertions(this.#session, insertions);
  }
}
