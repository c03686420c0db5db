import type { Expr } from '../../expr/expr.ts';
import { contains } from '../../expr/tree.ts';

/** Functions that never fail, whatever their arguments: they may run for rows that do not count. */
const TOTAL = new Set([
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'AND',
  'OR',
  'NOT',
  'IN',
  'IS NULL',
  'IS NOT NULL',
  'IS TRUE',
  'IS NOT TRUE',
  'IS FALSE',
  'IS NOT FALSE',
  'IS UNKNOWN',
  'IS NOT UNKNOWN',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
  'COALESCE',
  'IF',
  'IFNULL',
  'NULLIF',
  'LIKE',
  'UPPER',
  'LOWER',
  'TRIM',
  'CHAR_LENGTH',
  '||',
]);

/** Whether evaluating an expression cannot raise an error for any row. */
export function cannotFail(expr: Expr): boolean {
  return !contains(
    expr,
    (e) =>
      e.kind === 'Cast' ||
      e.kind === 'Parameter' ||
      (e.kind === 'Call' &&
        !(e.definition.body.kind === 'builtin' && TOTAL.has(e.definition.name))),
  );
}
