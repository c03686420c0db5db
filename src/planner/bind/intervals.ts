import { validationError } from '../../common/errors.ts';
import type { Literal } from '../../expr/expr.ts';
import type { IntervalLiteral } from '../../parser/ast/expressions.ts';
import type { TimeUnit } from '../../parser/ast/node.ts';
import { withNullable } from '../../types/data-type.ts';
import { parseDayTime, parseYearMonth } from '../../types/interval.ts';
import { intervalType } from './types.ts';

/** Units that are so many of the unit of the type they have. */
const MULTIPLES: Partial<Record<TimeUnit, number>> = { QUARTER: 3, WEEK: 7 };

/** The constant of an INTERVAL literal. Errors: INVALID_LITERAL, INVALID_TYPE. */
export function bindInterval(literal: IntervalLiteral): Literal {
  const { qualifier, negative } = literal;
  const type = withNullable(intervalType(qualifier, literal), false);
  const factor = (MULTIPLES[qualifier.from] ?? 1) * (negative ? -1 : 1);
  if (type.kind === 'INTERVAL_YEAR_MONTH') {
    const months = parseYearMonth(literal.text, type.unit);
    if (months === null) throw invalid(literal);
    return { kind: 'Literal', type, value: months * factor };
  }
  if (type.kind !== 'INTERVAL_DAY_TIME') throw invalid(literal);
  const millis = parseDayTime(literal.text, type.unit);
  if (millis === null) throw invalid(literal);
  return { kind: 'Literal', type, value: millis * BigInt(factor) };
}

function invalid(literal: IntervalLiteral) {
  const { from, to } = literal.qualifier;
  const type = `INTERVAL ${from}${to === null ? '' : ` TO ${to}`}`;
  return validationError('INVALID_LITERAL', { text: literal.text, type }, { span: literal.span });
}
