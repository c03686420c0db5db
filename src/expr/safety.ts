import { isInteger, isNumeric } from '../types/families.ts';
import type { Expr } from './expr.ts';
import { contains } from './tree.ts';

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

/** Integers wrap around, and decimals that do not fit are NULL. */
const TOTAL_OF_NUMBERS = new Set(['+', '-', '*', 'NEGATE']);

/** Whether evaluating an expression cannot raise an error for any row. */
export function cannotFail(expr: Expr): boolean {
  return !contains(expr, mayFail);
}

function mayFail(expr: Expr): boolean {
  switch (expr.kind) {
    case 'Parameter':
      return true;
    case 'Cast':
      // Every integer is a BIGINT and a DOUBLE.
      return !(isInteger(expr.input.type) && ['BIGINT', 'DOUBLE'].includes(expr.type.kind));
    case 'Call': {
      const { name, body } = expr.definition;
      if (body.kind !== 'builtin') return true;
      return !(TOTAL.has(name) || (TOTAL_OF_NUMBERS.has(name) && isNumeric(expr.type)));
    }
    default:
      return false;
  }
}
