import { invalidArgument } from '../../common/arguments.ts';
import { didYouMean } from '../../common/diagnostics.ts';
import { validationError } from '../../common/errors.ts';
import type { Call, Expr } from '../../parser/ast/expressions.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import { visitSyntax } from '../../planner/bind/syntax.ts';
import { columnNames } from '../../planner/logical/build.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import { type Attachments, merge } from '../expressions/attachments.ts';
import { BuiltExpression, type ExpressionParts } from '../expressions/built-expression.ts';
import { DEFERRED, type Deferred, deferredKind, isStar } from '../expressions/deferred.ts';
import { callOf, identifier } from '../expressions/syntax.ts';
import { explained, type Session } from '../session.ts';
import { bindOperation } from './bind.ts';
import { HIDDEN, INPUT, type Item, select } from './query-syntax.ts';

/** What an operation works on. */
export interface Source {
  readonly session: Session;
  readonly plan: LogicalPlan;
}

/** What a group window tells of its groups. */
export type WindowProperty = 'start' | 'end' | 'rowtime' | 'proctime';

/** Windows by their names: what their properties are in the operation. */
export type WindowProperties = ReadonlyMap<string, (property: WindowProperty) => Expr>;

const NO_WINDOWS: WindowProperties = new Map();

/** Expressions ready for a query, and what they hold. */
export interface Items {
  readonly items: readonly Item[];
  readonly held: Attachments;
}

/**
 * The items of a SELECT: selections of columns, rows to be flattened and properties of windows are
 * put in, and columns without a name are `_c0`, `_c1`, … by position.
 *
 * Errors: INVALID_ARGUMENT, COLUMN_NOT_FOUND, WINDOW_NOT_FOUND.
 */
export function itemsOf(
  expressions: readonly unknown[],
  source: Source,
  windows: WindowProperties = NO_WINDOWS,
): Items {
  const parts = expressions.map((one) => BuiltExpression.parts(one, 'A column'));
  const items = parts.flatMap((part) => itemOf(part, source, windows));
  return {
    items: items.map((item, i) => ({ ...item, alias: item.alias ?? defaultName(item.expr, i) })),
    held: merge(parts.map(({ held }) => held)),
  };
}

function itemOf(
  { node, held, names }: ExpressionParts,
  source: Source,
  windows: WindowProperties,
): readonly Item[] {
  const nodes =
    deferredKind(node) === 'flatten'
      ? flattened((node as Call).args[0] as Expr, held, source)
      : resolved(node, source, windows).map((expr) => ({ expr, alias: null }));
  if (names.length > 0 && names.length !== nodes.length) {
    throw validationError('ALIAS_COLUMNS', {
      alias: names.join(', '),
      given: names.length,
      columns: nodes.length,
    });
  }
  return nodes.map(({ expr, alias }, i) => ({ expr, alias: names[i] ?? alias }));
}

function defaultName(expr: Expr, position: number): string | null {
  const named = expr.kind === 'FieldAccess' || (expr.kind === 'Identifier' && !isHidden(expr));
  return named ? null : `_c${position}`;
}

function isHidden({ parts }: Identifier): boolean {
  return parts.at(-1)!.startsWith(HIDDEN);
}

/** One expression, in which selections of columns may stand among the arguments of calls. */
export function resolvedOne(
  expression: unknown,
  source: Source,
  what: string,
  windows: WindowProperties = NO_WINDOWS,
): ExpressionParts {
  const parts = BuiltExpression.parts(expression, what);
  const [node, ...others] = resolved(parts.node, source, windows);
  if (node !== undefined && others.length === 0) return { ...parts, node };
  throw invalidArgument(what, 'one expression', String(expression));
}

/** The field of a row as columns: named as the fields are, with the name of the row before. */
function flattened(row: Expr, held: Attachments, { session, plan }: Source): readonly Item[] {
  const query = select({ items: [{ expr: row, alias: null }] });
  const [column] = bindOperation(session, query, new Map([[INPUT, plan]]), held).schema.fields;
  if (column?.type.kind !== 'ROW') return [{ expr: row, alias: null }];
  const prefix = row.kind === 'Identifier' ? `${row.parts.at(-1)}$` : '';
  return column.type.fields.map(({ name }) => ({
    expr: { kind: 'FieldAccess', operand: row, field: name, span: null },
    alias: `${prefix}${name}`,
  }));
}

// ── what the operation puts in ───────────────────────────────────────────────────────────────

function resolved(node: Expr, source: Source, windows: WindowProperties): readonly Expr[] {
  try {
    if (!hasDeferred(node)) return [node];
    const names = columnNames(source.plan.schema).filter((name) => !name.startsWith(HIDDEN));
    return putIn(node, names, windows);
  } catch (error) {
    throw explained(error, '');
  }
}

/** The expression with columns and windows in the place of what stands for them. */
function putIn(node: Expr, names: readonly string[], windows: WindowProperties): readonly Expr[] {
  return inList(node);

  function inList(item: unknown): readonly Expr[] {
    const kind = isNode(item) ? deferredKind(item) : null;
    // Everything under a node that is no deferred expression keeps its form.
    if (kind === null) return [inside(item) as Expr];
    return isStar(item as Expr)
      ? names.map((name) => identifier(name))
      : replacement(kind, (item as Call).args as readonly Expr[], names, windows);
  }

  function inside(value: unknown): unknown {
    if (Array.isArray(value)) return value.flatMap(inList);
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
    const entries = Object.entries(value).map(([key, child]) => [key, operand(child)]);
    return Object.fromEntries(entries);
  }

  function operand(child: unknown): unknown {
    if (!isNode(child) || deferredKind(child) === null) return inside(child);
    const [one, ...others] = inList(child);
    if (one !== undefined && others.length === 0) return one;
    throw invalidArgument('An operand', 'one value', 'several columns');
  }
}

function isNode(value: unknown): value is Expr {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function hasDeferred(node: Expr): boolean {
  if (node.kind === 'Identifier') return isStar(node);
  let found = false;
  visitSyntax(node, (expr) => {
    if (deferredKind(expr) !== null) found = true;
    return !found;
  });
  return found;
}

function replacement(
  kind: Deferred,
  args: readonly Expr[],
  names: readonly string[],
  windows: WindowProperties,
): readonly Expr[] {
  switch (kind) {
    case 'range':
      return chosen([callOf([DEFERRED.range], args)], names).map((name) => identifier(name));
    case 'with':
      return chosen(args, names).map((name) => identifier(name));
    case 'without': {
      const without = new Set(chosen(args, names));
      return names.filter((name) => !without.has(name)).map((name) => identifier(name));
    }
    case 'start':
    case 'end':
    case 'rowtime':
    case 'proctime':
      return [windowProperty(args[0]!, kind, windows)];
    case 'flatten':
    case 'rows':
    case 'argument':
    case 'descriptor':
      throw invalidArgument('An operand', 'a value', NO_VALUES[kind]);
  }
}

/** What stands for no value, in words. */
const NO_VALUES = {
  flatten: 'several columns',
  rows: 'rows',
  argument: 'the argument of a parameter',
  descriptor: 'a descriptor',
} as const;

function windowProperty(node: Expr, property: WindowProperty, windows: WindowProperties): Expr {
  const name = node.kind === 'Identifier' ? node.parts.join('.') : '';
  const propertyOf = windows.get(name);
  if (propertyOf !== undefined) return propertyOf(property);
  const hint = didYouMean(name, windows.keys());
  throw validationError('WINDOW_NOT_FOUND', { name }, { hint });
}

/** The columns that a selection names, by name, by position from 1, or from one to another. */
function chosen(args: readonly Expr[], names: readonly string[]): readonly string[] {
  return args.flatMap((arg) => {
    if (isStar(arg)) return names;
    if (deferredKind(arg) !== 'range') return [names[place(arg, names)]!];
    const [from, to] = (arg as Call).args.map((end) => place(end as Expr, names));
    return names.slice(from, to! + 1);
  });
}

function place(arg: Expr, names: readonly string[]): number {
  if (arg.kind === 'NumberLiteral') {
    const position = Number(arg.text);
    if (position >= 1 && position <= names.length) return position - 1;
    throw invalidArgument('The position of a column', `from 1 to ${names.length}`, position);
  }
  const column =
    arg.kind === 'StringLiteral' ? arg.value : arg.kind === 'Identifier' ? arg.parts.join('.') : '';
  const index = names.indexOf(column);
  if (index >= 0) return index;
  const hint = didYouMean(column, names);
  throw validationError('COLUMN_NOT_FOUND', { column, scope: 'the input' }, { hint });
}
