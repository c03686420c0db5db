import type { Column } from '../../src/columnar/column.ts';
import { attachSource } from '../../src/common/diagnostics.ts';
import { notImplemented, TableError } from '../../src/common/errors.ts';
import { compileRow } from '../../src/expr/evaluate.ts';
import type { AggregateCall, Expr } from '../../src/expr/expr.ts';
import { keyOf } from '../../src/functions/compare.ts';
import type { StatementContext } from '../../src/functions/definition.ts';
import { lookupBuiltin } from '../../src/functions/registry.ts';
import { parseExpression, parseQuery } from '../../src/parser/parser.ts';
import type { BindContext } from '../../src/planner/bind/context.ts';
import { bindQuery } from '../../src/planner/bind/query.ts';
import type { Aggregate, LogicalPlan } from '../../src/planner/logical/nodes.ts';
import type { Schema } from '../../src/types/schema.ts';

/** A row of internal values. */
export type Row = readonly unknown[];

/** The rows of a query, and their types. */
export interface ReferenceResult {
  readonly schema: Schema;
  readonly rows: readonly Row[];
}

/** What the reference evaluates a query in. */
export interface ReferenceOptions {
  readonly timeZone?: string;
  /** Views by name: their queries. */
  readonly views?: ReadonlyMap<string, string>;
}

/**
 * Evaluates a query over VALUES and views row by row, with nothing but the binder, the interpreter
 * of expressions and the accumulators on rows.
 */
export function evaluateQuery(sql: string, options: ReferenceOptions = {}): ReferenceResult {
  const statement: StatementContext = {
    timeZone: options.timeZone ?? 'UTC',
    now: BigInt(Date.now()) * 1_000_000n,
    config: new Map(),
  };
  try {
    const plan = bindQuery(parseQuery(sql), bindContext(statement, options.views ?? new Map()));
    return { schema: plan.schema, rows: rowsOf(plan, statement) };
  } catch (error) {
    throw error instanceof TableError ? attachSource(error, sql) : error;
  }
}

function bindContext(statement: StatementContext, views: ReadonlyMap<string, string>): BindContext {
  return {
    statement,
    parameters: { positional: [], named: new Map() },
    resolveTable: (path) => {
      const name = path.at(-1) ?? '';
      const text = views.get(name);
      if (text === undefined) return null;
      const identifier = { catalog: 'c', database: 'd', name };
      const plan = bindQuery(parseQuery(text), bindContext(statement, views));
      return { kind: 'plan', identifier, plan };
    },
    namesFile: () => false,
    awaitHint: () => null,
    tableNames: () => views.keys(),
    resolveFunction: (path) => (path.length === 1 ? lookupBuiltin(path[0]!) : null),
    functionNames: () => [],
    parseQuery,
    parseExpression,
  };
}

function rowsOf(plan: LogicalPlan, context: StatementContext): readonly Row[] {
  switch (plan.kind) {
    case 'Values':
      return plan.rows.map((row) => row.map((expr) => compileRow(expr, context)([], 0)));
    case 'Project': {
      const exprs = plan.exprs.map((expr) => onRow(expr, context));
      return rowsOf(plan.input, context).map((row) => exprs.map((expr) => expr(row)));
    }
    case 'Filter': {
      const predicate = onRow(plan.predicate, context);
      return rowsOf(plan.input, context).filter((row) => predicate(row) === true);
    }
    case 'Union':
      return plan.inputs.flatMap((input) => rowsOf(input, context));
    case 'Limit': {
      const end = plan.limit === null ? undefined : plan.offset + plan.limit;
      return rowsOf(plan.input, context).slice(plan.offset, end);
    }
    case 'Aggregate':
      return aggregate(plan, rowsOf(plan.input, context), context);
    default:
      throw notImplemented(`The node ${plan.kind} in the reference`);
  }
}

/** A column per value, of which every row is the value: what the interpreter reads. */
function onRow(expr: Expr, context: StatementContext): (row: Row) => unknown {
  const evaluate = compileRow(expr, context);
  return (row) =>
    evaluate(
      row.map((value) => ({ get: () => value }) as unknown as Column),
      0,
    );
}

function aggregate(plan: Aggregate, input: readonly Row[], context: StatementContext): Row[] {
  const keyTypes = plan.keys.map((key) => keyOf(plan.input.schema.fields[key]!.type));
  const groups = new Map<string, Row[]>();
  if (plan.keys.length === 0) groups.set('', []);
  for (const row of input) {
    const key = plan.keys.map((column, i) => String(keyTypes[i]!(row[column]))).join('\u0000');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()].map((rows) => [
    ...plan.keys.map((column) => rows[0]?.[column]),
    ...plan.calls.map((call) => aggregateCall(call, rows, context)),
  ]);
}

function aggregateCall(call: AggregateCall, rows: readonly Row[], context: StatementContext) {
  const { definition, distinct, filter } = call;
  const site = {
    types: call.args.map((a) => a.type),
    literals: call.args.map((a) => (a.kind === 'Literal' ? a.value : undefined)),
    result: call.type,
    context,
  };
  const accumulator = definition.createAccumulator(site);
  const args = call.args.map((a) => onRow(a, context));
  const keys = call.args.map((a) => keyOf(a.type));
  const counts = filter === null ? () => true : onRow(filter, context);
  const seen = new Set<string>();
  for (const row of rows) {
    const values = args.map((arg) => arg(row));
    if (counts(row) !== true || (definition.skipsNulls && values.includes(null))) continue;
    const key = values.map((value, i) => String(keys[i]!(value))).join('\u0000');
    if (distinct && seen.has(key)) continue;
    seen.add(key);
    accumulator.add(values);
  }
  return accumulator.value();
}
