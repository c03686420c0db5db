import type { CatalogTable } from '../catalog/catalog.ts';
import type { pathText } from '../catalog/catalog-manager.ts';
import { assert } from '../common/assert.ts';
import { validationError } from '../common/errors.ts';
import { createScanSource, createSink } from '../connectors/index.ts';
import { formatOfPath } from '../formats/index.ts';
import type { StatementContext } from '../functions/definition.ts';
import type { Query } from '../parser/ast/queries.ts';
import { parseExpression, parseStatement } from '../parser/parser.ts';
import type {
  BindContext,
  ParameterValues,
  ResolvedCatalogTable,
  ResolvedTable,
} from '../planner/bind/context.ts';
import type { LogicalPlan } from '../planner/logical/nodes.ts';
import { connected } from './connected-table.ts';
import { overCurrentTables } from './current-tables.ts';
import { informationTable } from './information-schema.ts';
import { pathTable } from './path-table.ts';
import { PlanView } from './plan-view.ts';
import type { Session } from './session.ts';

/** What the binder sees of an environment, for one statement. */
export class SessionBindContext implements BindContext {
  readonly statement: StatementContext;
  readonly parameters: ParameterValues;
  readonly #session: Session;
  /** Tables and bound queries without an entry in a catalog, by name. */
  readonly #unregistered: ReadonlyMap<string, CatalogTable | LogicalPlan>;
  #filesRead = false;

  constructor(
    session: Session,
    statement: StatementContext,
    parameters: ParameterValues,
    unregistered: ReadonlyMap<string, CatalogTable | LogicalPlan> = new Map(),
  ) {
    this.#session = session;
    this.statement = statement;
    this.parameters = parameters;
    this.#unregistered = unregistered;
  }

  /** Whether a path stood for a file: its columns may change between calls, so the plan is not kept. */
  get filesRead(): boolean {
    return this.#filesRead;
  }

  resolveTable(
    path: readonly string[],
    options: ReadonlyMap<string, string> | null = null,
  ): ResolvedTable | null {
    const [name = ''] = path;
    const unregistered = path.length === 1 ? this.#unregistered.get(name) : undefined;
    if (unregistered !== undefined) {
      const identifier = { catalog: '', database: '', name };
      return unregistered.kind === 'table'
        ? this.#resolved(identifier, unregistered)
        : { kind: 'plan', identifier, plan: this.planNow(unregistered) };
    }
    const found = this.#session.catalogs.find(path);
    if (found === null) return this.#resolveInformation(path) ?? this.#resolveFile(path, options);
    const { identifier, table } = found;
    if (table.kind === 'view' && table.instance instanceof PlanView) {
      return { kind: 'plan', identifier, plan: this.planNow(table.instance.plan) };
    }
    if (table.kind === 'view') {
      const columns = table.columns.map((column) => column.name);
      return { kind: 'view', identifier, text: table.expandedQuery, columns };
    }
    return this.#resolved(identifier, table);
  }

  /** A plan that was bound earlier, over the tables of now. Errors: as of `overCurrentTables`. */
  planNow(plan: LogicalPlan): LogicalPlan {
    return overCurrentTables(plan, (identifier) => this.#tableNow(identifier));
  }

  namesFile(text: string): boolean {
    return formatOfPath(text) !== null;
  }

  tableNames(): Iterable<string> {
    return this.#session.catalogs.listTables();
  }

  resolveFunction(path: readonly string[]): ReturnType<BindContext['resolveFunction']> {
    return this.#session.functions.resolve(path);
  }

  functionNames(): Iterable<string> {
    return this.#session.functions.userFunctions();
  }

  awaitHint(): string | null {
    return this.#session.order.isWaiting
      ? 'A statement before this one is not done: await executeSql(…) before its result is used.'
      : null;
  }

  parseQuery(text: string): Query {
    const statement = parseStatement(text);
    assert(statement.kind === 'QueryStatement', 'a view stores a query');
    return statement.query;
  }

  parseExpression(text: string): ReturnType<BindContext['parseExpression']> {
    return parseExpression(text);
  }

  #resolveInformation(path: readonly string[]): ResolvedCatalogTable | null {
    const table = informationTable(path, this.#session);
    if (table === null) return null;
    const { catalogs } = this.#session;
    return this.#resolved(catalogs.qualify(path), table);
  }

  /** The table of a name, also where a temporary view hides it: perhaps one made of the table. */
  #tableNow(identifier: ResolvedIdentifier): ResolvedCatalogTable | null {
    const { catalog, database, name } = identifier;
    const { catalogs } = this.#session;
    const shown = catalogs.find([catalog, database, name])?.table;
    const table =
      shown?.kind === 'view' ? catalogs.home(identifier)?.getTable(database, name) : shown;
    if (table?.kind === 'table') return this.#resolved(identifier, table);
    return this.#resolveInformation([catalog, database, name]);
  }

  #resolveFile(
    path: readonly string[],
    options: ReadonlyMap<string, string> | null,
  ): ResolvedTable | null {
    const table = pathTable(path, this.#session, options);
    if (table === null) return null;
    this.#filesRead = true;
    return this.#resolved({ catalog: '', database: '', name: path.join('.') }, table);
  }

  #resolved(identifier: ResolvedIdentifier, stored: CatalogTable): ResolvedCatalogTable {
    const table = connected(stored, this.#session);
    const place = identifier.catalog === '' ? null : identifier;
    return {
      kind: 'table',
      identifier,
      table,
      source: (options) =>
        createScanSource(this.#overridden(table, options), place, this.statement),
      sink: ({ overwrite, options }) => {
        const target = this.#overridden(table, options);
        return createSink(target, place, this.statement, overwrite);
      },
    };
  }

  /** The table with the options of an OPTIONS hint over its own. Errors: NOT_SUPPORTED. */
  #overridden(table: CatalogTable, options: ReadonlyMap<string, string> | null): CatalogTable {
    if (options === null || options.size === 0) return table;
    if (!this.#session.config.value('table.dynamic-table-options.enabled')) {
      const reason = "'table.dynamic-table-options.enabled' is false";
      throw validationError('NOT_SUPPORTED', { feature: 'The OPTIONS hint', reason });
    }
    return { ...table, options: new Map([...table.options, ...options]) };
  }
}

type ResolvedIdentifier = Parameters<typeof pathText>[0];
