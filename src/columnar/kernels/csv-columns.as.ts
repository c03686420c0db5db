// Reads fields that csv-scan.as.ts found into column buffers.
//
// `fields` is the address of a row's entry before the field; rows are `stride` entries apart.
// `shape`: bits 0-7 the quote or 0, bits 8-15 the escape or 0, bit 16: the field is the line's last.
// Values that are not written the plain way are left to the caller: their rows go to `slow`.

const LAST_FIELD: i32 = 1 << 16;

const KIND_I8 = 0;
const KIND_I16 = 1;
const KIND_I32 = 2;
const KIND_I64 = 3;
const KIND_DECIMAL = 4;
const KIND_F32 = 5;
const KIND_F64 = 6;
const KIND_DATE = 7;
const KIND_TIMESTAMP = 8;
const KIND_TIMESTAMP_LTZ = 9;
const KIND_BOOL = 10;

/** The end of a field, without the carriage return of a line's last one. */
@inline
function fieldEnd(start: usize, end: usize, shape: i32): usize {
  return (shape & LAST_FIELD) != 0 && end > start && load<u8>(end - 1) == 13 ? end - 1 : end;
}

/** Whether a field begins and ends with the quote. */
@inline
function isQuoted(start: usize, end: usize, shape: i32): bool {
  const quote: i32 = shape & 255;
  return quote != 0 && end > start + 1 && <i32>load<u8>(start) == quote && <i32>load<u8>(end - 1) == quote;
}

@inline
function isNull(start: usize, end: usize, nullAt: usize, nullLength: i32): bool {
  if (<i32>(end - start) != nullLength) return false;
  return memory.compare(start, nullAt, <usize>nullLength) == 0;
}

/**
 * Fixed-width values: numbers, dates, timestamps, booleans (as bits). `unit`: the scale of a
 * decimal, the precision of a timestamp. `nullLength` is -1 without a null literal. The words at
 * `out` get the number of NULLs and of slow rows; NULL and slow rows have no validity bit.
 */
export function csvFixed(
  kind: i32, fields: usize, stride: i32, rows: i32, shape: i32, nullAt: usize, nullLength: i32,
  unit: i32, limit: i64, values: usize, validity: usize, slow: usize, out: usize,
): void {
  const step = <usize>stride << 2;
  let at = fields;
  let nulls = 0;
  let slowRows = 0;
  let bits: u32 = 0;
  let trues: u32 = 0;
  for (let row = 0; row < rows; row++, at += step) {
    let start = <usize>load<u32>(at) + 1;
    let end = fieldEnd(start, <usize>load<u32>(at, 4), shape);
    if (isQuoted(start, end, shape)) {
      start++;
      end--;
    }
    if (<isize>start < <isize>end) {
      if (load<u8>(start) == 32 || load<u8>(end - 1) == 32) {
        while (start < end && load<u8>(start) == 32) start++;
        while (start < end && load<u8>(end - 1) == 32) end--;
      }
    }
    let state = 1;
    if (start >= end || (nullLength > 0 && isNull(start, end, nullAt, nullLength))) {
      state = 0;
      nulls++;
    } else if (kind == KIND_BOOL) {
      const flag = parseBool(start, end);
      if (flag < 0) state = 2;
      else trues |= <u32>flag << (row & 7);
    } else if (kind == KIND_F64 || kind == KIND_F32) {
      const value = parseDouble(start, end);
      if (value != value) state = 2;
      else if (kind == KIND_F64) store<f64>(values + (<usize>row << 3), value);
      else store<f32>(values + (<usize>row << 2), <f32>value);
    } else {
      const value = kind == KIND_DECIMAL ? parseDecimal(start, end, unit)
        : kind < KIND_DECIMAL ? parseInteger(start, end)
        : kind == KIND_DATE ? parseDate(start, end)
        : parseTimestamp(start, end, unit, kind == KIND_TIMESTAMP_LTZ);
      if (value > limit || value < -limit - <i64>(kind < KIND_DECIMAL)) state = 2;
      else storeInteger(kind, values, row, value);
    }
    if (state == 1) {
      bits |= 1 << (row & 7);
    } else {
      // Rows without a value hold 0, so that nothing computed from them traps.
      if (kind < KIND_BOOL) storeZero(kind, values, row);
    }
    if (state == 2) {
      store<u32>(slow + (<usize>slowRows << 2), row);
      slowRows++;
    }
    if ((row & 7) == 7) {
      store<u8>(validity + (row >> 3), <u8>bits);
      bits = 0;
      if (kind == KIND_BOOL) {
        store<u8>(values + (row >> 3), <u8>trues);
        trues = 0;
      }
    }
  }
  if ((rows & 7) != 0) {
    store<u8>(validity + (rows >> 3), <u8>bits);
    if (kind == KIND_BOOL) store<u8>(values + (rows >> 3), <u8>trues);
  }
  store<u32>(out, nulls);
  store<u32>(out, slowRows, 4);
}

@inline
function storeInteger(kind: i32, values: usize, row: i32, value: i64): void {
  if (kind == KIND_DECIMAL || kind == KIND_I64 || kind >= KIND_TIMESTAMP) {
    store<i64>(values + (<usize>row << 3), value);
  } else if (kind == KIND_I32 || kind == KIND_DATE) {
    store<i32>(values + (<usize>row << 2), <i32>value);
  } else if (kind == KIND_I16) {
    store<i16>(values + (<usize>row << 1), <i16>value);
  } else {
    store<i8>(values + row, <i8>value);
  }
}

@inline
function storeZero(kind: i32, values: usize, row: i32): void {
  if (kind == KIND_F64) store<f64>(values + (<usize>row << 3), 0);
  else if (kind == KIND_F32) store<f32>(values + (<usize>row << 2), 0);
  else storeInteger(kind, values, row, 0);
}

/** What stands for "not written the plain way": it fits no limit. */
const SLOW = i64.MIN_VALUE;

@inline
function parseInteger(start: usize, end: usize): i64 {
  const first: u32 = load<u8>(start);
  const negative = first == 45;
  let at = negative || first == 43 ? start + 1 : start;
  if (at == end || end - at > 18) return SLOW;
  let value: i64 = 0;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit > 9) return SLOW;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

@inline
function parseDecimal(start: usize, end: usize, scale: i32): i64 {
  const first: u32 = load<u8>(start);
  const negative = first == 45;
  let at = negative || first == 43 ? start + 1 : start;
  if (at == end || end - at > 19) return SLOW;
  let value: i64 = 0;
  let digits = 0;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit > 9) break;
    value = value * 10 + digit;
    digits++;
  }
  let missing = scale;
  if (at < end) {
    if (load<u8>(at) != 46) return SLOW;
    at++;
    const fraction = <i32>(end - at);
    if (fraction > scale) return SLOW;
    for (; at < end; at++) {
      const digit = <u32>load<u8>(at) - 48;
      if (digit > 9) return SLOW;
      value = value * 10 + digit;
      digits++;
    }
    missing -= fraction;
  }
  if (digits == 0 || digits + missing > 18) return SLOW;
  for (; missing > 0; missing--) value *= 10;
  return negative ? -value : value;
}

/** Ten to a power of 0 to 22: exact, as are all its partial products. */
@inline
function pow10(power: i32): f64 {
  return (power & 1 ? 1e1 : 1.0) * (power & 2 ? 1e2 : 1.0) * (power & 4 ? 1e4 : 1.0) *
    (power & 8 ? 1e8 : 1.0) * (power & 16 ? 1e16 : 1.0);
}

/** A double whose digits and power are both exact, so that one operation rounds right; else NaN. */
@inline
function parseDouble(start: usize, end: usize): f64 {
  const first: u32 = load<u8>(start);
  const negative = first == 45;
  let at = negative || first == 43 ? start + 1 : start;
  let digits: u64 = 0;
  let count = 0;
  let power = 0;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit > 9) break;
    digits = digits * 10 + digit;
    count++;
  }
  if (at < end && load<u8>(at) == 46) {
    at++;
    const fraction = at;
    for (; at < end; at++) {
      const digit = <u32>load<u8>(at) - 48;
      if (digit > 9) break;
      digits = digits * 10 + digit;
      count++;
    }
    power = -<i32>(at - fraction);
  }
  if (count == 0 || count > 18 || digits > 9007199254740992) return NaN;
  if (at < end) {
    if ((load<u8>(at) | 32) != 101) return NaN;
    const exponent = parseInteger(at + 1, end);
    if (at + 1 >= end || exponent > 400 || exponent < -400) return NaN;
    power += <i32>exponent;
  }
  if (power > 22 || power < -22) return NaN;
  const value = power < 0 ? <f64>digits / pow10(-power) : <f64>digits * pow10(power);
  return negative ? -value : value;
}

/** Two digits, or a number of at least 1000. */
@inline
function twoDigits(at: usize): u32 {
  const tens = <u32>load<u8>(at) - 48;
  const ones = <u32>load<u8>(at, 1) - 48;
  return tens > 9 || ones > 9 ? 1000 : tens * 10 + ones;
}

/** Days since 1970 of `yyyy-MM-dd`. */
@inline
function parseDate(start: usize, end: usize): i64 {
  return end - start == 10 ? daysAt(start) : SLOW;
}

function daysAt(start: usize): i64 {
  const century = twoDigits(start);
  const inCentury = twoDigits(start + 2);
  const month = twoDigits(start + 5);
  const day = twoDigits(start + 8);
  if (load<u8>(start, 4) != 45 || load<u8>(start, 7) != 45) return SLOW;
  if (century > 99 || inCentury > 99 || month - 1 > 11 || day - 1 > 30) return SLOW;
  const year = century * 100 + inCentury;
  if (year == 0) return SLOW;
  const leap = (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
  const longest: u32 = month == 2 ? (leap ? 29 : 28) : 30 + ((month + (month >> 3)) & 1);
  if (day > longest) return SLOW;
  // Years that begin in March: their last day is the leap day.
  const shifted = month > 2 ? month - 3 : month + 9;
  const y = <i32>(month > 2 ? year : year - 1);
  const era = y / 400;
  const inEra = y - era * 400;
  const dayOfYear = (153 * shifted + 2) / 5 + day - 1;
  return <i64>(era * 146097 + inEra * 365 + inEra / 4 - inEra / 100 + <i32>dayOfYear - 719468);
}

/** Microseconds since 1970 of `yyyy-MM-dd HH:mm:ss[.f]`, with `T` for the space; `Z` when `zoned`. */
function parseTimestamp(start: usize, end: usize, precision: i32, zoned: bool): i64 {
  if (zoned && end > start && load<u8>(end - 1) == 90) end--;
  else if (zoned) return SLOW;
  const length = <i32>(end - start);
  if (length < 19) return SLOW;
  const days = daysAt(start);
  const separator = load<u8>(start, 10);
  const hour = twoDigits(start + 11);
  const minute = twoDigits(start + 14);
  const second = twoDigits(start + 17);
  if (days == SLOW || (separator != 32 && separator != 84)) return SLOW;
  if (load<u8>(start, 13) != 58 || load<u8>(start, 16) != 58) return SLOW;
  if (hour > 23 || minute > 59 || second > 59) return SLOW;
  let micros: u32 = 0;
  if (length > 19) {
    if (load<u8>(start, 19) != 46 || length < 21 || length > 29) return SLOW;
    let unit: u32 = 100000;
    for (let i = 20; i < length; i++) {
      const digit = <u32>load<u8>(start + <usize>i) - 48;
      if (digit > 9) return SLOW;
      if (i - 20 < precision) micros += digit * unit;
      unit /= 10;
    }
  }
  return days * 86400000000 + <i64>(hour * 3600 + minute * 60 + second) * 1000000 + <i64>micros;
}

/** 1 for true, 0 for false in any case, else -1. */
@inline
function parseBool(start: usize, end: usize): i32 {
  const length = end - start;
  const word = load<u32>(start) | 0x20202020;
  if (length == 4 && word == 0x65757274) return 1;
  if (length == 5 && word == 0x736c6166 && (load<u8>(start, 4) | 0x20) == 101) return 0;
  return -1;
}
