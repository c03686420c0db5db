import { validationError } from '../../common/errors.ts';
import type { Call, Expr } from '../../parser/ast/expressions.ts';
import { columnNames } from '../../planner/logical/build.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import { type Attachments, merge, NOTHING } from '../expressions/attachments.ts';
import { BuiltExpression } from '../expressions/built-expression.ts';
import { callOf, identifier } from '../expressions/syntax.ts';
import { itemsOf, type Source, type WindowProperties, type WindowProperty } from './items.ts';
import { HIDDEN, type Item, join, star, tableAlias } from './query-syntax.ts';
import { inRowWindows, isFull, type RowWindow } from './row-windows.ts';
import { bindSelect, flattenedColumn, own, requireDistinct } from './select.ts';
import { ofWholeRow } from './whole-row.ts';

/** A window of GROUP BY under its name. */
export interface NamedGroupWindow {
  readonly name: string;
  readonly rule: { readonly kind: 'time'; readonly call: Call } | RowWindow;
  readonly held: Attachments;
}

/** A table with the keys of a GROUP BY, which has not been given its columns yet. */
export interface Grouping {
  readonly source: Source;
  readonly keys: readonly Expr[];
  /** Which of the groups count; null for all. */
  readonly having: Expr | null;
  readonly windows: readonly NamedGroupWindow[];
  readonly held: Attachments;
}

/**
 * `groupBy`: keys, among which one may be the name of a window. A key under a name becomes a column
 * of the input, so that `select` can name it.
 */
export function groupingOf(
  source: Source,
  expressions: readonly unknown[],
  windows: readonly NamedGroupWindow[] = [],
): Grouping {
  const isWindow = (one: unknown) => windowOf(one, windows) !== null;
  const keys = itemsOf(
    expressions.filter((one) => !isWindow(one)),
    source,
  );
  const named = keys.items.filter(({ expr, alias }) => alias !== null && !isDefault(alias, expr));
  const input = named.length === 0 ? source : withKeys(source, named, keys.held);
  const exprs = keys.items.map((item) =>
    named.includes(item) ? identifier(item.alias!) : item.expr,
  );
  const held = merge([keys.held, ...windows.map((window) => window.held)]);
  const window = expressions.map((one) => windowOf(one, windows)).find((one) => one !== null);
  const grouping = { source: input, keys: exprs, having: null, windows, held };
  return window === undefined ? grouping : withWindow(grouping, window);
}

function withWindow(grouping: Grouping, { name, rule }: NamedGroupWindow): Grouping {
  const { source, keys, held } = grouping;
  if (rule.kind === 'time') return { ...grouping, keys: [rule.call, ...keys] };
  const column = `${HIDDEN}${name}`;
  const plan = inRowWindows(source, rule, { keys, column, held });
  return {
    ...grouping,
    source: { ...source, plan },
    keys: [identifier(column), ...keys],
    having: isFull(rule),
  };
}

/** Whether a name is one that columns without a name get. */
function isDefault(alias: string, expr: Expr): boolean {
  return expr.kind !== 'Identifier' && /^_c\d+$/.test(alias);
}

function withKeys(source: Source, named: readonly Item[], held: Attachments): Source {
  const items = [...own(source), ...named];
  requireDistinct([...columnNames(source.plan.schema), ...named.map(({ alias }) => alias!)]);
  return { ...source, plan: bindSelect(source, { items }, held) };
}

function windowOf(
  expression: unknown,
  windows: readonly NamedGroupWindow[],
): NamedGroupWindow | null {
  if (windows.length === 0) return null;
  const { node } = BuiltExpression.parts(expression, 'A group key');
  if (node.kind !== 'Identifier' || node.parts.length !== 1) return null;
  return windows.find(({ name }) => name === node.parts[0]) ?? null;
}

/** `groupBy(…).select(…)`. */
export function groupedSelect(grouping: Grouping, expressions: readonly unknown[]): LogicalPlan {
  const { source, keys, having, windows, held } = grouping;
  const properties: WindowProperties = new Map(
    windows.map((window) => [
      window.name,
      (property) => propertyCall(timeCall(window, property), property),
    ]),
  );
  const { items, held: ofItems } = itemsOf(expressions, source, properties);
  return bindSelect(source, { items, groupBy: keys, having }, merge([held, ofItems]));
}

/** Errors: WINDOW_PROPERTY for a window that counts rows. */
function timeCall({ name, rule }: NamedGroupWindow, property: WindowProperty): Call {
  if (rule.kind === 'time') return rule.call;
  throw validationError('WINDOW_PROPERTY', { name, property });
}

function propertyCall({ name, args }: Call, property: string): Call {
  return callOf([`${name.parts[0]}_${property.toUpperCase()}`], args);
}

// ── functions of groups that make columns, or rows ───────────────────────────────────────────

/** The column that holds what a function makes of a group. */
const MADE = '$made';
/** The rows that a table aggregate function makes of a group. */
const ROWS = '$rows';

/** A function that makes columns of a group, or `rows` of them. */
export interface MadeColumns {
  readonly call: unknown;
  readonly rows: boolean;
}

const PROPERTIES = ['start', 'end', 'rowtime', 'proctime'] as const;

/**
 * `groupBy(…).aggregate(f).select(…)`, and the same with `flatAggregate`: the items are over the
 * keys, the windows and the columns that the function makes, under the names that `as` gives them.
 *
 * Errors: ALIAS_COLUMNS, DUPLICATE_COLUMN.
 */
export function madeSelect(
  grouping: Grouping,
  { call, rows }: MadeColumns,
  expressions: readonly unknown[],
): LogicalPlan {
  const { session } = grouping.source;
  const { plan, keys, names } = groupsWithMade(grouping, call);
  const groups = { session, plan };
  const made = rows ? rowsOf(groups, keys, names) : columnsOf(groups, keys, names);
  requireDistinct(columnNames(made.schema));
  const properties: WindowProperties = new Map(
    grouping.windows.map((window) => [
      window.name,
      (property) => {
        timeCall(window, property);
        return identifier(propertyColumn(window.name, property));
      },
    ]),
  );
  const { items, held } = itemsOf(expressions, { session, plan: made }, properties);
  return bindSelect({ session, plan: made }, { items }, held);
}

function propertyColumn(window: string, property: string): string {
  return `${HIDDEN}${window} ${property}`;
}

/** The keys and the properties of the windows of each group, and what the function makes of it. */
function groupsWithMade(grouping: Grouping, call: unknown) {
  const { source, keys, having, windows, held } = grouping;
  const parts = BuiltExpression.parts(ofWholeRow(source, call), 'The aggregate');
  const items: readonly Item[] = [
    ...keys.filter((key) => key.kind === 'Identifier').map((expr) => ({ expr, alias: null })),
    ...windows.flatMap(({ name, rule }) =>
      rule.kind === 'rows'
        ? []
        : PROPERTIES.map((property) => ({
            expr: propertyCall(rule.call, property),
            alias: propertyColumn(name, property),
          })),
    ),
  ];
  const made = { expr: parts.node, alias: MADE };
  const all = merge([held, parts.held]);
  const plan = bindSelect(source, { items: [...items, made], groupBy: keys, having }, all);
  return { plan, keys: columnNames(plan.schema).slice(0, -1), names: parts.names };
}

/** The fields of what the function makes, or its only value, behind the keys. */
function columnsOf(groups: Source, keys: readonly string[], names: readonly string[]): LogicalPlan {
  const fields = flattenedColumn(groups, MADE);
  return bindSelect(groups, { items: [...keyItems(keys), ...renamed(fields, names)] }, NOTHING);
}

function keyItems(keys: readonly string[]): readonly Item[] {
  return keys.map((key) => ({ expr: identifier(key), alias: null }));
}

function renamed(items: readonly Item[], names: readonly string[]): readonly Item[] {
  if (names.length > items.length) {
    const alias = names.join(', ');
    throw validationError('ALIAS_COLUMNS', { alias, given: names.length, columns: items.length });
  }
  return items.map(({ expr, alias }, i) => ({ expr, alias: names[i] ?? alias }));
}

/** The keys with each of the rows that the function makes, of which it gives the array. */
function rowsOf(groups: Source, keys: readonly string[], names: readonly string[]): LogicalPlan {
  const unnest = {
    kind: 'Unnest',
    items: [identifier(MADE)],
    ordinality: false,
    lateral: true,
    alias: tableAlias(ROWS, names.length === 0 ? null : names),
    span: null,
  } as const;
  const from = join('CROSS', unnest, null);
  return bindSelect(groups, { from, items: [...keyItems(keys), star(ROWS)] }, NOTHING);
}
