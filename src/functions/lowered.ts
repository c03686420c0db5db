import { storageOf } from '../columnar/values.ts';
import type { DataType } from '../types/data-type.ts';
import type { Code, LoweredType, LoweredValue } from './lowering.ts';

/** The i32 constant 0: FALSE. */
export const ZERO: Code = ['i32.const', 0];
/** The i32 constant 1: TRUE. */
export const ONE: Code = ['i32.const', 1];

/** What bounds of numbers are multiplied by where computing them may have rounded down. */
export const ROUNDED_UP = 1 + 2 ** -50;

/** An i32 constant. */
export function i32(value: number): Code {
  return ['i32.const', value];
}

/** An i64 constant. */
export function i64(value: bigint): Code {
  return ['i64.const', value];
}

/** The conjunction of two i32 truth values, of which null means TRUE. */
export function both(a: Code | null, b: Code | null): Code | null {
  if (a === null || (b !== null && isFalse(b))) return b;
  if (b === null || isFalse(a)) return a;
  return ['i32.and', a, b];
}

/** The negation of an i32 truth value, of which null means TRUE. */
export function not(a: Code | null): Code {
  return a === null ? ZERO : ['i32.eqz', a];
}

/** Whether a code is the constant FALSE. */
export function isFalse(code: Code | null): boolean {
  return code !== null && code[0] === 'i32.const' && code[1] === 0;
}

/** The type of the local that holds a value of a SQL type; null for values that are not lowered. */
export function loweredType(type: DataType): LoweredType | null {
  if (type.kind === 'BOOLEAN' || type.kind === 'NULL') return 'i32';
  const storage = storageOf(type);
  switch (storage) {
    case 'i8':
    case 'i16':
    case 'i32':
      return 'i32';
    case 'i64':
    case 'i128':
      return 'i64';
    case 'f32':
    case 'f64':
      return storage;
    default:
      return null;
  }
}

/** The high word of a value that is held in one or two words. */
export function highOf(value: Pick<LoweredValue, 'code' | 'high'>): Code {
  return value.high ?? ['i64.shr_s', value.code, i64(63n)];
}
