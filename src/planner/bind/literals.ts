import { unreachable } from '../../common/assert.ts';
import { validationError } from '../../common/errors.ts';
import type { Literal } from '../../expr/expr.ts';
import type { StatementContext } from '../../functions/definition.ts';
import type {
  BinaryLiteral,
  BooleanLiteral,
  IntervalLiteral,
  NullLiteral,
  NumberLiteral,
  StringLiteral,
  TemporalLiteral,
} from '../../parser/ast/expressions.ts';
import { type DataType, DECIMAL_PRECISION_MAX, withNullable } from '../../types/data-type.ts';
import { parseDate, parseTime, parseTimestamp } from '../../types/time.ts';
import { localToInstant, timeZone } from '../../types/time-zone.ts';
import * as types from '../../types/types.ts';
import { nullOf, text } from './coerce.ts';
import { bindInterval } from './intervals.ts';

/** The syntax of constants. */
export type SyntaxLiteral =
  | NullLiteral
  | BooleanLiteral
  | NumberLiteral
  | StringLiteral
  | BinaryLiteral
  | TemporalLiteral
  | IntervalLiteral;

/** The constant that a literal means. Errors: INVALID_LITERAL, INVALID_TYPE. */
export function bindLiteral(
  literal: SyntaxLiteral,
  context: Pick<StatementContext, 'timeZone'>,
): Literal {
  switch (literal.kind) {
    case 'NullLiteral':
      return nullOf(types.NULL);
    case 'BooleanLiteral':
      return literal.value === null
        ? nullOf(types.BOOLEAN)
        : constant(types.BOOLEAN, literal.value);
    case 'NumberLiteral':
      return bindNumber(literal, false);
    case 'StringLiteral':
      return text(literal.value);
    case 'BinaryLiteral':
      return constant(types.binary(literal.value.length), literal.value);
    case 'TemporalLiteral':
      return bindTemporal(literal, context);
    case 'IntervalLiteral':
      return bindInterval(literal);
    default:
      return unreachable(literal);
  }
}

const INT_LIMIT = 2n ** 31n;
const BIGINT_LIMIT = 2n ** 63n;

/**
 * A number, or its opposite: `12` is INT, else BIGINT, else DECIMAL; `1.5` is DECIMAL, `1e0`
 * DOUBLE. The sign is known so that the least INT and BIGINT keep their types.
 */
export function bindNumber(literal: NumberLiteral, negative: boolean): Literal {
  if (literal.form === 'approximate') {
    const value = Number(literal.text);
    if (!Number.isFinite(value)) throw invalidNumber(literal, 'DOUBLE');
    return constant(types.DOUBLE, negative ? -value : value);
  }
  const [whole = '', fraction = ''] = literal.text.split('.');
  const magnitude = BigInt(`${whole}${fraction}`);
  const value = negative ? -magnitude : magnitude;
  if (fraction === '') {
    if (value >= -INT_LIMIT && value < INT_LIMIT) return constant(types.INT, Number(value));
    if (value >= -BIGINT_LIMIT && value < BIGINT_LIMIT) return constant(types.BIGINT, value);
  }
  // Leading zeros of an integer do not count; those before a point do, as in Flink.
  const digits = fraction === '' ? String(magnitude).length : whole.length + fraction.length;
  if (digits > DECIMAL_PRECISION_MAX) throw invalidNumber(literal, 'DECIMAL');
  return constant(types.decimal(digits, fraction.length), value);
}

function bindTemporal(
  literal: TemporalLiteral,
  context: Pick<StatementContext, 'timeZone'>,
): Literal {
  const digits = /\.(\d+)\s*$/.exec(literal.text)?.[1]?.length ?? 0;
  const precision = Math.min(digits, 9);
  switch (literal.type) {
    case 'DATE':
      return parsed(literal, types.DATE, parseDate(literal.text));
    case 'TIME':
      return parsed(literal, types.time(precision), parseTime(literal.text));
    case 'TIMESTAMP':
      return parsed(literal, types.timestamp(precision), parseTimestamp(literal.text));
    case 'TIMESTAMP_LTZ': {
      const local = parseTimestamp(literal.text);
      const instant = local === null ? null : localToInstant(local, timeZone(context.timeZone));
      return parsed(literal, types.timestampLtz(precision), instant);
    }
    default:
      return unreachable(literal.type);
  }
}

function parsed(literal: TemporalLiteral, type: DataType, value: unknown): Literal {
  if (value !== null) return constant(type, value);
  throw validationError(
    'INVALID_LITERAL',
    { text: literal.text, type: literal.type },
    { span: literal.span },
  );
}

function constant(type: DataType, value: unknown): Literal {
  return { kind: 'Literal', type: withNullable(type, false), value };
}

function invalidNumber(literal: NumberLiteral, type: string) {
  return validationError('INVALID_LITERAL', { text: literal.text, type }, { span: literal.span });
}
