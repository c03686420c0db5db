import type { Call, Expr } from '../../expr/expr.ts';
import { both, highOf, loweredType, not, ONE, ZERO } from '../../functions/lowered.ts';
import type { Code, LoweredValue } from '../../functions/lowering.ts';
import type { DataType } from '../../types/data-type.ts';
import type { LoopBuilder } from './loop-builder.ts';

/** Lowers an argument where the loop stands: in a guard, for the rows that fulfil it. */
type LowerArg = (arg: Expr) => LoweredValue | null;

/**
 * The functions whose later arguments count only for some rows. All arguments are computed for
 * every row, without branches; guards keep the failures of the rows that do not count quiet.
 */
export const CONTROL_FLOW: ReadonlyMap<
  string,
  (loop: LoopBuilder, call: Call, lower: LowerArg) => LoweredValue | null
> = new Map([
  ['AND', (loop, call, lower) => lowerJunction(loop, call, lower, 'AND')],
  ['OR', (loop, call, lower) => lowerJunction(loop, call, lower, 'OR')],
  ['COALESCE', lowerCoalesce],
  ['IFNULL', lowerCoalesce],
  [
    'IF',
    (loop, { args, type }, lower) =>
      lowerBranches(loop, [[args[0]!, args[1]!]], args[2]!, type, lower),
  ],
]);

/**
 * AND and OR of any number of operands. One operand decides: FALSE for AND, TRUE for OR. Later
 * operands count where no earlier one has decided.
 */
function lowerJunction(
  loop: LoopBuilder,
  call: Call,
  lower: LowerArg,
  kind: 'AND' | 'OR',
): LoweredValue | null {
  const isAnd = kind === 'AND';
  let holds: Code | null = null;
  let fails: Code = ZERO;
  let allValid: Code | null = null;
  for (const arg of call.args) {
    // Without NULLs, an AND that does not hold has failed.
    const open: Code | null = isAnd && allValid !== null ? not(fails) : holds;
    const value: LoweredValue | null = loop.guard(isAnd || open === null ? open : not(open), () =>
      lower(arg),
    );
    if (value === null) return null;
    const isTrue: Code = both(value.code, value.valid) ?? ONE;
    if (holds === null) holds = isTrue;
    else holds = loop.local('i32', [isAnd ? 'i32.and' : 'i32.or', holds, isTrue]);
    const isFalse = both(not(value.code), value.valid) ?? ONE;
    fails = fails === ZERO ? isFalse : ['i32.or', fails, isFalse];
    if (isAnd && (allValid !== null || value.valid !== null)) fails = loop.local('i32', fails);
    allValid = both(allValid, value.valid);
  }
  const code = loop.local('i32', holds ?? ONE);
  if (allValid === null) return { type: call.type, code, high: null, valid: null };
  const decided = isAnd ? fails : code;
  return { type: call.type, code, high: null, valid: ['i32.or', decided, allValid] };
}

function lowerCoalesce(loop: LoopBuilder, call: Call, lower: LowerArg): LoweredValue | null {
  const values: LoweredValue[] = [];
  let missing: Code | null = null;
  for (const arg of call.args) {
    const value = loop.guard(missing, () => lower(arg));
    if (value === null) return null;
    values.push(value);
    // By the type, not by the batch: every form of a loop must read the same inputs.
    if (!arg.type.nullable) break;
    missing = loop.local('i32', both(missing, not(value.valid)) ?? ONE);
  }
  let result = values.pop()!;
  for (const value of values.reverse()) {
    const chosen = choose(loop, value.valid ?? ONE, { ...value, valid: null }, result, call.type);
    if (chosen === null) return null;
    result = chosen;
  }
  return { ...result, type: call.type };
}

/** CASE: the value of the first branch whose condition is TRUE, else `otherwise`. */
export function lowerBranches(
  loop: LoopBuilder,
  branches: readonly (readonly [when: Expr, value: Expr])[],
  otherwise: Expr,
  type: DataType,
  lower: LowerArg,
): LoweredValue | null {
  const lowered: { readonly holds: Code; readonly value: LoweredValue }[] = [];
  let open: Code | null = null;
  for (const [when, then] of branches) {
    const condition = loop.guard(open, () => lower(when));
    if (condition === null) return null;
    const holds = loop.local('i32', both(condition.code, condition.valid) ?? ONE);
    const value = loop.guard(both(open, holds), () => lower(then));
    if (value === null) return null;
    lowered.push({ holds, value });
    open = loop.local('i32', both(open, not(holds)) ?? ONE);
  }
  let result = loop.guard(open, () => lower(otherwise));
  for (const { holds, value } of lowered.reverse()) {
    if (result === null) return null;
    result = choose(loop, holds, value, result, type);
  }
  return result === null ? null : { ...retyped(result, type), type };
}

/** `a` where the condition is 1, else `b`. */
function choose(
  loop: LoopBuilder,
  condition: Code,
  from: LoweredValue,
  to: LoweredValue,
  type: DataType,
): LoweredValue | null {
  const local = loweredType(type);
  if (local === null) return null;
  const a = retyped(from, type);
  const b = retyped(to, type);
  const wide = a.high !== null || b.high !== null;
  const valid: Code | null =
    a.valid === null && b.valid === null
      ? null
      : ['select', a.valid ?? ONE, b.valid ?? ONE, condition];
  return {
    type,
    code: loop.local(local, ['select', a.code, b.code, condition]),
    high: wide ? loop.local('i64', ['select', highOf(a), highOf(b), condition]) : null,
    valid: valid === null ? null : loop.local('i32', valid),
  };
}

/** A bare NULL takes the type of the result, and so its kind of local. */
function retyped(value: LoweredValue, type: DataType): LoweredValue {
  if (value.type.kind !== 'NULL') return value;
  return { ...value, type, code: [`${loweredType(type) ?? 'i32'}.const`, 0] };
}
