import { didYouMean } from '../../common/diagnostics.ts';
import { type Span, validationError } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import { isDeterministic, literal } from '../../expr/tree.ts';
import type { ProcessFunctionDefinition } from '../../functions/definition.ts';
import {
  type ScalarArgument,
  scalarsOf,
  type TableArgument,
  tablesOf,
} from '../../functions/process.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { FromItem, TableFunction } from '../../parser/ast/queries.ts';
import { canCastImplicitly } from '../../types/casts.ts';
import { withNullable } from '../../types/data-type.ts';
import { isTimestamp } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import type { Schema } from '../../types/schema.ts';
import { columnNames, inputRef, oneRow, processTable } from '../logical/build.ts';
import type { ColumnOrder, LogicalPlan } from '../logical/nodes.ts';
import { type QueryEnv, Rows } from './binder.ts';
import { coerce } from './coerce.ts';
import { ExpressionBinder } from './expressions.ts';
import type { Relation } from './from.ts';
import { sortKey } from './order.ts';
import { joinTables, type OneTable } from './process-unions.ts';
import { Scope } from './scope.ts';
import { tableArgument, tableOfArgument } from './table-arguments.ts';
import { appendColumns } from './window-tables.ts';

type Argument = Exclude<ast.CallArg, ast.NamedArg>;
type BindItem = (item: FromItem, env: QueryEnv) => Relation;

/** The arguments that every call may have besides those that are declared. */
const COMMON = ['on_time', 'uid'] as const;

/** What a call in FROM names, if it is a process table function. */
export function processFunctionOf(
  { call }: TableFunction,
  { context }: QueryEnv,
): ProcessFunctionDefinition | null {
  const definition = context.resolveFunction(call.name.parts);
  return definition?.kind === 'process' ? definition : null;
}

/**
 * What a process table function makes of tables: `f(input => TABLE t PARTITION BY k, limit => 3)`.
 * Its columns stand behind those of PARTITION BY, or all columns of a table that passes them
 * through, and before the time of `on_time`.
 *
 * Errors: PROCESS_TABLE, those of tables and expressions.
 */
export function bindProcessTable(
  definition: ProcessFunctionDefinition,
  { call }: TableFunction,
  env: QueryEnv,
  bindItem: BindItem,
): LogicalPlan {
  const site: Site = { definition, env: { ...env, outer: null }, bindItem, span: call.span };
  const args = argumentsOf(call, site);
  const time = args.get('on_time') ?? null;
  const { process } = definition;
  const tables = tablesOf(process).map((table) =>
    bindTableArgument(table, args.get(table.name), time, site),
  );
  const scalars = scalarsOf(process).map((scalar) =>
    bindScalar(scalar, args.get(scalar.name), site),
  );
  const joined = joinTables(tables, (reason) => invalid(site, reason));
  return processTable(definition, scalars, joined);
}

/** One call. */
interface Site {
  readonly definition: ProcessFunctionDefinition;
  readonly env: QueryEnv;
  readonly bindItem: BindItem;
  readonly span: Span | null;
}

/** The arguments by name, however they are given. */
function argumentsOf(call: ast.Call, site: Site): ReadonlyMap<string, Argument> {
  const declared = site.definition.process.arguments.map(({ name }) => name);
  const known = [...declared, ...COMMON];
  const args = new Map<string, Argument>();
  const isNamed = call.args.some(({ kind }) => kind === 'NamedArg');
  for (const [i, arg] of call.args.entries()) {
    if (isNamed && arg.kind !== 'NamedArg') {
      throw invalid(site, 'either all arguments have a name or none', arg.span);
    }
    const given = arg.kind === 'NamedArg' ? arg.name : known[i];
    const name = known.find((other) => other.toLowerCase() === given?.toLowerCase());
    if (name === undefined) {
      const hint = given === undefined ? null : didYouMean(given, known);
      const what = given === undefined ? `argument ${i + 1}` : `argument '${given}'`;
      const reason = `it has no ${what}, but ${declared.join(', ')} and on_time`;
      throw invalid(site, reason, arg.span, hint);
    }
    if (args.has(name)) throw invalid(site, `'${name}' is given twice`, arg.span);
    const value = arg.kind === 'NamedArg' ? arg.value : arg;
    if (value.kind !== 'DefaultArg') args.set(name, value);
  }
  return args;
}

function bindTableArgument(
  table: TableArgument,
  arg: Argument | undefined,
  time: Argument | null,
  site: Site,
): OneTable {
  const { name } = table;
  if (arg === undefined) throw invalid(site, `'${name}' is missing`);
  const mustBeTable = () =>
    invalid(site, `'${name}' is a table: write ${name} => TABLE t`, arg.span);
  const syntax = tableArgument(arg);
  if (syntax === null) throw mustBeTable();
  const isSet = table.semantics === 'set';
  const { partitionBy, orderBy } = syntax;
  if (isSet && partitionBy === null && !table.optionalPartitionBy) {
    const reason = `the rows of '${name}' belong together by columns: write TABLE t PARTITION BY k`;
    throw invalid(site, reason, arg.span);
  }
  if (!isSet && (partitionBy !== null || orderBy.length > 0)) {
    const what = partitionBy === null ? 'ORDER BY' : 'PARTITION BY';
    throw invalid(site, `the rows of '${name}' are by themselves and have no ${what}`, arg.span);
  }
  const { plan, scope } = tableOfArgument(syntax, site.env, site.bindItem);
  const rows = new Rows(plan, scope, site.definition.name);
  const binder = new ExpressionBinder(site.env, rows);
  const partition = (partitionBy ?? []).map((expr) => {
    const bound = binder.bind(expr);
    if (bound.kind === 'InputRef') return bound.index;
    throw invalid(site, 'PARTITION BY takes columns', expr.span);
  });
  const keys = orderBy.map((item) => sortKey(item, binder.bind(item.expr)));
  const found = time === null ? null : timeColumn(time, plan.schema, site);
  const read = readColumns(table, plan, site, arg.span);
  const columns = appendColumns(rows, [...keys.map(({ expr }) => expr), ...read]);
  const order = keys.map(({ descending, nullsFirst }, i): ColumnOrder => {
    return { column: columns[i]!, descending, nullsFirst };
  });
  return {
    argument: table,
    plan: rows.plan,
    partition,
    order,
    time: found,
    width: plan.schema.fields.length,
    columns: columns.slice(keys.length),
    names: table.columns?.fields.map((f) => f.name) ?? columnNames(plan.schema),
  };
}

/** The column of a table that `on_time` names: one of them for each table. */
function timeColumn(arg: Argument, { fields }: Schema, site: Site): number {
  const names = arg.kind === 'Descriptor' ? arg.columns.map(({ name }) => name) : [];
  const found = fields.flatMap((f, i) => (names.includes(f.name) ? [i] : []));
  const [index, ...others] = found;
  if (index === undefined || others.length > 0) {
    const hint =
      names.length === 0
        ? null
        : didYouMean(
            names[0]!,
            fields.map((f) => f.name),
          );
    throw invalid(
      site,
      'on_time is DESCRIPTOR(column), with one column of each table',
      arg.span,
      hint,
    );
  }
  const { name, type } = fields[index]!;
  if (isTimestamp(type)) return index;
  const shown = printType(withNullable(type, true));
  throw invalid(site, `column '${name}' is ${shown}, not a timestamp`, arg.span);
}

/** The columns that the function reads, cast to what it declares. */
function readColumns(
  { name, columns }: TableArgument,
  { schema }: LogicalPlan,
  site: Site,
  span: Span | null,
): readonly Expr[] {
  if (columns === null) return schema.fields.map((_, i) => inputRef(schema, i));
  return columns.fields.map(({ name: column, type }) => {
    const index = schema.fields.findIndex((f) => f.name === column);
    if (index < 0) {
      const hint = didYouMean(column, columnNames(schema));
      throw invalid(site, `the table '${name}' has no column '${column}'`, span, hint);
    }
    const expr = inputRef(schema, index);
    if (!canCastImplicitly(expr.type, withNullable(type, true))) {
      const types = `${printType(type)}, but is ${printType(expr.type)}`;
      throw invalid(site, `the column '${column}' of '${name}' must be ${types}`, span);
    }
    return coerce(expr, withNullable(type, expr.type.nullable));
  });
}

/** A value that is the same for all rows. */
function bindScalar(
  { name, type, optional }: ScalarArgument,
  arg: Argument | undefined,
  site: Site,
): Expr {
  if (arg === undefined) {
    if (optional) return literal(withNullable(type, true), null);
    throw invalid(site, `'${name}' is missing`);
  }
  switch (arg.kind) {
    case 'Star':
    case 'DefaultArg':
    case 'Descriptor':
    case 'TableArg':
    case 'ModelArg':
      throw invalid(site, `'${name}' is a value of type ${printType(type)}`, arg.span);
    default: {
      const rows = new Rows(oneRow(), new Scope([]), site.definition.name, false);
      const expr = new ExpressionBinder(site.env, rows).bind(arg);
      if (!canCastImplicitly(expr.type, withNullable(type, true))) {
        const reason = `'${name}' must be ${printType(type)}, not ${printType(expr.type)}`;
        throw invalid(site, reason, arg.span);
      }
      if (!isDeterministic(expr)) {
        throw invalid(site, `'${name}' must be the same for all rows`, arg.span);
      }
      return coerce(expr, withNullable(type, expr.type.nullable));
    }
  }
}

function invalid(
  { definition, span }: Site,
  reason: string,
  at: Span | null = span,
  hint: string | null = null,
): Error {
  const params = { function: definition.name, reason };
  return validationError('PROCESS_TABLE', params, { span: at ?? span, hint });
}
