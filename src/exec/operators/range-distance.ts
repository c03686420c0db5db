import type { FrameBound } from '../../expr/expr.ts';
import { comparatorOf } from '../../functions/compare.ts';
import type { StatementContext } from '../../functions/definition.ts';
import { addInterval, addMonths } from '../../functions/intervals.ts';
import type { DataType } from '../../types/data-type.ts';
import { decimalToNumber } from '../../types/decimal.ts';
import { isExactNumeric, isNumeric } from '../../types/families.ts';
import { MILLIS_PER_DAY, NANOS_PER_MILLI } from '../../types/time.ts';
import { BIGINT, DOUBLE, decimal } from '../../types/types.ts';

/** How far an end of a RANGE frame is from the order key. Values are internal and not NULL. */
export interface Distance {
  /** A key as something that can be compared. */
  measure(key: unknown): unknown;
  /** The end of the frame for a key. */
  shift(key: unknown): unknown;
  /** Negative when a key comes before an end in the order of the rows. */
  compare(key: unknown, end: unknown): number;
}

/** Nothing overflows: ends are computed with more digits than the keys have. */
export function distanceFrom(
  key: DataType,
  { offset, following }: Extract<FrameBound, { bound: 'offset' }>,
  descending: boolean,
  context: StatementContext,
): Distance {
  // Following rows have lesser keys where the order descends.
  const sign = following === descending ? -1 : 1;
  const { type, value } = offset;
  const { measure, add, measured } = isNumeric(key)
    ? numbers(key, type, value)
    : times(key, type, value, context);
  const order = comparatorOf(measured);
  return {
    measure,
    shift: (k) => add(k, sign),
    compare: descending ? (a, b) => order(b, a) : order,
  };
}

interface Scale {
  readonly measure: (key: unknown) => unknown;
  readonly add: (key: unknown, sign: 1 | -1) => unknown;
  /** A type whose order the measured keys have. */
  readonly measured: DataType;
}

function numbers(key: DataType, type: DataType, value: unknown): Scale {
  if (isExactNumeric(key) && isExactNumeric(type)) {
    const scale = Math.max(scaleOf(key), scaleOf(type));
    const factor = 10n ** BigInt(scale - scaleOf(key));
    const measure = (k: unknown) => BigInt(k as number | bigint) * factor;
    const by = BigInt(value as number | bigint) * 10n ** BigInt(scale - scaleOf(type));
    return { measure, add: (k, sign) => measure(k) + BigInt(sign) * by, measured: decimal(38, 0) };
  }
  const numberOf = (t: DataType) => (v: unknown) =>
    typeof v === 'bigint' ? decimalToNumber(v, scaleOf(t)) : (v as number);
  const measure = numberOf(key);
  const by = numberOf(type)(value);
  return { measure, add: (k, sign) => measure(k) + sign * by, measured: DOUBLE };
}

function scaleOf(type: DataType): number {
  return type.kind === 'DECIMAL' ? type.scale : 0;
}

function times(key: DataType, type: DataType, value: unknown, context: StatementContext): Scale {
  if (type.kind === 'INTERVAL_YEAR_MONTH') {
    const months = value as number;
    const measure = (k: unknown) => k;
    switch (key.kind) {
      case 'INTERVAL_YEAR_MONTH':
        return { measure, add: (k, sign) => (k as number) + sign * months, measured: key };
      case 'DATE':
        return { measure, add: (k, sign) => addMonths(k as number, sign * months), measured: key };
      default: {
        const add = addInterval(key, type, key, context);
        return { measure, add: (k, sign) => add(k as never, months as never, sign), measured: key };
      }
    }
  }
  const millis = value as bigint;
  // Nanoseconds for points in time, milliseconds for all else: a TIME is not cut at midnight.
  const unit = key.kind === 'TIMESTAMP' || key.kind === 'TIMESTAMP_LTZ' ? NANOS_PER_MILLI : 1n;
  const factor = key.kind === 'DATE' ? BigInt(MILLIS_PER_DAY) : 1n;
  const measure = (k: unknown) => BigInt(k as number | bigint) * factor;
  return { measure, add: (k, sign) => measure(k) + BigInt(sign) * millis * unit, measured: BIGINT };
}
