import type { DataType } from '../types/data-type.ts';

/** The WebAssembly type of a lowered value. `i128` is a pair of i64 locals. */
export type LoweredType = 'i32' | 'i64' | 'f32' | 'f64' | 'i128';

/** WebAssembly code as an S-expression: an instruction with its immediates and operands. */
export type Code = readonly [op: string, ...operands: (Code | string | number | bigint)[]];

/**
 * The value of one row in emitted code. BOOLEAN is i32 0 or 1; other types as their storage
 * (TINYINT and SMALLINT widened to i32). `valid` is an i32 0 or 1; null when it is always 1.
 * Both are free of side effects and may be used several times (they are locals or constants).
 */
export interface LoweredValue {
  readonly type: DataType;
  readonly code: Code;
  /** The high word of an i128 value, else null. */
  readonly high: Code | null;
  readonly valid: Code | null;
}

/** What a lowering writes against: the compiler of one loop. */
export interface CodeBuilder {
  /** Keeps a computed value in a fresh local and returns the code that reads it. */
  local(type: 'i32' | 'i64' | 'f32' | 'f64', code: Code): Code;
  /** Calls a helper that is emitted into the same module, by name: see `exec/compile/helpers.ts`. */
  helper(name: string, ...args: readonly Code[]): Code;
  /** Marks the batch as overflown (to be run again in 128 bits) when the i32 code is not 0. */
  overflowIf(code: Code): void;
  /** Ends the query with an error (by number) when the i32 code is not 0 and the row counts. */
  trapIf(code: Code, error: 'DIVISION_BY_ZERO' | 'CAST_FAILED'): void;
}

/**
 * Emits one call for one row. For strict functions the arguments' validity is already handled:
 * the result's `valid` is ignored. Null declines: the call is then evaluated another way.
 */
export type Lowering = (
  builder: CodeBuilder,
  args: readonly LoweredValue[],
  call: { readonly result: DataType; readonly literals: readonly unknown[] },
) => LoweredValue | null;
