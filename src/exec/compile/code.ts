import { storageOf, storageWidth } from '../../columnar/values.ts';
import { highOf, i32, ONE } from '../../functions/lowered.ts';
import type { Code, LoweredValue } from '../../functions/lowering.ts';
import type { DataType } from '../../types/data-type.ts';

/** The address of element `index` behind `base`. */
export function element(base: Code, index: Code, width: number): Code {
  return width === 1
    ? ['i32.add', base, index]
    : ['i32.add', base, ['i32.shl', index, i32(Math.log2(width))]];
}

/** Bit `index` of a bitmap, as 0 or 1. */
export function bitAt(bitmap: Code, index: Code): Code {
  const byte: Code = ['i32.load8_u', ['i32.add', bitmap, ['i32.shr_u', index, i32(3)]]];
  return ['i32.and', ['i32.shr_u', byte, ['i32.and', index, i32(7)]], ONE];
}

/**
 * Loads element `index` of a fixed-width or BOOLEAN type; the low word of one of 16 bytes. `narrow`:
 * the bytes of an integer that has fewer of them than its type.
 */
export function loadElement(type: DataType, base: Code, index: Code, narrow = 0): Code {
  if (type.kind === 'BOOLEAN') return bitAt(base, index);
  const storage = storageOf(type) ?? 'i32';
  if (narrow > 0) {
    // TurboFan loads twice for a load that extends the sign to 64 bits.
    const [address, bits] = [element(base, index, narrow), 8 * narrow];
    return [`${storage}.extend${bits}_s`, [`${storage}.load${bits}_u`, address]];
  }
  const address = element(base, index, storageWidth(storage));
  switch (storage) {
    case 'i8':
      return ['i32.load8_s', address];
    case 'i16':
      return ['i32.load16_s', address];
    case 'i32':
      return ['i32.load', address];
    case 'f32':
      return ['f32.load', address];
    case 'f64':
      return ['f64.load', address];
    default:
      return ['i64.load', address];
  }
}

/** Stores a value as element `index` of a fixed-width type. */
export function storeElement(value: LoweredValue, base: Code, index: Code): Code {
  const storage = storageOf(value.type) ?? 'i32';
  const address = element(base, index, storageWidth(storage));
  switch (storage) {
    case 'i8':
      return ['i32.store8', address, value.code];
    case 'i16':
      return ['i32.store16', address, value.code];
    case 'i32':
      return ['i32.store', address, value.code];
    case 'f32':
      return ['f32.store', address, value.code];
    case 'f64':
      return ['f64.store', address, value.code];
    case 'i64':
      return ['i64.store', address, value.code];
    default:
      return ['seq', ['i64.store', address, value.code], ['i64.store', address, highOf(value), 8]];
  }
}
