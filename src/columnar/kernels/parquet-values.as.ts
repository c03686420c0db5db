// Turns Parquet's plain values into column values.

const COPY4 = 0;
const COPY8 = 1;
const I32_TO_I8 = 2;
const I32_TO_I16 = 3;
const I32_TO_I64 = 4;
const U32_TO_I64 = 5;
const I32_TO_I128 = 6;
const I64_TO_I128 = 7;
const U64_TO_I128 = 8;
const MILLIS_TO_MICROS = 9;
const NANOS_TO_MICROS = 10;
const NANOS_TO_TIMESTAMP128 = 11;
const INT96_TO_MICROS = 12;
const INT96_TO_TIMESTAMP128 = 13;
const MICROS_TO_MILLIS = 14;
const NANOS_TO_MILLIS = 15;
const BIG_ENDIAN_TO_I64 = 16;
const BIG_ENDIAN_TO_I128 = 17;
const HALF_TO_F32 = 18;

const JULIAN_EPOCH: i64 = 2440588;
const MICROS_PER_DAY: i64 = 86400000000;

@inline
function floorDiv(value: i64, unit: i64): i64 {
  const quotient = value / unit;
  return quotient * unit > value ? quotient - 1 : quotient;
}

@inline
function storePair(out: usize, i: i32, low: i64, high: i64): void {
  store<i64>(out + (<usize>i << 4), low);
  store<i64>(out + (<usize>i << 4), high, 8);
}

/**
 * Converts `count` values that lie back to back at `from`, of `size` bytes where the conversion
 * leaves that open. The values of a column of fewer bytes may overwrite their source.
 */
export function convertValues(conversion: i32, from: usize, size: i32, count: i32, out: usize): void {
  switch (conversion) {
    case COPY4: memory.copy(out, from, <usize>count << 2); break;
    case COPY8: memory.copy(out, from, <usize>count << 3); break;
    case I32_TO_I8:
      for (let i = 0; i < count; i++) store<i8>(out + i, load<i8>(from + (<usize>i << 2)));
      break;
    case I32_TO_I16:
      for (let i = 0; i < count; i++) store<i16>(out + (<usize>i << 1), load<i16>(from + (<usize>i << 2)));
      break;
    case I32_TO_I64:
      for (let i = 0; i < count; i++) store<i64>(out + (<usize>i << 3), load<i32>(from + (<usize>i << 2)));
      break;
    case U32_TO_I64:
      for (let i = 0; i < count; i++) store<i64>(out + (<usize>i << 3), load<u32>(from + (<usize>i << 2)));
      break;
    case I32_TO_I128:
      for (let i = 0; i < count; i++) {
        const value: i64 = load<i32>(from + (<usize>i << 2));
        storePair(out, i, value, value >> 63);
      }
      break;
    case I64_TO_I128:
      for (let i = 0; i < count; i++) {
        const value = load<i64>(from + (<usize>i << 3));
        storePair(out, i, value, value >> 63);
      }
      break;
    case U64_TO_I128:
      for (let i = 0; i < count; i++) storePair(out, i, load<i64>(from + (<usize>i << 3)), 0);
      break;
    case MILLIS_TO_MICROS:
      for (let i = 0; i < count; i++) {
        store<i64>(out + (<usize>i << 3), load<i64>(from + (<usize>i << 3)) * 1000);
      }
      break;
    case NANOS_TO_MICROS:
      for (let i = 0; i < count; i++) {
        store<i64>(out + (<usize>i << 3), floorDiv(load<i64>(from + (<usize>i << 3)), 1000));
      }
      break;
    case NANOS_TO_TIMESTAMP128:
      for (let i = 0; i < count; i++) {
        const value = load<i64>(from + (<usize>i << 3));
        const micros = floorDiv(value, 1000);
        storePair(out, i, micros, value - micros * 1000);
      }
      break;
    case INT96_TO_MICROS:
    case INT96_TO_TIMESTAMP128:
      for (let i = 0; i < count; i++) {
        const at = from + <usize>i * 12;
        const nanos = load<i64>(at);
        const days = <i64>load<u32>(at, 8) - JULIAN_EPOCH;
        const micros = floorDiv(nanos, 1000);
        if (conversion == INT96_TO_MICROS) {
          store<i64>(out + (<usize>i << 3), days * MICROS_PER_DAY + micros);
        } else storePair(out, i, days * MICROS_PER_DAY + micros, nanos - micros * 1000);
      }
      break;
    case MICROS_TO_MILLIS:
      for (let i = 0; i < count; i++) {
        store<i32>(out + (<usize>i << 2), <i32>(load<i64>(from + (<usize>i << 3)) / 1000));
      }
      break;
    case NANOS_TO_MILLIS:
      for (let i = 0; i < count; i++) {
        store<i32>(out + (<usize>i << 2), <i32>(load<i64>(from + (<usize>i << 3)) / 1000000));
      }
      break;
    case BIG_ENDIAN_TO_I64:
      for (let i = 0; i < count; i++) {
        store<i64>(out + (<usize>i << 3), bigEndian(from + <usize>i * size, size, 0));
      }
      break;
    case BIG_ENDIAN_TO_I128:
      for (let i = 0; i < count; i++) {
        const at = from + <usize>i * size;
        storePair(out, i, bigEndian(at, size, 0), bigEndian(at, size, 1));
      }
      break;
    case HALF_TO_F32:
      for (let i = 0; i < count; i++) {
        store<f32>(out + (<usize>i << 2), half(load<u16>(from + (<usize>i << 1))));
      }
      break;
  }
}

/** Eight bytes of a signed big-endian number: the low (0) or high (1) word of 16 bytes. */
@inline
function bigEndian(at: usize, size: i32, word: i32): i64 {
  const sign: i64 = size > 0 && load<i8>(at) < 0 ? -1 : 0;
  let value: i64 = sign;
  const end = size - (word << 3);
  for (let i = end > 8 ? end - 8 : 0; i < end; i++) value = (value << 8) | load<u8>(at + i);
  return value;
}

function half(bits: u32): f32 {
  const exponent = <i32>((bits >> 10) & 31);
  const fraction = <f32>(bits & 1023);
  let value: f32;
  if (exponent == 0) value = fraction * <f32>5.960464477539063e-8;
  else if (exponent == 31) value = fraction == 0 ? Infinity : NaN;
  else value = reinterpret<f32>((<u32>(exponent + 112) << 23) | ((bits & 1023) << 13));
  return (bits & 0x8000) != 0 ? -value : value;
}

/** Puts values of `size` bytes together whose bytes are stored first byte by first byte. */
export function joinStreams(from: usize, size: i32, count: i32, out: usize): void {
  for (let byte = 0; byte < size; byte++) {
    const stream = from + <usize>byte * count;
    for (let i = 0; i < count; i++) store<u8>(out + <usize>i * size + byte, load<u8>(stream + i));
  }
}


/** A variable-length number at `at`; its end goes to the word at `out`, 0 when there is none. */
@inline
function varint(at: usize, end: usize, out: usize): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; at < end && shift < 64; shift += 7) {
    const byte = <u64>load<u8>(at++);
    value |= (byte & 127) << shift;
    if (byte < 128) {
      store<u32>(out, <u32>at);
      return value;
    }
  }
  store<u32>(out, 0);
  return 0;
}

@inline
function zigzag(value: u64): i64 {
  return <i64>(value >> 1) ^ -(<i64>(value & 1));
}

/**
 * Decodes DELTA_BINARY_PACKED to 64-bit integers, `most` at most. The word at `out` gets the
 * address behind the bytes used. Answers the values, or -1.
 */
export function unpackDeltas(start: usize, end: usize, most: i32, values: usize, out: usize): i32 {
  const block = varint(start, end, out);
  let at = <usize>load<u32>(out);
  if (at == 0) return -1;
  const miniblocks = varint(at, end, out);
  at = <usize>load<u32>(out);
  if (at == 0) return -1;
  const total = varint(at, end, out);
  at = <usize>load<u32>(out);
  if (at == 0) return -1;
  let value = zigzag(varint(at, end, out));
  at = <usize>load<u32>(out);
  if (at == 0 || total > <u64>most || miniblocks == 0 || miniblocks > 4096) return -1;
  if (block == 0 || block > 1 << 24 || block % miniblocks != 0 || (block / miniblocks) % 8 != 0) return -1;
  const size = <i32>(block / miniblocks);
  const count = <i32>total;
  let done = 0;
  if (count > 0) {
    store<i64>(values, value);
    done = 1;
  }
  while (done < count) {
    const least = zigzag(varint(at, end, out));
    at = <usize>load<u32>(out);
    if (at == 0 || end - at < <usize>miniblocks) return -1;
    const widths = at;
    at += <usize>miniblocks;
    for (let m = 0; m < <i32>miniblocks && done < count; m++) {
      const width: i32 = load<u8>(widths + m);
      const bytes = (<usize>size * width) >> 3;
      const take = count - done < size ? count - done : size;
      if (width > 64 || <u64>(end - at) * 8 < <u64>take * width) return -1;
      for (let i = 0; i < take; i++) {
        value += least + <i64>bitsAt(at, <u64>i * width, width);
        store<i64>(values + (<usize>done << 3), value);
        done++;
      }
      at += bytes < end - at ? bytes : end - at;
    }
  }
  store<u32>(out, <u32>at);
  return count;
}

@inline
function bitsAt(at: usize, bit: u64, width: i32): u64 {
  if (width == 0) return 0;
  const from = at + <usize>(bit >> 3);
  const shift = bit & 7;
  let value = load<u64>(from) >> shift;
  if (<i32>shift + width > 64) value |= <u64>load<u8>(from, 8) << (64 - shift);
  return width == 64 ? value : value & ((<u64>1 << width) - 1);
}

/** Narrows 64-bit integers to 32 bits in place. */
export function narrowValues(values: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<i32>(values + (<usize>i << 2), load<i32>(values + (<usize>i << 3)));
}
