import type { Table as ArrowTable } from 'apache-arrow';
import { invalidArgument, requireInstance } from '../common/arguments.ts';
import { placedInWhole } from '../common/diagnostics.ts';
import { validationError } from '../common/errors.ts';
import { parsePath, quotePath } from '../common/identifiers.ts';
import { parseStatement } from '../parser/parser.ts';
import { splitStatements } from '../parser/split.ts';
import { bindQuery } from '../planner/bind/query.ts';
import type { ExplainDetail } from '../planner/explain.ts';
import { bindParameters } from '../planner/plan.ts';
import type { MetricReading } from '../udf/metrics.ts';
import type { UserFunction } from '../udf/user-function.ts';
import { SessionBindContext } from './bind-context.ts';
import { CatalogMethods } from './catalog-methods.ts';
import { CompiledPlan, PlanReference } from './compiled-plan.ts';
import type { TableConfig } from './config.ts';
import type { TableDescriptor } from './descriptors.ts';
import type { InputChange } from './fold-changelog.ts';
import type { MemoryReport } from './memory-report.ts';
import { processed } from './operations/process.ts';
import { type AnyTable, isTable, planOf } from './plan-holder.ts';
import type { StatementProfile } from './profile/statement-profile.ts';
import type { Declaration } from './resolved-schema.ts';
import type { Change, CollectOptions, Row, RowOf, TableResult } from './result.ts';
import type { ValuesRow } from './row-types.ts';
import type { SchemaLike } from './schema-like.ts';
import { explained, Session, withSource } from './session.ts';
import { EnvironmentSettings, type SettingsOptions } from './settings.ts';
import {
  type ChangelogOptions,
  type InputRow,
  type SourceTables,
  sourceTables,
} from './source-tables.ts';
import { type StatementOptions, statementCall, statementOf } from './statement-call.ts';
import { StatementSet } from './statement-set.ts';
import { analyzeStatement, explainStatement } from './statements/explain.ts';
import { executeStatement } from './statements/index.ts';
import { plannedWrites } from './statements/insert.ts';
import { Table } from './table.ts';
import { Identifier, sqlText } from './template.ts';

/**
 * The door to the engine: statements, queries and tables of one environment.
 *
 * @example
 * ```ts
 * import { TableEnvironment } from 'millrace';
 *
 * const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
 * await tEnv.executeSql('CREATE TABLE orders (id BIGINT, price DOUBLE)');
 * await tEnv.executeSql('INSERT INTO orders VALUES (1, 4.5E0), (2, 12E0)');
 * const result = await tEnv.executeSql('SELECT id FROM orders WHERE price > ?', { params: [5] });
 * console.log(await result.toArray()); // [ { id: 2n } ]
 * await tEnv.close();
 * ```
 */
export class TableEnvironment extends CatalogMethods {
  readonly #session: Session;
  readonly #sources: SourceTables;

  private constructor(settings: EnvironmentSettings) {
    // Programs without types can call it.
    if (!(settings instanceof EnvironmentSettings)) {
      const params = {
        argument: 'TableEnvironment',
        expected: 'made by its method create',
        got: 'by new',
      };
      throw validationError('INVALID_ARGUMENT', params, {
        hint: 'Write TableEnvironment.create(…).',
      });
    }
    const session = new Session(settings);
    super(session);
    this.#session = session;
    this.#sources = sourceTables(this.#session);
  }

  /** Makes an environment; opens nothing until the first statement. */
  static create(settings: EnvironmentSettings | SettingsOptions = {}): TableEnvironment {
    return new TableEnvironment(
      settings instanceof EnvironmentSettings ? settings : new EnvironmentSettings(settings),
    );
  }

  /** The state behind the environment: for the parts of the package, not for users. @internal */
  static sessionOf(environment: TableEnvironment): Session {
    return environment.#session;
  }

  /**
   * Runs one statement, with or without a `;` at its end. Queries run when their result is read;
   * writes have been committed when the promise resolves. `R` says what its rows are.
   */
  async executeSql<R extends object = Row>(
    sql: string,
    options: StatementOptions = {},
  ): Promise<TableResult<R>> {
    return this.#run(sql, options, true);
  }

  async #run<R extends object>(
    sql: string,
    options: StatementOptions,
    ownParameters: boolean,
  ): Promise<TableResult<R>> {
    const call = statementCall(this.#session, sql, options);
    try {
      const statement = statementOf(this.#session, sql);
      if (ownParameters) call.parameters.requireUsed(statement);
      const result = await this.#session.order.run(() => executeStatement(statement, call));
      return result as TableResult<R>; // what the rows are is known to the caller alone
    } catch (error) {
      throw explained(error, sql);
    }
  }

  /**
   * Runs several statements separated by `;`, each when the one before is done. Parameters are for
   * all of them: a statement need not have each.
   */
  async *executeScript(
    sql: string,
    options: StatementOptions = {},
  ): AsyncGenerator<TableResult, void, undefined> {
    if (typeof sql !== 'string') throw validationError('NOT_SQL_TEXT', { got: typeof sql });
    for (const part of splitStatements(sql)) {
      yield await placedInWhole(sql, part, () => this.#run(part.text, options, false));
    }
  }

  /** The statement with a parameter for every interpolation; see `id` for names. */
  sql<R extends object = Row>(
    strings: TemplateStringsArray,
    ...values: readonly unknown[]
  ): Promise<TableResult<R>> {
    const { text, params } = sqlText(strings, values, String);
    return this.executeSql<R>(text, { params });
  }

  /** A name to interpolate in `sql`: `a.b` in its parts, quoted. Errors: INVALID_PATH. */
  id(path: string): Identifier {
    const parts = parsePath(path);
    if (parts === null) throw validationError('INVALID_PATH', { path });
    return new Identifier(quotePath(parts));
  }

  /** The query as a Table; `R` says what its rows are. Errors appear here, not when it runs. */
  sqlQuery<R extends object = Row>(
    sql: string,
    options: Pick<StatementOptions, 'params'> = {},
  ): Table<R> {
    const call = statementCall(this.#session, sql, options);
    return withSource(sql, () => {
      const statement = parseStatement(sql);
      if (statement.kind !== 'QueryStatement') throw validationError('NOT_A_QUERY', {});
      call.parameters.requireUsed(statement);
      const context = new SessionBindContext(call.session, call.statement, call.parameters);
      // A Table is executed, and named, without its parameters: their values go into the plan.
      const plan = bindParameters(bindQuery(statement.query, context), call.parameters.values);
      return new Table<R>(this.#session, plan);
    });
  }

  /** A table or view by its path. */
  from<R extends object = Row>(path: string): Table<R> {
    const { text } = this.id(path);
    const table = this.sqlQuery<R>(`SELECT * FROM ${text}`);
    return new Table<R>(this.#session, planOf(table), () => this.#declarationOf(text));
  }

  /** A table of the given rows (arrays or objects); types are inferred where no schema is given. */
  fromValues<V>(rows: Iterable<V>): Table<ValuesRow<V>>;
  fromValues<R extends object = Row>(rows: Iterable<unknown>, schema: SchemaLike): Table<R>;
  fromValues(...args: Parameters<SourceTables['fromValues']>): Table<object> {
    return this.#sources.fromValues(...args);
  }

  /** The same as `fromValues`, by its other name. */
  fromElements<V>(rows: Iterable<V>): Table<ValuesRow<V>>;
  fromElements<R extends object = Row>(rows: Iterable<unknown>, schema: SchemaLike): Table<R>;
  fromElements(...args: Parameters<SourceTables['fromValues']>): Table<object> {
    return this.#sources.fromValues(...args);
  }

  /**
   * What a process table function makes of its arguments, in their order or as one object by name:
   * `fromCall('f', { input: table.partitionBy(col('k')), limit: 3 })`.
   */
  fromCall(fn: string | UserFunction, ...args: readonly unknown[]): Table {
    return new Table(this.#session, processed(this.#session, fn, null, args));
  }

  /** A table with the contents of an Arrow table. */
  fromArrow<R extends object = Row>(table: ArrowTable): Table<R> {
    return this.#sources.fromArrow(table);
  }

  /** A table of the rows of an iterable, read when a query runs. */
  fromIterable<R extends object = Row>(
    rows: AsyncIterable<InputRow> | Iterable<InputRow>,
    schema: SchemaLike,
  ): Table<R> {
    return this.#sources.fromIterable(rows, schema);
  }

  /** A table over an in-memory changelog: rows are `[kind, ...values]`. */
  fromChangelog<R extends object = Row>(
    rows: Iterable<InputChange> | AsyncIterable<InputChange>,
    schema: SchemaLike,
    options?: ChangelogOptions,
  ): Table<R> {
    return this.#sources.fromChangelog(rows, schema, options);
  }

  /**
   * Gives a name to a Table, or to rows of this process: those of a list, whose types are inferred
   * without a schema, or of an iterable, which are read when a query runs. Replaces a temporary
   * view of that name.
   */
  override createTemporaryView(
    path: string,
    table: AnyTable | AsyncIterable<InputRow> | Iterable<InputRow>,
    schema?: SchemaLike,
  ): void {
    super.createTemporaryView(path, this.#tableOf(table, schema));
  }

  /** The changelog of a Table: insertions, and in streaming mode their corrections. */
  toChangelog<R extends object, const O extends CollectOptions>(
    table: Table<R>,
    options?: O,
  ): AsyncGenerator<Change<RowOf<O, R>>, void, undefined> {
    requireInstance('What toChangelog reads', table, Table);
    return table.execute().changes(options);
  }

  /** A table over a file, a folder or a glob, with inferred columns. */
  fromFile<R extends object = Row>(
    path: string,
    options?: Readonly<Record<string, string>>,
  ): Table<R> {
    return this.#sources.fromFile(path, options);
  }

  /** A table of a descriptor, without a name. Errors: what CREATE TABLE gives. */
  fromDescriptor<R extends object = Row>(descriptor: TableDescriptor): Table<R> {
    return this.#sources.fromDescriptor(descriptor);
  }

  /** Starts a set of writes that run together. */
  createStatementSet(): StatementSet {
    return new StatementSet(this.#session);
  }

  /** The text of the plans of a statement. */
  explainSql(sql: string, ...details: readonly ExplainDetail[]): string {
    const call = statementCall(this.#session, sql);
    return withSource(sql, () => {
      const statement = parseStatement(sql);
      const span = statement.span;
      const explain = { kind: 'Explain', span, analyze: false, format: 'TEXT' } as const;
      return explainStatement({ ...explain, details, statement }, call);
    });
  }

  /**
   * Runs a statement and says how: for each operator its rows, time and memory, how expressions
   * were evaluated, and the calls of user-defined functions. A query's rows are thrown away; what
   * a write writes stays. Errors: those of the statement; NOT_SUPPORTED where it has no plan.
   */
  async explainAnalyze(sql: string, options: StatementOptions = {}): Promise<StatementProfile> {
    const call = statementCall(this.#session, sql, options);
    try {
      const statement = statementOf(this.#session, sql);
      return await this.#session.order.run(() => analyzeStatement(statement, call));
    } catch (error) {
      throw explained(error, sql);
    }
  }

  /**
   * What user-defined functions measured in all statements that have ended, by
   * `udf.<function>.<metric>`; their calls, rows and time by `udf.<function>`.
   */
  metrics(): Readonly<Record<string, MetricReading>> {
    return this.#session.engine.metrics.readings();
  }

  /** What the environment uses of memory, by owner: tables, statements, caches, workers. */
  memory(): Promise<MemoryReport> {
    return this.#session.memory();
  }

  /** The plan of an INSERT or a statement set, to be kept. Errors: NOT_AN_INSERT, NOT_SUPPORTED. */
  compilePlanSql(sql: string): CompiledPlan {
    const call = statementCall(this.#session, sql);
    return withSource(sql, () => {
      const statement = parseStatement(sql);
      if (statement.kind !== 'Insert' && statement.kind !== 'StatementSet') {
        throw validationError('NOT_AN_INSERT', {}, { span: statement.span });
      }
      return CompiledPlan.of(this.#session, plannedWrites(statement, call));
    });
  }

  /** A plan that was compiled before. Errors: INVALID_PLAN, PLAN_VERSION, FILE_ERROR. */
  loadPlan(reference: PlanReference): CompiledPlan {
    requireInstance('The plan to load', reference, PlanReference);
    return CompiledPlan.load(this.#session, reference);
  }

  /** Loads a plan and runs it. Errors: as of `loadPlan` and `CompiledPlan.execute`. */
  async executePlan(reference: PlanReference): Promise<TableResult> {
    return await this.loadPlan(reference).execute();
  }

  /** The configuration: what is set here holds from the next statement on. */
  getConfig(): TableConfig {
    return this.#session.config;
  }

  /** Cancels what runs and ends the workers. Idempotent. */
  close(): Promise<void> {
    return this.#session.close();
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What the table of a path declares now; undefined for a view. */
  #declarationOf(path: string): Declaration | undefined {
    const { session, statement, parameters } = statementCall(this.#session, path);
    const found = new SessionBindContext(session, statement, parameters).resolveTable(
      parsePath(path) ?? [],
    );
    return found?.kind === 'table' ? found.table : undefined;
  }

  #tableOf(
    given: AnyTable | AsyncIterable<InputRow> | Iterable<InputRow>,
    schema: SchemaLike | undefined,
  ): AnyTable {
    if (isTable(given)) return given;
    if (Array.isArray(given)) return this.#sources.fromValues(given, schema);
    if (schema !== undefined) return this.#sources.fromIterable(given, schema);
    const expected = 'a Table, a list of rows, or an iterable with a schema';
    throw invalidArgument('What to give a name', expected, given);
  }
}
