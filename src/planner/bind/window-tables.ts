import { type Span, validationError } from '../../common/errors.ts';
import type { Expr, Literal } from '../../expr/expr.ts';
import { simplify } from '../../expr/simplify.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { FromItem, TableFunction } from '../../parser/ast/queries.ts';
import { withNullable } from '../../types/data-type.ts';
import { isTimestamp } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import { allColumns, columnNames, inputRef, oneRow, project } from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { type QueryEnv, Rows } from './binder.ts';
import { ExpressionBinder } from './expressions.ts';
import type { Relation } from './from.ts';
import { Scope, tableScope } from './scope.ts';
import {
  type Argument,
  namedArguments,
  tableArgument,
  tableOfArgument,
} from './table-arguments.ts';
import { addWindows, milliseconds, WINDOW_COLUMNS, type WindowKind } from './window-columns.ts';

type Arguments = ReadonlyMap<string, Argument>;

/** The parameters of the window functions, in their order; OFFSET may be left out. */
const PARAMETERS: Readonly<Record<string, readonly string[] | undefined>> = {
  TUMBLE: ['DATA', 'TIMECOL', 'SIZE', 'OFFSET'],
  HOP: ['DATA', 'TIMECOL', 'SLIDE', 'SIZE', 'OFFSET'],
  CUMULATE: ['DATA', 'TIMECOL', 'STEP', 'SIZE', 'OFFSET'],
  SESSION: ['DATA', 'TIMECOL', 'GAP'],
};

/** The names of the window functions. */
export const WINDOW_TABLES: readonly string[] = Object.keys(PARAMETERS);

/** Whether a call in FROM is one of TUMBLE, HOP, CUMULATE and SESSION. */
export function isWindowTable({ call }: TableFunction): boolean {
  const { parts } = call.name;
  return parts.length === 1 && PARAMETERS[parts[0]!.toUpperCase()] !== undefined;
}

/**
 * A table with the windows of its rows: TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' MINUTE).
 *
 * Errors: WINDOW_TABLE, COLUMN_NOT_FOUND, those of the table.
 */
export function bindWindowTable(
  { call }: TableFunction,
  env: QueryEnv,
  bindItem: (item: FromItem, env: QueryEnv) => Relation,
): LogicalPlan {
  const name = call.name.parts[0]!.toUpperCase();
  const parameters = PARAMETERS[name] ?? [];
  const args = argumentsOf(call, name, parameters);
  const table = tableArgument(args.get('DATA'));
  if (table === null) {
    throw invalid(name, 'DATA must be TABLE name', args.get('DATA')?.span ?? call.span);
  }
  const { plan } = tableOfArgument(table, env, bindItem);
  const rows = new Rows(plan, tableScope([], columnNames(plan.schema)), name);
  const time = timeColumn(args.get('TIMECOL'), name, rows, call.span);
  const kind = windowKind(name, args, call.span, table, env, rows);
  const taken = new Set(columnNames(plan.schema));
  const names = WINDOW_COLUMNS.map((column) => (taken.has(column) ? `${column}0` : column));
  const width = plan.schema.fields.length;
  const windowed = addWindows(rows.plan, inputRef(plan.schema, time), kind, names);
  const own = allColumns(windowed.schema);
  const shown = [...own.slice(0, width), ...own.slice(-names.length)];
  return project(windowed, shown, [...columnNames(plan.schema), ...names]);
}

/** The arguments by the names of their parameters. */
function argumentsOf(call: ast.Call, name: string, parameters: readonly string[]): Arguments {
  const args = namedArguments(call, parameters);
  if (args === null) {
    throw invalid(name, `its arguments are ${parameters.join(', ')}`, call.span);
  }
  const missing = parameters.find((p) => p !== 'OFFSET' && !args.has(p));
  if (missing !== undefined) throw invalid(name, `${missing} is missing`, call.span);
  return args;
}

function timeColumn(
  arg: Argument | undefined,
  name: string,
  { scope, plan }: Rows,
  span: Span | null,
): number {
  const [column, ...others] = arg?.kind === 'Descriptor' ? arg.columns : [];
  if (column === undefined || others.length > 0) {
    throw invalid(name, 'TIMECOL must be DESCRIPTOR(column)', arg?.span ?? span);
  }
  const identifier = {
    kind: 'Identifier',
    parts: [column.name],
    span: arg?.span ?? null,
  } as const;
  const found = scope.find(identifier);
  if (found === null) throw scope.notFound(identifier);
  const { index } = found.column;
  const { type } = plan.schema.fields[index]!;
  if (isTimestamp(type)) return index;
  const reason = `column '${column.name}' is ${printType(withNullable(type, true))}, not a timestamp`;
  throw invalid(name, reason, arg?.span ?? span);
}

function windowKind(
  name: string,
  args: Arguments,
  span: Span | null,
  table: ast.TableArg,
  env: QueryEnv,
  rows: Rows,
): WindowKind {
  const interval = (parameter: string): Literal => {
    const arg = args.get(parameter);
    if (arg === undefined) return milliseconds(0n);
    return bindInterval(arg, name, parameter, env);
  };
  if (name !== 'SESSION' && table.partitionBy !== null) {
    throw invalid(name, 'only SESSION has PARTITION BY', span);
  }
  switch (name) {
    case 'TUMBLE':
      return { kind: 'TUMBLE', size: interval('SIZE'), offset: interval('OFFSET') };
    case 'HOP':
    case 'CUMULATE': {
      const step = interval(name === 'HOP' ? 'SLIDE' : 'STEP');
      const size = interval('SIZE');
      if (
        name === 'CUMULATE' &&
        BigInt(size.value as bigint) % BigInt(step.value as bigint) !== 0n
      ) {
        throw invalid(name, 'SIZE must be a multiple of STEP', span);
      }
      return { kind: name, step, size, offset: interval('OFFSET') };
    }
    default:
      return { kind: 'SESSION', gap: interval('GAP'), partition: partitionOf(table, env, rows) };
  }
}

/** An interval literal of whole milliseconds. Errors: WINDOW_TABLE. */
export function bindInterval(
  arg: Argument,
  name: string,
  parameter: string,
  env: QueryEnv,
): Literal {
  const { span } = arg;
  switch (arg.kind) {
    case 'Star':
    case 'DefaultArg':
    case 'Descriptor':
    case 'TableArg':
    case 'ModelArg':
      throw invalid(name, `${parameter} must be an interval`, span);
    default: {
      const binder = new ExpressionBinder(env, new Rows(oneRow(), new Scope([]), name, false));
      const expr = simplify(binder.bind(arg), env.context.statement);
      if (expr.kind === 'Literal' && expr.type.kind === 'INTERVAL_DAY_TIME') {
        const millis = expr.value as bigint | null;
        if (millis !== null && (millis > 0n || parameter === 'OFFSET')) return expr;
      }
      const what = parameter === 'OFFSET' ? 'an interval' : 'an interval above zero';
      throw invalid(name, `${parameter} must be ${what}, such as INTERVAL '5' MINUTE`, span);
    }
  }
}

/** The columns that a session is told apart by; expressions become columns behind the others. */
function partitionOf(table: ast.TableArg, env: QueryEnv, rows: Rows): readonly number[] {
  const binder = new ExpressionBinder(env, rows);
  return appendColumns(
    rows,
    (table.partitionBy ?? []).map((syntax) => binder.bind(syntax)),
  );
}

/** The columns of some expressions, behind the others where they are none. */
export function appendColumns(rows: Rows, exprs: readonly Expr[]): readonly number[] {
  const computed = exprs.filter((expr) => expr.kind !== 'InputRef');
  const { schema } = rows.plan;
  let next = schema.fields.length;
  const columns = exprs.map((expr) => (expr.kind === 'InputRef' ? expr.index : next++));
  if (computed.length > 0) {
    const names = computed.map((_, i) => `$k${i}`);
    rows.replace(
      project(rows.plan, [...allColumns(schema), ...computed], [...columnNames(schema), ...names]),
    );
  }
  return columns;
}

function invalid(name: string, reason: string, span: Span | null) {
  return validationError('WINDOW_TABLE', { function: name, reason }, { span });
}
