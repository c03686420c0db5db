import type * as arrow from 'apache-arrow';
import { validationError } from '../../common/errors.ts';
import { type DataType, DECIMAL_PRECISION_INT64 } from '../../types/data-type.ts';
import { TypeId } from './types.ts';

/** Nanoseconds in Arrow's time units: s, ms, us, ns. */
const UNIT_NANOS = [1_000_000_000n, 1_000_000n, 1000n, 1n] as const;
const MILLISECOND = 1;
const MICROSECOND = 2;
const NANOS_PER_MS = 1_000_000n;
const MS_PER_DAY = 86_400_000;

/** Whether the values of an Arrow type lie in memory exactly as our column's. */
export function sameBytes(source: arrow.DataType, type: DataType): boolean {
  switch (source.typeId as number) {
    case TypeId.Int: {
      const { isSigned, bitWidth } = source as arrow.Int;
      return isSigned && INT_BITS[type.kind] === bitWidth;
    }
    case TypeId.Float: {
      const { precision } = source as arrow.Float;
      return (
        (precision === 2 && type.kind === 'DOUBLE') || (precision === 1 && type.kind === 'FLOAT')
      );
    }
    case TypeId.Decimal: {
      const { bitWidth, scale } = source as arrow.Decimal;
      if (type.kind !== 'DECIMAL' || type.scale !== scale) return false;
      return (type.precision > DECIMAL_PRECISION_INT64 ? 128 : 64) === bitWidth;
    }
    case TypeId.Date:
      return (source as arrow.Date_).unit === 0;
    case TypeId.Time:
      return (source as arrow.Time).unit === MILLISECOND;
    case TypeId.Timestamp:
      return (
        (source as arrow.Timestamp).unit === MICROSECOND &&
        (type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ') &&
        type.precision <= 6
      );
    case TypeId.Duration:
      return (source as arrow.Duration).unit === MILLISECOND;
    case TypeId.Interval:
      return (source as arrow.Interval).unit === 0;
    default:
      return false;
  }
}

const INT_BITS: Partial<Record<DataType['kind'], number>> = {
  TINYINT: 8,
  SMALLINT: 16,
  INT: 32,
  BIGINT: 64,
};

/**
 * What reads the internal value of a row of Arrow data whose bytes are not ours.
 * Errors: ValidationError NOT_SUPPORTED when the types do not fit each other.
 */
export function valueReader(data: arrow.Data, type: DataType): (row: number) => unknown {
  const values = data.values as ArrayLike<number> & ArrayLike<bigint>;
  const source = data.type;
  const kind = type.kind;
  switch (source.typeId as number) {
    case TypeId.Int:
      if (kind === 'DECIMAL' || kind === 'BIGINT') return (row) => BigInt(values[row]!);
      if (kind in INT_BITS) return (row) => Number(values[row]);
      break;
    case TypeId.Float:
      if (kind !== 'FLOAT' && kind !== 'DOUBLE') break;
      if ((source as arrow.Float).precision !== 0) return (row) => values[row];
      return (row) => fromFloat16(values[row]!);
    case TypeId.Decimal:
      if (kind === 'DECIMAL') return decimalReader(data);
      break;
    case TypeId.Date:
      if (kind === 'DATE') return (row) => Math.floor(Number(values[row]) / MS_PER_DAY);
      break;
    case TypeId.Time: {
      const nanos = UNIT_NANOS[(source as arrow.Time).unit] ?? 1n;
      if (kind === 'TIME') return (row) => Number((BigInt(values[row]!) * nanos) / NANOS_PER_MS);
      break;
    }
    case TypeId.Timestamp: {
      const nanos = UNIT_NANOS[(source as arrow.Timestamp).unit] ?? 1n;
      if (kind === 'TIMESTAMP' || kind === 'TIMESTAMP_LTZ') {
        return (row) => BigInt(values[row]!) * nanos;
      }
      break;
    }
    case TypeId.Duration: {
      const nanos = UNIT_NANOS[(source as arrow.Duration).unit] ?? 1n;
      if (kind === 'INTERVAL_DAY_TIME') {
        return (row) => (BigInt(values[row]!) * nanos) / NANOS_PER_MS;
      }
      break;
    }
    case TypeId.Interval:
      if (kind === 'INTERVAL_DAY_TIME') {
        return (row) => BigInt(values[2 * row]! * MS_PER_DAY + values[2 * row + 1]!);
      }
  }
  throw validationError('NOT_SUPPORTED', {
    feature: `Reading the Arrow type ${source} as ${type.kind}`,
    reason: 'its values are of another kind',
  });
}

/** Unscaled digits from words of 32 bits, low word first. */
function decimalReader(data: arrow.Data): (row: number) => bigint {
  const words = data.values as Uint32Array;
  const perRow = (data.type as arrow.Decimal).bitWidth / 32;
  return (row) => {
    let digits = 0n;
    for (let i = perRow - 1; i >= 0; i--)
      digits = (digits << 32n) | BigInt(words[row * perRow + i]!);
    return BigInt.asIntN(32 * perRow, digits);
  };
}

/** The number that 16 bits of IEEE 754 stand for. */
function fromFloat16(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits >> 15 === 0 ? 1 : -1;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
