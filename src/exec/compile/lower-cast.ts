import { wrapTo } from '../../functions/builtin/lowering/arithmetic.ts';
import { scaleOf } from '../../functions/builtin/lowering/comparison.ts';
import {
  digitsOf,
  digitsToDouble,
  fitDigits,
  rescaleDigits,
} from '../../functions/builtin/lowering/decimal.ts';
import { floorDivide } from '../../functions/builtin/lowering/temporal.ts';
import { both, i64, loweredType, not, ZERO } from '../../functions/lowered.ts';
import type { Code, LoweredValue } from '../../functions/lowering.ts';
import { canCast, keepsValues } from '../../types/casts.ts';
import type { DataType, TypeOfKind } from '../../types/data-type.ts';
import { pow10 } from '../../types/decimal.ts';
import { isInteger } from '../../types/families.ts';
import type { LoopBuilder } from './loop-builder.ts';

const DAY_MICROS = 86_400_000_000n;

/** Emits a cast between types of fixed width; null for casts that the interpreter does. */
export function lowerCast(
  loop: LoopBuilder,
  value: LoweredValue,
  to: DataType,
): LoweredValue | null {
  const from = value.type;
  const local = loweredType(to);
  if (local === null) return null;
  if (from.kind === 'NULL') {
    return { type: to, code: [`${local}.const`, 0], high: null, valid: ZERO };
  }
  if (!canCast(from, to)) return null;
  if (keepsValues(from, to) && loweredType(from) === local) return { ...value, type: to };
  const converted = loop.guard(value.valid, () => convert(loop, value, to));
  if (converted === null) return null;
  if (!('code' in converted)) {
    return { type: to, code: converted, high: null, valid: value.valid };
  }
  return { ...converted, valid: both(value.valid, converted.valid) };
}

/** The casts here fail for no value, so that TRY_CAST is the same. */
function convert(loop: LoopBuilder, value: LoweredValue, to: DataType): Code | LoweredValue | null {
  const from = value.type;
  if (isInteger(from)) return fromInteger(loop, value, to);
  switch (from.kind) {
    case 'BOOLEAN':
      return isInteger(to) && to.kind !== 'BIGINT' ? value.code : fromBoolean(value, to);
    case 'DECIMAL':
      return fromDecimal(loop, value, from, to);
    case 'FLOAT':
    case 'DOUBLE':
      return fromFloating(value, to);
    case 'DATE':
      if (to.kind !== 'TIMESTAMP' || loweredType(to) !== 'i64') return null;
      return ['i64.mul', ['i64.extend_i32_s', value.code], i64(DAY_MICROS)];
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return fromTimestamp(loop, value, from, to);
    default:
      return null;
  }
}

function fromInteger(
  loop: LoopBuilder,
  value: LoweredValue,
  to: DataType,
): Code | LoweredValue | null {
  const wide = value.type.kind === 'BIGINT';
  const source = wide ? 'i64' : 'i32';
  switch (to.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
      return wrapTo(to, wide ? ['i32.wrap_i64', value.code] : value.code);
    case 'BIGINT':
      return wide ? value.code : ['i64.extend_i32_s', value.code];
    case 'FLOAT':
      return [`f32.convert_${source}_s`, value.code];
    case 'DOUBLE':
      return [`f64.convert_${source}_s`, value.code];
    case 'BOOLEAN':
      return not([`${source}.eqz`, value.code]);
    case 'DECIMAL':
      return toDecimal(loop, value, to);
    default:
      return null;
  }
}

function fromBoolean(value: LoweredValue, to: DataType): Code | null {
  switch (to.kind) {
    case 'BIGINT':
      return ['i64.extend_i32_u', value.code];
    case 'FLOAT':
      return ['f32.convert_i32_s', value.code];
    case 'DOUBLE':
      return ['f64.convert_i32_s', value.code];
    default:
      return null;
  }
}

function fromDecimal(
  loop: LoopBuilder,
  value: LoweredValue,
  from: TypeOfKind<'DECIMAL'>,
  to: DataType,
): Code | LoweredValue | null {
  if (to.kind === 'DECIMAL') return toDecimal(loop, value, to);
  const digits = digitsOf(loop, value);
  if (digits === null || digits.high !== null) return null;
  if (to.kind === 'DOUBLE') return digitsToDouble(loop, digits, from.scale);
  if (to.kind === 'FLOAT') {
    const double = digitsToDouble(loop, digits, from.scale);
    return double === null ? null : ['f32.demote_f64', double];
  }
  if (!isInteger(to) || from.scale > 18) return null;
  const whole: Code = ['i64.div_s', digits.low, i64(pow10(from.scale))];
  return to.kind === 'BIGINT' ? whole : wrapTo(to, ['i32.wrap_i64', whole]);
}

function fromFloating(value: LoweredValue, to: DataType): Code | null {
  const source = value.type.kind === 'FLOAT' ? 'f32' : 'f64';
  switch (to.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
      return wrapTo(to, [`i32.trunc_sat_${source}_s`, value.code]);
    case 'BIGINT':
      return [`i64.trunc_sat_${source}_s`, value.code];
    case 'FLOAT':
      return ['f32.demote_f64', value.code];
    case 'DOUBLE':
      return ['f64.promote_f32', value.code];
    default:
      return null;
  }
}

/** Between zones of time the interpreter goes. */
function fromTimestamp(
  loop: LoopBuilder,
  value: LoweredValue,
  from: TypeOfKind<'TIMESTAMP' | 'TIMESTAMP_LTZ'>,
  to: DataType,
): Code | null {
  if (to.kind === 'DATE' && from.kind === 'TIMESTAMP') {
    return ['i32.wrap_i64', floorDivide(loop, value.code, DAY_MICROS)];
  }
  if (to.kind !== from.kind || loweredType(to) !== 'i64') return null;
  const unit = pow10(Math.max(0, 6 - to.precision));
  return ['i64.mul', floorDivide(loop, value.code, unit), i64(unit)];
}

function toDecimal(
  loop: LoopBuilder,
  value: LoweredValue,
  to: TypeOfKind<'DECIMAL'>,
): LoweredValue | null {
  const digits = digitsOf(loop, value);
  if (digits === null) return null;
  const rescaled = rescaleDigits(loop, digits, scaleOf(value.type), to.scale);
  return rescaled === null ? null : fitDigits(rescaled, to);
}
