import { notImplemented, validationError } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { GroupBy } from '../../parser/ast/queries.ts';
import { withNullable } from '../../types/data-type.ts';
import { isTimestamp } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import { timestampLtz } from '../../types/types.ts';
import { inputRef } from '../logical/build.ts';
import { sameColumn } from './aggregates.ts';
import type { QueryEnv, Rows } from './binder.ts';
import { plainArgs } from './calls.ts';
import { callBuiltin, coerce } from './coerce.ts';
import { ExpressionBinder, type Replacements } from './expressions.ts';
import { sameSyntax, visitSyntax } from './syntax.ts';
import { addWindows, milliseconds } from './window-columns.ts';
import { bindInterval } from './window-tables.ts';

const NAMES: ReadonlySet<string> = new Set(['TUMBLE', 'HOP', 'SESSION']);

/** A window in GROUP BY: `GROUP BY TUMBLE(ts, INTERVAL '1' HOUR)`. */
export interface GroupWindow {
  /** What the window is as a group key: its start. */
  readonly key: Replacements;
  /** TUMBLE_START(…) and the like over the groups. */
  overGroups(groups: Replacements): Replacements;
}

/**
 * Puts the rows into the window that GROUP BY has: they get more columns, and a row for each
 * window. Null when GROUP BY has none.
 *
 * Errors: WINDOW_TABLE, those of the time.
 */
export function bindGroupWindow(
  groupBy: GroupBy | null,
  rows: Rows,
  env: QueryEnv,
): GroupWindow | null {
  const call = findWindow(groupBy, env);
  if (call === null) return null;
  const name = nameOf(call);
  if (name === 'SESSION') throw notImplemented('SESSION in GROUP BY', { span: call.span });
  const isHop = name === 'HOP';
  const intervals = call.args.slice(1);
  if (intervals.length !== (isHop ? 2 : 1)) {
    const reason = `it is ${isHop ? 'HOP(time, slide, size)' : 'TUMBLE(time, size)'}`;
    throw validationError('WINDOW_TABLE', { function: name, reason }, { span: call.span });
  }
  const time = bindTime(call, name, new ExpressionBinder(env, rows));
  const literal = (i: number, parameter: string) =>
    bindInterval(givenValue(intervals[i]!), name, parameter, env);
  const size = literal(isHop ? 1 : 0, 'SIZE');
  const offset = milliseconds(0n);
  const start = rows.plan.schema.fields.length;
  const kind = isHop
    ? ({ kind: 'HOP', step: literal(0, 'SLIDE'), size, offset } as const)
    : ({ kind: 'TUMBLE', size, offset } as const);
  rows.replace(addWindows(rows.plan, time, kind));
  const { scope } = rows;
  const same = (a: unknown, b: unknown) =>
    sameSyntax(a, b, (left, right) => sameColumn(left, right, scope));
  return {
    key: {
      replace: (expr) => (same(expr, call) ? inputRef(rows.plan.schema, start) : null),
      explain: () => null,
    },
    overGroups: (groups) => ({
      replace(expr) {
        const property = propertyOf(expr, name);
        if (property === null || !same((expr as ast.Call).args, call.args)) {
          return groups.replace(expr);
        }
        const key = groups.replace(call);
        return key === null ? null : boundOf(property, key, size, time);
      },
      explain: (column) => groups.explain(column),
    }),
  };
}

function bindTime(call: ast.Call, name: string, binder: ExpressionBinder): Expr {
  const [syntax] = plainArgs(call);
  const expr = syntax === undefined ? null : binder.bind(syntax);
  if (expr !== null && isTimestamp(expr.type)) return expr;
  const type = expr === null ? 'missing' : printType(withNullable(expr.type, true));
  const reason = `its time is ${type}, not a timestamp`;
  throw validationError('WINDOW_TABLE', { function: name, reason }, { span: call.span });
}

function findWindow(groupBy: GroupBy | null, env: QueryEnv): ast.Call | null {
  const found: ast.Call[] = [];
  visitSyntax(groupBy, (expr) => {
    if (expr.kind !== 'Call' || !NAMES.has(nameOf(expr))) return true;
    if (env.context.resolveFunction(expr.name.parts) === null) found.push(expr);
    return false;
  });
  const [first, second] = found;
  if (second !== undefined) throw notImplemented('Two windows in GROUP BY', { span: second.span });
  return first ?? null;
}

function nameOf({ name }: ast.Call): string {
  return name.parts.length === 1 ? name.parts[0]!.toUpperCase() : '';
}

function givenValue(arg: ast.CallArg): Exclude<ast.CallArg, ast.NamedArg> {
  return arg.kind === 'NamedArg' ? arg.value : arg;
}

/** What a call asks of the window: `START` for TUMBLE_START; null for other expressions. */
function propertyOf(expr: ast.Expr, window: string): 'START' | 'END' | 'ROWTIME' | null {
  if (expr.kind !== 'Call') return null;
  const name = nameOf(expr);
  if (!name.startsWith(`${window}_`)) return null;
  const property = name.slice(window.length + 1);
  return property === 'START' || property === 'END' || property === 'ROWTIME' ? property : null;
}

function boundOf(property: 'START' | 'END' | 'ROWTIME', start: Expr, size: Expr, time: Expr): Expr {
  if (property === 'START') return start;
  const end = callBuiltin('+', [start, size]);
  if (property === 'END') return end;
  const last = callBuiltin('-', [end, milliseconds(1n)]);
  if (time.type.kind !== 'TIMESTAMP_LTZ') return last;
  return coerce(last, withNullable(timestampLtz(3), last.type.nullable));
}
