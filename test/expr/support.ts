import type { Column } from '../../src/columnar/column.ts';
import type { Expr } from '../../src/expr/expr.ts';
import { inputRef, literal } from '../../src/expr/tree.ts';
import type { StatementContext } from '../../src/functions/definition.ts';
import { callBuiltin } from '../../src/planner/bind/coerce.ts';
import { withNullable } from '../../src/types/data-type.ts';
import { BOOLEAN, char, INT } from '../../src/types/types.ts';

/** The context of statements in tests. */
export const CONTEXT: StatementContext = { timeZone: 'UTC', now: 0n, config: new Map() };

/** A call of an operator or function. */
export function fn(name: string, ...args: readonly Expr[]): Expr {
  return callBuiltin(name, args);
}

/** A literal that is not NULL: INT, CHAR or BOOLEAN. */
export function lit(value: number | string | boolean): Expr {
  if (typeof value === 'number') return literal(withNullable(INT, false), value);
  if (typeof value === 'boolean') return literal(withNullable(BOOLEAN, false), value);
  return literal(withNullable(char(value.length), false), value);
}

/** A nullable column of INT or BOOLEAN. */
export function col(index: number, type = INT as typeof INT | typeof BOOLEAN): Expr {
  return inputRef(index, type);
}

/** NULL of BOOLEAN. */
export const UNKNOWN: Expr = literal(BOOLEAN, null);

/** Columns of one row of internal values, as the interpreter reads them. */
export function row(...values: readonly unknown[]): readonly Column[] {
  return values.map((value) => ({ get: () => value }) as unknown as Column);
}

/** One branch of a CASE. */
export function branch(when: Expr, then: Expr) {
  return { when, then };
}
