import type { Table as ArrowTable } from 'apache-arrow';
import { attachSource } from '../common/diagnostics.ts';
import { TableError, validationError } from '../common/errors.ts';
import { parsePath, quotePath } from '../common/identifiers.ts';
import { nestingError } from '../parser/errors.ts';
import { parseStatement } from '../parser/parser.ts';
import { splitStatements } from '../parser/split.ts';
import { bindQuery } from '../planner/bind/query.ts';
import type { ExplainDetail } from '../planner/explain.ts';
import { SessionBindContext } from './bind-context.ts';
import type { TableConfig } from './config.ts';
import { catalogFunction, type FunctionLike } from './create-function.ts';
import { CallParameters, type StatementParameters } from './parameters.ts';
import { PlanView } from './plan-view.ts';
import type { TableResult } from './result.ts';
import { Session, withSource } from './session.ts';
import { EnvironmentSettings, type SettingsOptions } from './settings.ts';
import { type SourceTables, sourceTables } from './source-tables.ts';
import { explainStatement } from './statements/explain.ts';
import type { StatementCall } from './statements/handler.ts';
import { executeStatement } from './statements/index.ts';
import { Table } from './table.ts';
import { Identifier, sqlText } from './template.ts';

/** Options of one statement. */
export interface StatementOptions {
  /** Values for `?` (a list) or `:name` (an object). */
  readonly params?: StatementParameters;
  /** Cancels the statement. */
  readonly signal?: AbortSignal;
}

/** The door to the engine: tables, functions and statements of one environment. */
export class TableEnvironment {
  readonly #session: Session;
  readonly #sources: SourceTables;

  private constructor(settings: EnvironmentSettings) {
    this.#session = new Session(settings);
    this.#sources = sourceTables(this.#session);
  }

  /** Makes an environment; opens nothing until the first statement. */
  static create(settings: EnvironmentSettings | SettingsOptions = {}): TableEnvironment {
    return new TableEnvironment(
      settings instanceof EnvironmentSettings ? settings : new EnvironmentSettings(settings),
    );
  }

  /** The state behind the environment: for the parts of the package, not for users. */
  static sessionOf(environment: TableEnvironment): Session {
    return environment.#session;
  }

  /**
   * Runs one statement, with or without a `;` at its end. Queries run when their result is read;
   * writes have been committed when the promise resolves.
   */
  async executeSql(sql: string, options: StatementOptions = {}): Promise<TableResult> {
    const call = this.#call(sql, options);
    try {
      const statement = parseStatement(sql);
      return await this.#session.order.run(() => executeStatement(statement, call));
    } catch (error) {
      // Expressions of thousands of levels, such as long chains of operators, overflow the stack.
      const tooDeep = error instanceof RangeError && error.message.includes('call stack');
      if (tooDeep) throw nestingError(null);
      throw error instanceof TableError ? attachSource(error, sql) : error;
    }
  }

  /** Runs several statements separated by `;`, each when the one before is done. */
  async *executeScript(
    sql: string,
    options: StatementOptions = {},
  ): AsyncGenerator<TableResult, void, undefined> {
    for (const { text } of splitStatements(sql)) yield await this.executeSql(text, options);
  }

  /** The statement with a parameter for every interpolation; see `id` for names. */
  sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Promise<TableResult> {
    const { text, params } = sqlText(strings, values, (table) => this.#anonymous(table));
    return this.executeSql(text, { params });
  }

  /** A name to interpolate in `sql`: `a.b` in its parts, quoted. Errors: INVALID_PATH. */
  id(path: string): Identifier {
    const parts = parsePath(path);
    if (parts === null) throw validationError('INVALID_PATH', { path });
    return new Identifier(quotePath(parts));
  }

  /** The query as a Table. Errors appear here, not when it runs. */
  sqlQuery(sql: string, options: Pick<StatementOptions, 'params'> = {}): Table {
    const call = this.#call(sql, options);
    return withSource(sql, () => {
      const statement = parseStatement(sql);
      if (statement.kind !== 'QueryStatement') throw validationError('NOT_A_QUERY', {});
      const context = new SessionBindContext(call.session, call.statement, call.parameters);
      return new Table(this.#session, bindQuery(statement.query, context));
    });
  }

  /** A table or view by its path. */
  from(path: string): Table {
    return this.sqlQuery(`SELECT * FROM ${this.id(path).text}`);
  }

  /** A table of the given rows (arrays or objects); types are inferred where no schema is given. */
  fromValues(...args: Parameters<SourceTables['fromValues']>): Table {
    return this.#sources.fromValues(...args);
  }

  /** The same as `fromValues`, by its other name. */
  fromElements(...args: Parameters<SourceTables['fromValues']>): Table {
    return this.#sources.fromValues(...args);
  }

  /** A table with the contents of an Arrow table. */
  fromArrow(table: ArrowTable): Table {
    return this.#sources.fromArrow(table);
  }

  /** A table of the rows of an iterable, read when a query runs. */
  fromIterable(...args: Parameters<SourceTables['fromIterable']>): Table {
    return this.#sources.fromIterable(...args);
  }

  /** A table over an in-memory changelog: rows are `[kind, ...values]`. */
  fromChangelog(...args: Parameters<SourceTables['fromChangelog']>): Table {
    return this.#sources.fromChangelog(...args);
  }

  /** A table over a file, a folder or a glob, with inferred columns. */
  fromFile(...args: Parameters<SourceTables['fromFile']>): Table {
    return this.#sources.fromFile(...args);
  }

  /** Gives a Table a name. Replaces a temporary view of that name. */
  createTemporaryView(path: string, table: Table): void {
    const { catalogs } = this.#session;
    const identifier = catalogs.qualify(parsePath(path) ?? [path]);
    catalogs.putTable(identifier, new PlanView(Table.planOf(table)).view, true);
  }

  /** Whether there was one. */
  dropTemporaryView(path: string): boolean {
    const { catalogs } = this.#session;
    const identifier = catalogs.qualify(parsePath(path) ?? [path]);
    return catalogs.dropTable(identifier, { temporary: true, kind: 'view' }) !== null;
  }

  /** Registers a function for every catalog and database, over built-ins of its name. */
  createTemporarySystemFunction(name: string, fn: FunctionLike): void {
    this.#session.functions.putSystem(name, catalogFunction(name, fn));
  }

  /** Registers a function of a catalog and database for this environment. */
  createTemporaryFunction(path: string, fn: FunctionLike): void {
    const parts = parsePath(path) ?? [path];
    this.#session.functions.putTemporary(parts, catalogFunction(parts.at(-1) ?? path, fn));
  }

  /** Registers a function in a catalog. Errors: FUNCTION_EXISTS, DATABASE_NOT_FOUND. */
  createFunction(path: string, fn: FunctionLike, ignoreIfExists = false): void {
    const { catalogs } = this.#session;
    const { catalog, database, name } = catalogs.qualify(parsePath(path) ?? [path]);
    catalogs.requireDatabase(catalog, database);
    const home = catalogs.catalog(catalog);
    if (home.getFunction(database, name) !== null) {
      if (ignoreIfExists) return;
      throw validationError('FUNCTION_EXISTS', { name: path });
    }
    home.putFunction(database, name, catalogFunction(name, fn));
    catalogs.touch();
  }

  /** Whether there was one. */
  dropTemporarySystemFunction(name: string): boolean {
    return this.#session.functions.dropSystem(name);
  }

  /** Whether there was one. */
  dropTemporaryFunction(path: string): boolean {
    return this.#session.functions.dropTemporary(parsePath(path) ?? [path]);
  }

  /** Whether there was one. */
  dropFunction(path: string): boolean {
    const { catalogs } = this.#session;
    const { catalog, database, name } = catalogs.qualify(parsePath(path) ?? [path]);
    const home = catalogs.getCatalog(catalog);
    if (home === null || home.getFunction(database, name) === null) return false;
    home.dropFunction(database, name);
    catalogs.touch();
    return true;
  }

  /** The text of the plans of a statement. */
  explainSql(sql: string, ...details: readonly ExplainDetail[]): string {
    const call = this.#call(sql, {});
    return withSource(sql, () => {
      const statement = parseStatement(sql);
      const span = statement.span;
      return explainStatement({ kind: 'Explain', span, details, statement }, call);
    });
  }

  getConfig(): TableConfig {
    return this.#session.config;
  }

  listCatalogs(): readonly string[] {
    return this.#session.catalogs.listCatalogs();
  }

  listDatabases(): readonly string[] {
    const { catalogs } = this.#session;
    return catalogs.catalog(catalogs.currentCatalog).listDatabases();
  }

  /** Tables and views of the current database. */
  listTables(): readonly string[] {
    return this.#session.catalogs.listTables();
  }

  listUserDefinedFunctions(): readonly string[] {
    return this.#session.functions.userFunctions();
  }

  getCurrentCatalog(): string {
    return this.#session.catalogs.currentCatalog;
  }

  getCurrentDatabase(): string {
    return this.#session.catalogs.currentDatabase;
  }

  /** Errors: CATALOG_NOT_FOUND. */
  useCatalog(name: string): void {
    this.#session.catalogs.useCatalog(name);
  }

  /** Errors: DATABASE_NOT_FOUND. */
  useDatabase(name: string): void {
    this.#session.catalogs.useDatabase(this.#session.catalogs.currentCatalog, name);
  }

  /** Cancels what runs and ends the workers. Idempotent. */
  close(): Promise<void> {
    return this.#session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #call(sql: string, options: StatementOptions): StatementCall {
    const session = this.#session;
    session.assertOpen();
    if (typeof sql !== 'string') throw validationError('NOT_SQL_TEXT', { got: typeof sql });
    return {
      session,
      sql,
      statement: session.statementContext(),
      parameters: new CallParameters(options.params),
      signal: options.signal ?? null,
    };
  }

  #anonymous(table: Table): string {
    const name = this.#sources.uniqueName();
    this.createTemporaryView(name, table);
    return name;
  }
}
