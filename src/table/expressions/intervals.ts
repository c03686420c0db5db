import type { Expr, IntervalLiteral } from '../../parser/ast/expressions.ts';
import type { TimeUnit } from '../../parser/ast/node.ts';

/** An interval of so many units: a literal where the number is one. */
export function intervalOf(count: Expr, unit: TimeUnit | 'MILLI'): Expr {
  const negative = count.kind === 'Unary' && count.op === '-';
  const number = negative ? count.operand : count;
  if (number.kind === 'NumberLiteral' && number.form === 'integer') {
    if (unit !== 'MILLI') return literal(number.text, unit, negative);
    const digits = number.text.padStart(4, '0');
    return literal(`${digits.slice(0, -3)}.${digits.slice(-3)}`, 'SECOND', negative);
  }
  const one = unit === 'MILLI' ? literal('0.001', 'SECOND') : literal('1', unit);
  return { kind: 'Binary', op: '*', left: count, right: one, span: null };
}

function literal(text: string, from: TimeUnit, negative = false): IntervalLiteral {
  const qualifier = { from, to: null, precision: null, fraction: null };
  return { kind: 'IntervalLiteral', text, negative, qualifier, span: null };
}
