import type { DataType } from '../types/data-type.ts';

/** The WebAssembly type of a lowered value; one of 128 bits is two of `i64`. */
export type LoweredType = 'i32' | 'i64' | 'f32' | 'f64';

/** WebAssembly code as an S-expression: an instruction with its immediates and operands. */
export type Code = readonly [op: string, ...operands: (Code | string | number | bigint)[]];

/**
 * The value of one row in emitted code. BOOLEAN is i32 0 or 1; other types as their storage
 * (TINYINT and SMALLINT widened to i32). A DECIMAL of any precision may be held in one i64 when
 * its value is known to fit: `high` tells. `valid` is an i32 0 or 1; null when it is always 1.
 * What a lowering gets is free of side effects and may be used several times (locals or constants);
 * the code that it returns is computed once.
 */
export interface LoweredValue {
  readonly type: DataType;
  readonly code: Code;
  /** The high word of a value of 128 bits, else null. */
  readonly high: Code | null;
  readonly valid: Code | null;
  /** Valid values are known to lie between this and its negative, both excluded. */
  readonly below?: number;
}

/** What a lowering writes against: the compiler of one loop. */
export interface CodeBuilder {
  /**
   * Whether an earlier attempt overflowed, so that products of decimals are computed in 128 bits.
   * Otherwise they are computed in 64 bits, and `overflowIf` watches them.
   */
  readonly exact: boolean;
  /** Keeps a computed value in a fresh local and returns the code that reads it. */
  local(type: LoweredType, code: Code): Code;
  /** Calls a helper that is emitted into the same module, by name: see `exec/compile/helpers.ts`. */
  helper(name: string, ...args: readonly Code[]): Code;
  /** Calls a helper that returns 128 bits. */
  wideHelper(name: string, ...args: readonly Code[]): { readonly low: Code; readonly high: Code };
  /** Has the row computed again, in 128 bits or by the interpreter, when the i32 code is not 0. */
  overflowIf(code: Code): void;
  /**
   * Has the row computed by the interpreter, which raises the error, when the i32 code is not 0
   * and the row counts. What follows in the loop must not trap for such rows.
   */
  trapIf(code: Code): void;
}

/**
 * Emits one call for one row. A constant of a type without fixed width (a unit, a pattern) comes as
 * a placeholder: lowerings read it from `literals`. For strict functions the arguments' validity is handled by the
 * compiler, and the result's `valid` (null in most functions) is combined with it. Null declines:
 * the call is then evaluated another way.
 */
export type Lowering = (
  builder: CodeBuilder,
  args: readonly LoweredValue[],
  call: { readonly result: DataType; readonly literals: readonly unknown[] },
) => LoweredValue | null;
