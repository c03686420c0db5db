import { type CatalogColumn, type CatalogTable, PLAIN_TABLE } from '../../src/catalog/catalog.ts';
import {
  type DynamicTableSink,
  INSERT_ONLY,
  type ScanTableSource,
} from '../../src/connectors/connector.ts';
import type { Expr } from '../../src/expr/expr.ts';
import { printExpr } from '../../src/expr/print.ts';
import { inputRef, isCallOf } from '../../src/expr/tree.ts';
import type {
  FunctionDefinition,
  ScalarFunctionDefinition,
  StatementContext,
} from '../../src/functions/definition.ts';
import { lookupBuiltin } from '../../src/functions/registry.ts';
import { parseExpression, parseQuery, parseStatement, parseType } from '../../src/parser/parser.ts';
import type { BindContext, ParameterValue, ResolvedTable } from '../../src/planner/bind/context.ts';
import { bindInsert } from '../../src/planner/bind/insert.ts';
import { bindQuery } from '../../src/planner/bind/query.ts';
import { bindType } from '../../src/planner/bind/types.ts';
import { printLogical, printPhysical } from '../../src/planner/explain.ts';
import type { LogicalPlan } from '../../src/planner/logical/nodes.ts';
import { type PlannedStatement, planStatement } from '../../src/planner/plan.ts';
import type { ColumnSummary } from '../../src/types/column-summary.ts';
import { projectSchema, type Schema } from '../../src/types/schema.ts';
import { INT } from '../../src/types/types.ts';

/** The statement of the tests. */
export const STATEMENT: StatementContext = {
  timeZone: 'UTC',
  now: 1_700_000_000_000_000_000n,
  config: new Map(),
};

/** A table of the tests: its columns as SQL types, its rows and what it can do. */
export interface TestTable {
  readonly columns: Readonly<Record<string, string>>;
  readonly computed?: Readonly<Record<string, readonly [type: string, expression: string]>>;
  readonly rows?: number;
  /** How many values columns have. */
  readonly distinct?: Readonly<Record<string, number>>;
  /** Takes comparisons with literals as filters, projections and limits. */
  readonly pushDown?: boolean;
}

/** A source without rows that says what was pushed into it. */
class TestSource implements ScanTableSource {
  readonly changelogMode = INSERT_ONLY;
  readonly bounded = true;
  readonly schema: Schema;
  readonly rowCount: number | null;
  readonly spec = { connector: 'test', state: {} };
  readonly #parts: readonly string[];
  readonly #distinct: Readonly<Record<string, number>>;
  readonly applyProjection?: (columns: readonly number[]) => ScanTableSource;
  readonly applyFilters?: NonNullable<ScanTableSource['applyFilters']>;
  readonly applyLimit?: (rows: number) => ScanTableSource;

  constructor(
    schema: Schema,
    rowCount: number | null,
    pushDown: boolean,
    distinct: Readonly<Record<string, number>> = {},
    parts: readonly string[] = [],
  ) {
    this.#distinct = distinct;
    this.schema = schema;
    this.rowCount = rowCount;
    this.#parts = parts;
    if (!pushDown) return;
    const more = (s: Schema, rows: number | null, part: string) =>
      new TestSource(s, rows, true, distinct, [...parts, part]);
    this.applyProjection = (columns) => {
      const projected = projectSchema(schema, columns);
      return more(
        projected,
        rowCount,
        `project=[${projected.fields.map((f) => f.name).join(', ')}]`,
      );
    };
    this.applyFilters = (filters) => {
      const isRange = (f: Expr) => isCallOf(f, '=') && f.args[1]!.kind === 'Literal';
      const accepted = filters.filter(isRange);
      const remaining = filters.filter((f) => !isRange(f));
      if (accepted.length === 0) return { accepted, remaining, source: this };
      const names = schema.fields.map((f) => f.name);
      const part = `filter=[${accepted.map((f) => printExpr(f, names)).join(', ')}]`;
      return { accepted, remaining, source: more(schema, rowCount, part) };
    };
    this.applyLimit = (rows) => more(schema, rows, `limit=[${rows}]`);
  }

  summary(column: number): ColumnSummary | null {
    const distinctCount = this.#distinct[this.schema.fields[column]!.name];
    if (distinctCount === undefined) return null;
    return { nullShare: null, distinctCount, min: null, max: null };
  }

  get digest(): string {
    return this.#parts.join(', ');
  }

  splits(): readonly [] {
    return [];
  }

  read(): readonly [] {
    return [];
  }
}

const SINK: DynamicTableSink = {
  changelogMode: INSERT_ONLY,
  spec: null,
  writer: () => {
    throw new Error('not written in these tests');
  },
  commit: () => Promise.resolve(),
  abort: () => Promise.resolve(),
};

/** The tables that all tests may use. */
export const TABLES: Readonly<Record<string, TestTable>> = {
  orders: {
    columns: {
      id: 'BIGINT NOT NULL',
      customer: 'INT',
      price: 'DECIMAL(10, 2)',
      placed: 'TIMESTAMP(3)',
      note: 'STRING',
    },
    rows: 1000,
  },
  customers: {
    columns: { id: 'INT NOT NULL', name: 'STRING', country: 'CHAR(2)' },
    rows: 100,
  },
  t: { columns: { a: 'INT', b: 'INT', c: 'STRING' }, rows: 50 },
  u: { columns: { a: 'INT', d: 'INT NOT NULL' }, rows: 500 },
  big: {
    columns: { k: 'INT NOT NULL', v: 'DOUBLE', s: 'STRING' },
    rows: 1_000_000,
    pushDown: true,
  },
  sales: {
    columns: {
      shop: 'INT NOT NULL',
      item: 'INT',
      amount: 'INT',
      price: 'DECIMAL(10, 2)',
      weight: 'DOUBLE',
    },
    rows: 1_000_000,
    distinct: { shop: 50, item: 900_000 },
  },
  shops: { columns: { id: 'INT NOT NULL', city: 'STRING' }, rows: 50, distinct: { id: 50 } },
  calls: {
    columns: { caller: 'INT', cell: 'INT', seconds: 'INT' },
    rows: 2_000_000,
    distinct: { caller: 80_000, cell: 4_000 },
  },
  callers: { columns: { id: 'INT', plan: 'STRING' }, rows: 80_000, distinct: { id: 80_000 } },
  nested: {
    columns: { r: 'ROW<x INT, y ROW<z STRING>>', xs: 'ARRAY<INT>', m: 'MAP<STRING, INT>' },
  },
  computed: { columns: { a: 'INT', b: 'INT' }, computed: { total: ['INT', 'a + b'] } },
};

/** What the tests may add to the surroundings of a query. */
export interface FixtureOptions {
  readonly tables?: Readonly<Record<string, TestTable>>;
  readonly views?: Readonly<Record<string, { readonly text: string; readonly columns: string[] }>>;
  readonly functions?: readonly FunctionDefinition[];
  readonly parameters?: readonly ParameterValue[];
  readonly named?: Readonly<Record<string, ParameterValue>>;
}

/** The surroundings of a query over the tables of the tests. */
export function context(options: FixtureOptions = {}): BindContext {
  const tables: Record<string, TestTable> = { ...TABLES, ...options.tables };
  return {
    statement: STATEMENT,
    parameters: {
      positional: options.parameters ?? [],
      named: new Map(Object.entries(options.named ?? {})),
    },
    resolveTable(path) {
      const name = path.at(-1)!;
      const identifier = { catalog: 'cat', database: 'db', name };
      const prefix = path.slice(0, -1).join('.');
      if (!['', 'db', 'cat.db'].includes(prefix)) return null;
      const view = options.views?.[name];
      if (view !== undefined) return { kind: 'view', identifier, ...view };
      return tables[name] === undefined ? null : resolved(name, tables[name]);
    },
    namesFile: () => false,
    tableNames: () => Object.keys(tables),
    resolveFunction(path) {
      const name = path.join('.').toUpperCase();
      const own = options.functions?.find((f) => f.name.toUpperCase() === name);
      return own ?? lookupBuiltin(name);
    },
    functionNames: () => options.functions?.map((f) => f.name) ?? [],
    awaitHint: () => null,
    parseQuery,
    parseExpression,
  };
}

function resolved(name: string, spec: TestTable): ResolvedTable {
  const identifier = { catalog: 'cat', database: 'db', name };
  const typeOf = (text: string) => bindType(parseType(text));
  const stored = Object.entries(spec.columns).map(
    ([column, type]): CatalogColumn => ({
      kind: 'physical',
      name: column,
      type: typeOf(type),
      comment: null,
    }),
  );
  const computed = Object.entries(spec.computed ?? {}).map(
    ([column, [type, expression]]): CatalogColumn => ({
      kind: 'computed',
      name: column,
      type: typeOf(type),
      expression,
      comment: null,
    }),
  );
  const table: CatalogTable = {
    ...PLAIN_TABLE,
    columns: [...stored, ...computed],
    instance: null,
  };
  const schema = {
    fields: stored.map(({ name: n, type, comment }) => ({ name: n, type, comment })),
  };
  return {
    kind: 'table',
    identifier,
    table,
    source: () => new TestSource(schema, spec.rows ?? null, spec.pushDown ?? false, spec.distinct),
    sink: () => SINK,
  };
}

/** The bound plan of a query. */
export function bind(sql: string, options: FixtureOptions = {}): LogicalPlan {
  return bindQuery(parseQuery(sql), context(options));
}

/** The bound plan of an INSERT. */
export function bindInto(sql: string, options: FixtureOptions = {}): LogicalPlan {
  const statement = parseStatement(sql);
  if (statement.kind !== 'Insert') throw new Error('an INSERT is expected');
  return bindInsert(statement, context(options));
}

/** Everything between a query and its physical plan. */
export function plan(sql: string, options: FixtureOptions = {}, parallelism = 1): PlannedStatement {
  const parameters = (options.parameters ?? []).map((p) => p.value());
  return planStatement(bind(sql, options), { statement: STATEMENT, parallelism, parameters });
}

/** The bound plan as text. */
export function logical(sql: string, options: FixtureOptions = {}): string {
  return printLogical(bind(sql, options));
}

/** The optimized plan as text. */
export function optimized(sql: string, options: FixtureOptions = {}): string {
  return printLogical(plan(sql, options).optimized);
}

/** The physical plan as text. */
export function physical(sql: string, options: FixtureOptions = {}, parallelism = 1): string {
  return printPhysical(plan(sql, options, parallelism).physical, false);
}

/** A reference to a column, for plans made by hand. */
export const ref = inputRef;

/** A user-defined function that gives an INT; plans alone use it. */
export function udf(name: string, deterministic = true): ScalarFunctionDefinition {
  return {
    kind: 'scalar',
    name,
    aliases: [],
    tableApi: { method: null, function: null },
    doc: '',
    input: { infer: (call) => call.types, describe: () => [] },
    output: () => INT,
    deterministic,
    strict: false,
    specialize: () => {
      throw new Error('not called while planning');
    },
    kernel: null,
    lower: null,
    examples: [],
    body: {
      kind: 'udf',
      id: 1,
      reference: { kind: 'module', url: 'file:///f.js', export: name },
      funcType: 'general',
      deterministic,
      required: [],
      inline: false,
      target: () => 1,
      rows: false,
      accumulator: null,
      async: null,
      isolation: null,
      ordered: false,
    },
  };
}
