import { invalidArgument } from '../../common/arguments.ts';
import { didYouMean } from '../../common/diagnostics.ts';
import { validationError } from '../../common/errors.ts';
import type { OrderItem } from '../../parser/ast/queries.ts';
import { columnNames, rename } from '../../planner/logical/build.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import { type Attachments, merge, NOTHING } from '../expressions/attachments.ts';
import { requireName } from '../expressions/built-expression.ts';
import { identifier } from '../expressions/syntax.ts';
import { bindOperation } from './bind.ts';
import { type Items, itemsOf, resolvedOne, type Source } from './items.ts';
import { allRows, type Clauses, INPUT, type Item, query, select } from './query-syntax.ts';

/** Operations on the columns and rows of one table. */

/** Binds a SELECT over the source. */
export function bindSelect(source: Source, clauses: Clauses, held: Attachments): LogicalPlan {
  return bindOperation(source.session, select(clauses), new Map([[INPUT, source.plan]]), held);
}

/** `select`: a global aggregate where the items contain one. */
export function projection(source: Source, expressions: readonly unknown[]): LogicalPlan {
  const { items, held } = itemsOf(expressions, source);
  return bindSelect(source, { items }, held);
}

/** `where`. */
export function filtered(source: Source, predicate: unknown): LogicalPlan {
  const { node, held } = resolvedOne(predicate, source, 'The condition');
  return bindSelect(source, { where: node }, held);
}

/** `distinct`. */
export function distinctRows(source: Source): LogicalPlan {
  return bindSelect(source, { distinct: true }, NOTHING);
}

/** `as`: the first columns under other names. Errors: ALIAS_COLUMNS, DUPLICATE_COLUMN. */
export function aliased(source: Source, names: readonly string[]): LogicalPlan {
  for (const name of names) requireName(name);
  const own = columnNames(source.plan.schema);
  if (names.length > own.length) {
    throw validationError('ALIAS_COLUMNS', {
      alias: names.join(', '),
      given: names.length,
      columns: own.length,
    });
  }
  const all = [...names, ...own.slice(names.length)];
  requireDistinct(all);
  return rename(source.plan, all);
}

/** `addColumns`: Errors: DUPLICATE_COLUMN for one that is there already. */
export function withAdded(source: Source, expressions: readonly unknown[]): LogicalPlan {
  const { items, held } = itemsOf(expressions, source);
  const all = [...own(source), ...items];
  requireDistinct(all.map(nameOf));
  return bindSelect(source, { items: all }, held);
}

/** `addOrReplaceColumns`: those that are there already are replaced in their place. */
export function withReplaced(source: Source, expressions: readonly unknown[]): LogicalPlan {
  const { items, held }: Items = itemsOf(expressions, source);
  requireDistinct(items.map(nameOf));
  const names = new Set(columnNames(source.plan.schema));
  const replaced = own(source).map(
    (column) => items.find((item) => nameOf(item) === nameOf(column)) ?? column,
  );
  const added = items.filter((item) => !names.has(nameOf(item)));
  return bindSelect(source, { items: [...replaced, ...added] }, held);
}

/** `renameColumns`. Errors: COLUMN_NOT_FOUND, DUPLICATE_COLUMN. */
export function renamed(source: Source, expressions: readonly unknown[]): LogicalPlan {
  const { items } = itemsOf(expressions, source);
  const names = [...columnNames(source.plan.schema)];
  for (const item of items) {
    const { expr, alias } = item;
    if (expr.kind !== 'Identifier' || expr.parts.length !== 1 || alias === null) {
      throw invalidArgument(
        'A renamed column',
        "a column under a name, such as col('a').as('b')",
        nameOf(item),
      );
    }
    names[indexOf(expr.parts[0]!, source)] = alias;
  }
  requireDistinct(names);
  return rename(source.plan, names);
}

/** `dropColumns`. Errors: COLUMN_NOT_FOUND. */
export function withDropped(source: Source, expressions: readonly unknown[]): LogicalPlan {
  const { items } = itemsOf(expressions, source);
  const dropped = new Set(
    items.map((item) => {
      const { expr } = item;
      if (expr.kind !== 'Identifier')
        throw invalidArgument('A dropped column', 'a column', nameOf(item));
      return indexOf(expr.parts.join('.'), source);
    }),
  );
  const rest = own(source).filter((_, i) => !dropped.has(i));
  if (rest.length === 0) {
    throw invalidArgument('The columns to drop', 'some of the columns', 'all of them');
  }
  return bindSelect(source, { items: rest }, NOTHING);
}

/** `orderBy`. */
export function ordered(source: Source, expressions: readonly unknown[]): LogicalPlan {
  const { orderBy, held } = orderKeys(source, expressions);
  const inputs = new Map([[INPUT, source.plan]]);
  return bindOperation(source.session, query(allRows(), { orderBy }), inputs, held);
}

/** The keys of an order, and what they hold. */
export interface OrderKeys {
  readonly orderBy: readonly OrderItem[];
  readonly held: Attachments;
}

/** The keys of `orderBy`. */
export function orderKeys(source: Source, expressions: readonly unknown[]): OrderKeys {
  if (expressions.length === 0) {
    throw invalidArgument('The keys of orderBy', 'one expression or more', expressions);
  }
  const keys = expressions.map((key) => resolvedOne(key, source, 'A key of orderBy'));
  const orderBy = keys.map(
    ({ node: expr, descending }): OrderItem => ({
      kind: 'OrderItem',
      // A number is the value itself here, not the position of a column.
      expr:
        expr.kind === 'NumberLiteral'
          ? { kind: 'Unary', op: '+', operand: expr, span: null }
          : expr,
      descending,
      nulls: null,
      span: null,
    }),
  );
  return { orderBy, held: merge(keys.map((key) => key.held)) };
}

/** `offset` and `fetch`. Errors: INVALID_ARGUMENT for what is no number of rows. */
export function limited(source: Source, offset: number, rows: number | null): LogicalPlan {
  for (const count of [offset, rows ?? 0]) {
    if (Number.isSafeInteger(count) && count >= 0) continue;
    throw invalidArgument('A number of rows', 'a whole number from 0 on', count);
  }
  const limits = { ...(offset > 0 && { offset }), ...(rows !== null && { limit: rows }) };
  return bindOperation(
    source.session,
    query(allRows(), limits),
    new Map([[INPUT, source.plan]]),
    NOTHING,
  );
}

/** A column that holds a row as the row's fields; any other column as itself, named `f0`. */
export function flattenedColumn({ plan }: Source, column: string): readonly Item[] {
  const type = plan.schema.fields.find(({ name }) => name === column)?.type;
  const expr = identifier(column);
  if (type?.kind !== 'ROW') return [{ expr, alias: 'f0' }];
  return type.fields.map(({ name }) => ({
    expr: { kind: 'FieldAccess', operand: expr, field: name, span: null },
    alias: name,
  }));
}

/** The column of a name. Errors: COLUMN_NOT_FOUND. */
export function indexOf(column: string, { plan }: Source): number {
  requireName(column);
  const names = columnNames(plan.schema);
  const index = names.indexOf(column);
  if (index >= 0) return index;
  const hint = didYouMean(column, names);
  throw validationError('COLUMN_NOT_FOUND', { column, scope: 'the table' }, { hint });
}

/** The columns of a table as items. */
export function own({ plan }: Source): readonly Item[] {
  return columnNames(plan.schema).map((name) => ({ expr: identifier(name), alias: null }));
}

/** The name of the column that an item makes; empty where it has none. */
export function nameOf({ expr, alias }: Item): string {
  if (alias !== null) return alias;
  if (expr.kind === 'FieldAccess') return expr.field;
  return expr.kind === 'Identifier' ? expr.parts.at(-1)! : '';
}

/** Errors: DUPLICATE_COLUMN. */
export function requireDistinct(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const column of names) {
    if (seen.has(column)) throw validationError('DUPLICATE_COLUMN', { column });
    seen.add(column);
  }
}
