/** Instructions without immediates that pop their operands: one byte each. */
export const PLAIN: ReadonlyMap<string, number> = new Map([
  ['unreachable', 0x00],
  ['nop', 0x01],
  ['return', 0x0f],
  ['drop', 0x1a],
  ['select', 0x1b],
  ...run(0x45, 'i32', 'eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'),
  ...run(0x50, 'i64', 'eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'),
  ...run(0x5b, 'f32', 'eq ne lt gt le ge'),
  ...run(0x61, 'f64', 'eq ne lt gt le ge'),
  ...run(
    0x67,
    'i32',
    'clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr',
  ),
  ...run(
    0x79,
    'i64',
    'clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr',
  ),
  ...run(0x8b, 'f32', 'abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign'),
  ...run(0x99, 'f64', 'abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign'),
  ...run(0xa7, 'i32', 'wrap_i64 trunc_f32_s trunc_f32_u trunc_f64_s trunc_f64_u'),
  ...run(0xac, 'i64', 'extend_i32_s extend_i32_u trunc_f32_s trunc_f32_u trunc_f64_s trunc_f64_u'),
  ...run(0xb2, 'f32', 'convert_i32_s convert_i32_u convert_i64_s convert_i64_u demote_f64'),
  ...run(0xb7, 'f64', 'convert_i32_s convert_i32_u convert_i64_s convert_i64_u promote_f32'),
  ['i32.reinterpret_f32', 0xbc],
  ['i64.reinterpret_f64', 0xbd],
  ['f32.reinterpret_i32', 0xbe],
  ['f64.reinterpret_i64', 0xbf],
  ...run(0xc0, 'i32', 'extend8_s extend16_s'),
  ...run(0xc2, 'i64', 'extend8_s extend16_s extend32_s'),
]);

/** Instructions behind the prefix 0xfc, with the memory indexes that follow the opcode. */
export const PREFIXED: ReadonlyMap<string, readonly number[]> = new Map([
  ['i32.trunc_sat_f32_s', [0]],
  ['i32.trunc_sat_f32_u', [1]],
  ['i32.trunc_sat_f64_s', [2]],
  ['i32.trunc_sat_f64_u', [3]],
  ['i64.trunc_sat_f32_s', [4]],
  ['i64.trunc_sat_f32_u', [5]],
  ['i64.trunc_sat_f64_s', [6]],
  ['i64.trunc_sat_f64_u', [7]],
  ['memory.copy', [10, 0, 0]],
  ['memory.fill', [11, 0]],
]);

/** Loads and stores, in the order of their opcodes, with the log2 of their natural alignment. */
export const MEMORY: ReadonlyMap<string, { readonly opcode: number; readonly align: number }> =
  new Map(
    (
      [
        ['i32.load', 2],
        ['i64.load', 3],
        ['f32.load', 2],
        ['f64.load', 3],
        ['i32.load8_s', 0],
        ['i32.load8_u', 0],
        ['i32.load16_s', 1],
        ['i32.load16_u', 1],
        ['i64.load8_s', 0],
        ['i64.load8_u', 0],
        ['i64.load16_s', 1],
        ['i64.load16_u', 1],
        ['i64.load32_s', 2],
        ['i64.load32_u', 2],
        ['i32.store', 2],
        ['i64.store', 3],
        ['f32.store', 2],
        ['f64.store', 3],
        ['i32.store8', 0],
        ['i32.store16', 1],
        ['i64.store8', 0],
        ['i64.store16', 1],
        ['i64.store32', 2],
      ] as const
    ).map(([name, align], i) => [name, { opcode: 0x28 + i, align }]),
  );

const COMPARED = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';

/**
 * Instructions on vectors behind the prefix 0xfd. The lanes of `i8x16.shuffle` and the offset of
 * `v128.load` follow the operands.
 */
export const VECTOR: ReadonlyMap<string, number> = new Map([
  ['v128.load', 0],
  ['i8x16.shuffle', 13],
  ...['i8x16', 'i16x8', 'i32x4', 'i64x2', 'f32x4', 'f64x2'].map(
    (shape, i) => [`${shape}.splat`, 15 + i] as const,
  ),
  ...run(35, 'i8x16', COMPARED),
  ...run(45, 'i16x8', COMPARED),
  ...run(55, 'i32x4', COMPARED),
  ...run(65, 'f32x4', 'eq ne lt gt le ge'),
  ...run(71, 'f64x2', 'eq ne lt gt le ge'),
  ...run(77, 'v128', 'not and andnot or xor'),
  ...run(100, 'i8x16', 'bitmask narrow_i16x8_s'),
  ['i16x8.narrow_i32x4_s', 133],
  ...run(214, 'i64x2', 'eq ne lt_s gt_s le_s ge_s'),
]);

function run(first: number, type: string, names: string): [string, number][] {
  return names.split(' ').map((name, i) => [`${type}.${name}`, first + i]);
}
