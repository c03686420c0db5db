import { pow10 } from '../../../types/decimal.ts';
import { i64, loweredType, ROUNDED_UP } from '../../lowered.ts';
import type { Code, CodeBuilder, LoweredValue, Lowering } from '../../lowering.ts';
import { type Digits, digitsOf, fitDigits, rescaleDigits } from './decimal.ts';

/** Lowers FLOOR and CEIL of numbers. */
export function lowerWhole(direction: 'floor' | 'ceil'): Lowering {
  return (builder, [value, ...rest], { result }) => {
    const local = loweredType(result);
    if (rest.length > 0 || local === null) return null;
    if (value!.type.kind === 'DECIMAL') {
      const cut = cutDigits(builder, value!, value!.type.scale, direction);
      return cut === null ? null : fitDigits(cut, result);
    }
    if (value!.type.kind !== result.kind) return null;
    if (local !== 'f32' && local !== 'f64') return value!;
    const code = builder.local(local, [`${local}.${direction}`, value!.code]);
    return { type: result, code, high: null, valid: null };
  };
}

/** Lowers ROUND and TRUNCATE of decimals and integers to a constant number of digits. */
export function lowerDigits(mode: 'round' | 'truncate'): Lowering {
  return (builder, [value, count], { result, literals }) => {
    const places = count === undefined ? 0 : literals[1];
    if (typeof places !== 'number' && typeof places !== 'bigint') return null;
    const { type } = value!;
    if (places < 0) return null;
    if (type.kind !== 'DECIMAL')
      return loweredType(type) === 'i32' || type.kind === 'BIGINT' ? value! : null;
    const dropped = type.scale - Number(places);
    if (dropped <= 0) return { ...value!, type: result };
    const digits = digitsOf(builder, value!);
    if (digits === null) return null;
    const cut =
      mode === 'round'
        ? rescaleDigits(builder, digits, type.scale, Number(places))
        : cutDigits(builder, value!, dropped, 'trunc');
    return cut === null ? null : fitDigits(cut, result);
  };
}

/** The number without its last digits; null when that needs a division of 128 bits. */
function cutDigits(
  builder: CodeBuilder,
  value: LoweredValue,
  count: number,
  direction: 'floor' | 'ceil' | 'trunc',
): Digits | null {
  const digits = digitsOf(builder, value);
  if (digits === null || count === 0) return digits;
  if (digits.high !== null || count > 18) return null;
  const unit = i64(pow10(count));
  const cut = builder.local('i64', ['i64.div_s', digits.low, unit]);
  const rest: Code = ['i64.rem_s', digits.low, unit];
  let low = cut;
  if (direction === 'floor') low = ['i64.sub', cut, flag(['i64.lt_s', rest, i64(0n)])];
  if (direction === 'ceil') low = ['i64.add', cut, flag(['i64.gt_s', rest, i64(0n)])];
  return {
    low: builder.local('i64', low),
    high: null,
    below: (digits.below / 10 ** count + 1) * ROUNDED_UP,
  };
}

function flag(condition: Code): Code {
  return ['i64.extend_i32_u', condition];
}
