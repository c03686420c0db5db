import { invalidArgument } from '../../common/arguments.ts';
import { validationError } from '../../common/errors.ts';
import type { Join, SetOperation } from '../../parser/ast/queries.ts';
import { columnNames } from '../../planner/logical/build.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import { merge, NOTHING } from '../expressions/attachments.ts';
import { BuiltExpression } from '../expressions/built-expression.ts';
import { callArguments } from '../expressions/deferred.ts';
import { callOf, identifier } from '../expressions/syntax.ts';
import type { OverWindow } from '../windows.ts';
import { bindOperation } from './bind.ts';
import { itemsOf, resolvedOne, type Source } from './items.ts';
import {
  INPUT,
  join,
  RIGHT,
  select,
  setOperation,
  star,
  tableAlias,
  tableName,
} from './query-syntax.ts';
import { bindSelect, flattenedColumn } from './select.ts';

/** Operations that bring tables, functions and windows together. */

/** `join` and its like. Errors: COLUMN_AMBIGUOUS for a column that both tables have. */
export function joined(
  source: Source,
  right: LogicalPlan,
  type: Join['type'],
  predicate: unknown,
): LogicalPlan {
  const names = columnNames(source.plan.schema);
  const both = columnNames(right.schema).find((name) => names.includes(name));
  if (both !== undefined) {
    const hint =
      "Rename the columns of one table before the join: table.as('…') or renameColumns(…).";
    throw validationError('COLUMN_AMBIGUOUS', { column: both }, { hint });
  }
  const inputs = new Map([
    [INPUT, source.plan],
    [RIGHT, right],
  ]);
  if (predicate === undefined) {
    const from = join(type === 'INNER' ? 'CROSS' : type, tableName(RIGHT), null);
    if (type !== 'INNER')
      throw invalidArgument('The condition of an outer join', 'a condition', predicate);
    return bindOperation(source.session, select({ from }), inputs, NOTHING);
  }
  const { node, held } = BuiltExpression.parts(predicate, 'The condition of a join');
  const from = join(type, tableName(RIGHT), node);
  return bindOperation(source.session, select({ from }), inputs, held);
}

/** `union` and its like. */
export function combined(
  { session, plan }: Source,
  right: LogicalPlan,
  op: SetOperation['op'],
  all: boolean,
): LogicalPlan {
  const inputs = new Map([
    [INPUT, plan],
    [RIGHT, right],
  ]);
  return bindOperation(session, setOperation(op, all), inputs, NOTHING);
}

/** The name of what a table function makes of a row. */
const MADE = '*rows*';

/** `joinLateral` and `leftOuterJoinLateral`; with `only` just the columns that the function makes. */
export function joinedLateral(
  source: Source,
  call: unknown,
  { outer = false, only = false, predicate = undefined as unknown } = {},
): LogicalPlan {
  const parts = resolvedOne(call, source, 'The table function');
  const { node, names } = parts;
  if (node.kind !== 'Call') {
    throw invalidArgument(
      'The table function',
      "a call, such as call('f', col('a'))",
      String(call),
    );
  }
  const right = {
    kind: 'TableFunction',
    call: node,
    lateral: true,
    hints: [],
    alias: tableAlias(MADE, names.length === 0 ? null : names),
    span: null,
  } as const;
  const on = predicate === undefined ? null : BuiltExpression.parts(predicate, 'The condition');
  const condition = on?.node ?? (outer ? TRUE : null);
  const from = join(outer ? 'LEFT' : condition === null ? 'CROSS' : 'INNER', right, condition);
  const held = merge([parts.held, on?.held ?? NOTHING]);
  return bindSelect(source, { from, ...(only && { items: [star(MADE)] }) }, held);
}

/** `toChangelog` and `fromChangelog`: a function of SQL over the table, with further arguments. */
export function ofChanges(
  source: Source,
  fn: 'TO_CHANGELOG' | 'FROM_CHANGELOG',
  args: readonly unknown[],
): LogicalPlan {
  const parts = args.map((arg) => BuiltExpression.parts(arg, `An argument of ${fn}`));
  const input = { kind: 'TableArg', input: identifier(INPUT), partitionBy: null } as const;
  const given = callArguments(parts.map(({ node }) => node));
  const call = callOf([fn], [{ ...input, orderBy: [], span: null }, ...given]);
  const from = { kind: 'TableFunction', call, lateral: false, hints: [] } as const;
  const held = merge(parts.map((part) => part.held));
  return bindSelect(source, { from: { ...from, alias: null, span: null } }, held);
}

const TRUE = { kind: 'BooleanLiteral', value: true, span: null } as const;

/** The column that holds what the function of `map` gives, before it becomes several. */
const ROW = '$row';

/** `map`: the fields of the row that a function makes, or its only value. Called once a row. */
export function mapped(source: Source, call: unknown): LogicalPlan {
  const { node, held, names } = resolvedOne(call, source, 'The function');
  const plan = bindSelect(source, { items: [{ expr: node, alias: ROW }] }, held);
  const items = flattenedColumn({ ...source, plan }, ROW).map((item, i) => ({
    ...item,
    alias: names[i] ?? item.alias,
  }));
  if (names.length <= items.length) return bindSelect({ ...source, plan }, { items }, NOTHING);
  const alias = names.join(', ');
  throw validationError('ALIAS_COLUMNS', { alias, given: names.length, columns: items.length });
}

/** `overWindow(…).select(…)`. */
export function overSelect(
  source: Source,
  windows: readonly OverWindow[],
  expressions: readonly unknown[],
): LogicalPlan {
  const { items, held } = itemsOf(expressions, source);
  const all = merge([held, ...windows.map((window) => window.held)]);
  return bindSelect(source, { items, windows: windows.map(({ window }) => window) }, all);
}
