import type { CatalogConnection, CatalogModel } from '../catalog/catalog.ts';
import { CatalogManager } from '../catalog/catalog-manager.ts';
import { FunctionCatalog } from '../catalog/function-catalog.ts';
import { MemoryCatalog } from '../catalog/memory-catalog.ts';
import { ModuleManager } from '../catalog/module-manager.ts';
import { CONNECTIONS, MODELS, ObjectCatalog } from '../catalog/object-catalog.ts';
import { attachSource } from '../common/diagnostics.ts';
import { TableError, validationError } from '../common/errors.ts';
import { RecentlyUsed } from '../common/recently-used.ts';
import { Engine } from '../exec/engine.ts';
import type { ExecuteOptions } from '../exec/execution.ts';
import { CURRENT_DATABASE_KEY } from '../functions/current-database-key.ts';
import type { StatementContext } from '../functions/definition.ts';
import { CalledStatement } from '../functions/statement-context.ts';
import type { Statement } from '../parser/ast/statements.ts';
import { nestingError } from '../parser/errors.ts';
import type { Schema } from '../types/schema.ts';
import { STRING } from '../types/types.ts';
import { TableConfig } from './config.ts';
import { CORE_MODULE } from './core-module.ts';
import type { KeptPlan } from './kept-plan.ts';
import { type MemoryReport, memoryReport } from './memory-report.ts';
import { MemoryTables } from './memory-tables.ts';
import { knownRows, type ResultContent, TableResult } from './result.ts';
import type { EnvironmentSettings } from './settings.ts';
import { SharedModules } from './shared-modules.ts';
import { StatementOrder } from './statement-order.ts';

/** A write that waits for the END of its statement set; resolves to the rows of each sink. */
export type CollectedWrite = () => Promise<readonly (readonly [sink: string, rows: bigint])[]>;

/** Statements whose plans and syntax trees are kept. */
const STATEMENTS_MAX = 256;

/**
 * The state of an environment that statements work on: configuration, catalogs, functions, the
 * engine. The public face is TableEnvironment.
 */
export class Session {
  readonly config: TableConfig;
  readonly catalogs: CatalogManager;
  readonly functions: FunctionCatalog;
  readonly modules: ModuleManager;
  readonly models: ObjectCatalog<CatalogModel>;
  readonly connections: ObjectCatalog<CatalogConnection>;
  /** The writes between BEGIN STATEMENT SET and END; null outside. */
  statementSet: CollectedWrite[] | null = null;
  /** Plans by everything they depend on, and syntax trees by their text. */
  readonly plans = new RecentlyUsed<KeptPlan>(STATEMENTS_MAX);
  readonly statements = new RecentlyUsed<Statement>(STATEMENTS_MAX);
  readonly order = new StatementOrder();
  readonly memoryTables = new MemoryTables(() => this.engine.arena);
  /** What inline functions may use of the modules that were added. */
  readonly sharedModules = new SharedModules();
  #engine: Engine | null = null;
  #names = 0;
  #configOfFunctions: {
    readonly version: number;
    readonly database: string;
    readonly values: ReadonlyMap<string, string>;
  } | null = null;
  #closed: Promise<void> | null = null;

  constructor(settings: EnvironmentSettings) {
    this.config = new TableConfig(settings.config);
    this.config.set('execution.runtime-mode', settings.mode);
    const { builtinCatalogName, builtinDatabaseName } = settings;
    const options = new Map([
      ['default-database', builtinDatabaseName],
      ['type', 'generic_in_memory'],
    ]);
    const info = { comment: null, options };
    this.catalogs = new CatalogManager(
      new MemoryCatalog(builtinCatalogName, builtinDatabaseName, info),
    );
    this.modules = new ModuleManager(CORE_MODULE);
    this.functions = new FunctionCatalog(this.catalogs, (name) => this.modules.resolve(name));
    this.models = new ObjectCatalog(this.catalogs, MODELS);
    this.connections = new ObjectCatalog(this.catalogs, CONNECTIONS);
  }

  /** `execution.runtime-mode`: may be changed between statements. */
  get mode(): 'batch' | 'streaming' {
    return this.config.value('execution.runtime-mode');
  }

  /** What runs plans; made by the first statement that needs it. */
  get engine(): Engine {
    this.assertOpen();
    this.#engine ??= new Engine({
      memoryLimitBytes: this.config.memoryLimitBytes,
      parallelism: this.config.parallelism,
      workerUrl: entryUrl(this.config.value('table.exec.worker-path')),
      childUrl: entryUrl(this.config.value('table.exec.child-path')),
    });
    return this.#engine;
  }

  /** What the environment uses of memory. */
  async memory(): Promise<MemoryReport> {
    this.assertOpen();
    const memory = (await this.#engine?.memory()) ?? null;
    return memoryReport(memory, this);
  }

  /** A name that no table has. */
  uniqueName(): string {
    this.#names++;
    return `Unregistered_${this.#names}`;
  }

  /** Errors: ValidationError ENVIRONMENT_CLOSED. */
  assertOpen(): void {
    if (this.#closed !== null) throw validationError('ENVIRONMENT_CLOSED', {});
  }

  /** What is constant for a statement that is called now. */
  statementContext(): StatementContext {
    return new CalledStatement(this.config.localTimeZone(), this.#functionConfig());
  }

  /** The configuration as functions read it: a copy, and the same one until something changes. */
  #functionConfig(): ReadonlyMap<string, string> {
    const { config, catalogs } = this;
    const { currentDatabase } = catalogs;
    const kept = this.#configOfFunctions;
    if (kept?.version === config.version && kept.database === currentDatabase) return kept.values;
    const values = config.toMap().set(CURRENT_DATABASE_KEY, currentDatabase);
    this.#configOfFunctions = { version: config.version, database: currentDatabase, values };
    return values;
  }

  /** How a statement that is called now runs. */
  executeOptions(statement: StatementContext, signal: AbortSignal | null): ExecuteOptions {
    return {
      statement,
      signal,
      parallelism: this.config.parallelism,
      compile: this.config.value('table.exec.compile') === 'auto',
      interpretedRows: this.config.value('table.exec.interpreted-rows'),
      batchRows: this.config.value('table.exec.batch-rows'),
      inlineRowsMax: this.config.value('table.exec.inline-rows'),
      spillDirectory: this.config.value('table.exec.spill.directory'),
      udfTimeoutMs: this.config.value('table.exec.udf.timeout'),
    };
  }

  /** What every result says besides its rows. */
  resultOptions(statement: StatementContext): Omit<ResultContent, 'schema' | 'open'> {
    return {
      statement,
      arena: () => this.engine.arena,
      streaming: this.mode === 'streaming',
      nullText: '<NULL>',
      columnWidthMax: this.config.value('table.display.max-column-width'),
      typeMapping: this.config.typeMapping,
    };
  }

  /** A result of rows that are known already. */
  known(
    schema: Schema,
    rows: readonly (readonly unknown[])[],
    kind: TableResult['resultKind'] = 'SUCCESS_WITH_CONTENT',
    isCount = false,
  ): TableResult {
    const options: Omit<ResultContent, 'schema' | 'open'> = {
      ...this.resultOptions(this.statementContext()),
      streaming: false,
      nullText: '',
      columnWidthMax: Number.POSITIVE_INFINITY,
      isCount,
    };
    return new TableResult(kind, knownRows(schema, rows, options));
  }

  /** The result of a statement that only succeeds: one row, `OK`. */
  ok(): TableResult {
    const schema = { fields: [{ name: 'result', type: STRING, comment: null }] };
    return this.known(schema, [['OK']], 'SUCCESS');
  }

  /** Ends jobs and workers; what is called afterwards fails with ENVIRONMENT_CLOSED. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#engine?.close();
    await this.catalogs.close();
  }
}

/** Runs `f` and completes the errors that point into `sql` with its line. */
export function withSource<T>(sql: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    throw explained(error, sql);
  }
}

/** What is thrown for an error that a statement of this text ended with. */
export function explained(error: unknown, sql: string): unknown {
  // Expressions of thousands of levels, such as long chains of operators, overflow the stack.
  const tooDeep = error instanceof RangeError && error.message.includes('call stack');
  if (tooDeep) return nestingError(null);
  return error instanceof TableError ? attachSource(error, sql) : error;
}

function entryUrl(path: string | null): URL | null {
  if (path === null) return null;
  return URL.canParse(path) ? new URL(path) : new URL(path, `file://${process.cwd()}/`);
}
