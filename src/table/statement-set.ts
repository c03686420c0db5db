import type { ExplainDetail } from '../planner/explain.ts';
import type { CompiledPlan } from './compiled-plan.ts';
import type { TableDescriptor } from './descriptors.ts';
import {
  analyzeInsertions,
  compileInsertions,
  explainInsertions,
  type Insertion,
  insertionOf,
  insertionOfSql,
  runInsertions,
  TablePipeline,
} from './insertion.ts';
import { type AnyTable, planOf } from './plan-holder.ts';
import type { AnalyzeOptions } from './profile/measure.ts';
import type { StatementProfile } from './profile/statement-profile.ts';
import type { TableResult } from './result.ts';
import type { Session } from './session.ts';

/**
 * Writes that run together.
 *
 * @example
 * ```ts
 * import { TableEnvironment } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * await tEnv.executeSql('CREATE TABLE a (x INT)');
 * await tEnv.executeSql('CREATE TABLE b (x INT)');
 * const writes = tEnv.createStatementSet();
 * writes.addInsertSql('INSERT INTO a VALUES (1)').addInsertSql('INSERT INTO b VALUES (1), (2)');
 * await writes.execute();
 * console.log(await tEnv.from('b').toArray()); // [ { x: 1 }, { x: 2 } ]
 * await tEnv.close();
 * ```
 */
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

  /** Runs the writes in their order, empties the set and says how they went. */
  explainAnalyze(options: AnalyzeOptions = {}): Promise<StatementProfile> {
    const insertions = this.#insertions;
    this.#insertions = [];
    return analyzeInsertions(this.#session, insertions, options);
  }

  /** Runs the writes in their order and empties the set; one row with the rows of each sink. */
  execute(): Promise<TableResult> {
    const insertions = this.#insertions;
    this.#insertions = [];
    return runInsertions(this.#session, insertions);
  }
}
