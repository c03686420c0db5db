import { wrapTo } from '../../functions/builtin/lowering/arithmetic.ts';
import { scaleOf } from '../../functions/builtin/lowering/comparison.ts';
import {
  digitsOf,
  digitsToDouble,
  fitDigits,
  rescaleDigits,
} from '../../functions/builtin/lowering/decimal.ts';
import { both, i64, loweredType, not, ZERO } from '../../functions/lowered.ts';
import type { Code, LoweredValue } from '../../functions/lowering.ts';
import type { DataType } from '../../types/data-type.ts';
import { sameType } from '../../types/data-type.ts';
import { NANOS_PER_DAY } from '../../types/time.ts';
import type { LoopBuilder } from './loop-builder.ts';

const MICROS_PER_DAY = i64(NANOS_PER_DAY / 1000n);

/** Emits a cast between types of fixed width; null for casts that the interpreter does. */
export function lowerCast(
  loop: LoopBuilder,
  value: LoweredValue,
  to: DataType,
  safe: boolean,
): LoweredValue | null {
  const from = value.type;
  const local = loweredType(to);
  if (local === null) return null;
  if (from.kind === 'NULL')
    return { type: to, code: [`${local}.const`, 0], high: null, valid: ZERO };
  if (sameType(from, to, false) || isSameStored(from, to)) return { ...value, type: to };
  // TRY_CAST differs where a cast fails; the casts below that can fail leave the row to others.
  if (safe && from.kind === 'DECIMAL' && to.kind !== 'DECIMAL') return null;
  const converted = loop.guard(value.valid, () => convert(loop, value, to));
  if (converted === null) return null;
  if (!('code' in converted)) return { type: to, code: converted, high: null, valid: value.valid };
  return { ...converted, valid: both(value.valid, converted.valid) };
}

/** Types that differ in their declaration alone. */
function isSameStored(from: DataType, to: DataType): boolean {
  if (from.kind !== to.kind) return false;
  return from.kind === 'INTERVAL_DAY_TIME' || from.kind === 'INTERVAL_YEAR_MONTH';
}

function convert(loop: LoopBuilder, value: LoweredValue, to: DataType): Code | LoweredValue | null {
  const from = value.type;
  if (to.kind === 'DECIMAL') return toDecimal(loop, value, to);
  if (from.kind === 'DECIMAL') {
    if (to.kind !== 'DOUBLE') return null;
    const digits = digitsOf(loop, value);
    return digits === null ? null : digitsToDouble(loop, digits, from.scale);
  }
  if (isInteger(from)) return fromInteger(value, to);
  if (from.kind === 'FLOAT' && to.kind === 'DOUBLE') return ['f64.promote_f32', value.code];
  if (from.kind === 'DOUBLE' && to.kind === 'FLOAT') return ['f32.demote_f64', value.code];
  if (from.kind === 'DATE' && to.kind === 'TIMESTAMP' && loweredType(to) === 'i64') {
    return ['i64.mul', ['i64.extend_i32_s', value.code], MICROS_PER_DAY];
  }
  if (from.kind === 'TIMESTAMP' && loweredType(from) === 'i64' && to.kind === 'DATE') {
    return ['i32.wrap_i64', floorDivide(loop, value.code, MICROS_PER_DAY)];
  }
  if (from.kind === 'BOOLEAN' && isInteger(to)) {
    return to.kind === 'BIGINT' ? ['i64.extend_i32_u', value.code] : value.code;
  }
  return null;
}

function toDecimal(
  loop: LoopBuilder,
  value: LoweredValue,
  to: DataType & { readonly kind: 'DECIMAL' },
): LoweredValue | null {
  const digits = digitsOf(loop, value);
  if (digits === null) return null;
  const rescaled = rescaleDigits(loop, digits, scaleOf(value.type), to.scale);
  return rescaled === null ? null : fitDigits(rescaled, to);
}

function fromInteger(value: LoweredValue, to: DataType): Code | null {
  const wide = value.type.kind === 'BIGINT';
  switch (to.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
      return wrapTo(to, wide ? ['i32.wrap_i64', value.code] : value.code);
    case 'BIGINT':
      return wide ? value.code : ['i64.extend_i32_s', value.code];
    case 'FLOAT':
      return [`f32.convert_${wide ? 'i64' : 'i32'}_s`, value.code];
    case 'DOUBLE':
      return [`f64.convert_${wide ? 'i64' : 'i32'}_s`, value.code];
    case 'BOOLEAN':
      return not([`${wide ? 'i64' : 'i32'}.eqz`, value.code]);
    default:
      return null;
  }
}

/** `a / b` rounded down, for a positive constant `b`. */
function floorDivide(loop: LoopBuilder, a: Code, b: Code): Code {
  const rest = loop.local('i64', ['i64.rem_s', a, b]);
  const below: Code = ['i64.extend_i32_u', ['i64.lt_s', rest, i64(0n)]];
  return ['i64.sub', ['i64.div_s', a, b], below];
}

function isInteger({ kind }: DataType): boolean {
  return kind === 'TINYINT' || kind === 'SMALLINT' || kind === 'INT' || kind === 'BIGINT';
}
