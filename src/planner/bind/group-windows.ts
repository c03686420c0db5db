import { validationError } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { GroupBy } from '../../parser/ast/queries.ts';
import { withNullable } from '../../types/data-type.ts';
import { isTimestamp } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import { INT, timestampLtz } from '../../types/types.ts';
import { inputRef } from '../logical/build.ts';
import { sameColumn } from './aggregates.ts';
import type { QueryEnv, Rows } from './binder.ts';
import { plainArgs } from './calls.ts';
import { callBuiltin, coerce } from './coerce.ts';
import { ExpressionBinder, type Replacements } from './expressions.ts';
import { sameSyntax, visitSyntax } from './syntax.ts';
import { addWindows, milliseconds, type WindowKind } from './window-columns.ts';
import { appendColumns, bindInterval } from './window-tables.ts';

/** The intervals of the windows, behind the time. */
const PARAMETERS: Readonly<Record<string, readonly string[] | undefined>> = {
  TUMBLE: ['SIZE'],
  HOP: ['SLIDE', 'SIZE'],
  SESSION: ['GAP'],
};

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
  const { scope } = rows;
  const same = (a: unknown, b: unknown) =>
    sameSyntax(a, b, (left, right) => sameColumn(left, right, scope));
  const time = bindTime(call, name, new ExpressionBinder(env, rows));
  const kind = windowKind(call, name, env, () => {
    const others = groupExprs(groupBy).filter((expr) => !same(expr, call));
    const binder = new ExpressionBinder(env, rows);
    return appendColumns(
      rows,
      others.map((expr) => binder.bind(expr)),
    );
  });
  const width = rows.plan.schema.fields.length;
  rows.replace(addWindows(rows.plan, time, kind));
  const column = (i: number) => inputRef(rows.plan.schema, width + i);
  // Where a session ends cannot be told from its start: the key has both.
  const isSession = kind.kind === 'SESSION';
  const key = () => (isSession ? callBuiltin('ROW', [column(0), column(1)]) : column(0));
  const startOf = (group: Expr) => (isSession ? callBuiltin('FIELD', [group, FIRST]) : group);
  const endOf = (group: Expr) =>
    isSession ? callBuiltin('FIELD', [group, SECOND]) : callBuiltin('+', [group, kind.size]);
  return {
    key: { replace: (expr) => (same(expr, call) ? key() : null), explain: () => null },
    overGroups: (groups) => ({
      replace(expr) {
        const property = propertyOf(expr, name);
        if (property === null || !same((expr as ast.Call).args, call.args)) {
          return groups.replace(expr);
        }
        const group = groups.replace(call);
        if (group === null) return null;
        switch (property) {
          case 'START':
            return startOf(group);
          case 'END':
            return endOf(group);
          case 'ROWTIME':
            return rowtimeOf(endOf(group), time);
          case 'PROCTIME':
            return callBuiltin('PROCTIME', []);
        }
      },
      explain: (name) => groups.explain(name),
    }),
  };
}

const [FIRST, SECOND] = [0, 1].map((value): Expr => {
  return { kind: 'Literal', type: withNullable(INT, false), value };
}) as [Expr, Expr];

/** `partition` gives the columns by which sessions are told apart. */
function windowKind(
  call: ast.Call,
  name: string,
  env: QueryEnv,
  partition: () => readonly number[],
): WindowKind {
  const parameters = PARAMETERS[name] ?? [];
  const intervals = call.args.slice(1);
  if (intervals.length !== parameters.length) {
    const reason = `it is ${name}(${['time', ...parameters].join(', ')})`;
    throw validationError('WINDOW_TABLE', { function: name, reason }, { span: call.span });
  }
  const literals = intervals.map((arg, i) =>
    bindInterval(givenValue(arg), name, parameters[i]!, env),
  );
  const offset = milliseconds(0n);
  const [first, second] = literals;
  if (name === 'TUMBLE') return { kind: 'TUMBLE', size: first!, offset };
  if (name === 'HOP') return { kind: 'HOP', step: first!, size: second!, offset };
  return { kind: 'SESSION', gap: first!, partition: partition() };
}

/** The expressions of GROUP BY a, b. Errors: WINDOW_TABLE for grouping sets. */
function groupExprs(groupBy: GroupBy | null): readonly ast.Expr[] {
  return (groupBy?.elements ?? []).flatMap((element) => {
    if (element.kind === 'GroupingSet') return element.exprs;
    const reason = 'each grouping set would have sessions of its own';
    throw validationError('WINDOW_TABLE', { function: 'SESSION', reason }, { span: element.span });
  });
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
    if (expr.kind !== 'Call' || PARAMETERS[nameOf(expr)] === undefined) return true;
    if (env.context.resolveFunction(expr.name.parts) === null) found.push(expr);
    return false;
  });
  const [first, second] = found;
  if (second !== undefined) {
    const reason = 'GROUP BY takes one window';
    throw validationError(
      'WINDOW_TABLE',
      { function: nameOf(second), reason },
      { span: second.span },
    );
  }
  return first ?? null;
}

function nameOf({ name }: ast.Call): string {
  return name.parts.length === 1 ? name.parts[0]!.toUpperCase() : '';
}

function givenValue(arg: ast.CallArg): Exclude<ast.CallArg, ast.NamedArg> {
  return arg.kind === 'NamedArg' ? arg.value : arg;
}

const PROPERTIES = ['START', 'END', 'ROWTIME', 'PROCTIME'] as const;

/** What a call asks of the window: `START` for TUMBLE_START; null for other expressions. */
function propertyOf(expr: ast.Expr, window: string): (typeof PROPERTIES)[number] | null {
  if (expr.kind !== 'Call') return null;
  const name = nameOf(expr);
  return PROPERTIES.find((property) => name === `${window}_${property}`) ?? null;
}

function rowtimeOf(end: Expr, time: Expr): Expr {
  const last = callBuiltin('-', [end, milliseconds(1n)]);
  if (time.type.kind !== 'TIMESTAMP_LTZ') return last;
  return coerce(last, withNullable(timestampLtz(3), last.type.nullable));
}
