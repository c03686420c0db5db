import type { Call, Case, Expr, InputRef, Literal } from '../../expr/expr.ts';
import { cannotFail } from '../../expr/safety.ts';
import { both, i32, i64, loweredType, not, ROUNDED_UP, ZERO } from '../../functions/lowered.ts';
import type { Code, LoweredValue } from '../../functions/lowering.ts';
import type { DataType } from '../../types/data-type.ts';
import { CONTROL_FLOW, lowerBranches } from './control-flow.ts';
import { exprKey } from './expr-key.ts';
import type { LoopBuilder } from './loop-builder.ts';
import { lowerCast } from './lower-cast.ts';

/** Arguments of a call above which emitted code is too long: long IN lists have sets instead. */
const ARGUMENTS_MAX = 64;
/** The same for operands of AND and OR, and branches of CASE, which nest in the emitted code. */
const OPERANDS_MAX = 256;

/**
 * Emits the value of an expression for one row. What cannot be expressed is read from a temporary
 * column; null when that is impossible too: the value has no fixed width, or it could fail for
 * rows that do not count.
 */
export function lowerExpr(loop: LoopBuilder, expr: Expr): LoweredValue | null {
  const key = exprKey(expr);
  const known = loop.recall(key);
  if (known !== undefined) return known;
  const before = loop.checkpoint();
  let value = lowerForm(loop, expr);
  if (value === null) {
    loop.rollback(before);
    value = lowerTemporary(loop, expr);
  }
  if (value !== null) loop.remember(key, value);
  return value;
}

function lowerForm(loop: LoopBuilder, expr: Expr): LoweredValue | null {
  switch (expr.kind) {
    case 'Literal':
      return lowerLiteral(expr);
    case 'InputRef':
      return lowerInput(loop, expr);
    case 'Parameter':
      return null;
    case 'Call':
      return lowerCall(loop, expr);
    case 'Cast': {
      const input = lowerExpr(loop, expr.input);
      return input === null ? null : settle(loop, lowerCast(loop, input, expr.type));
    }
    case 'Case':
      return lowerCase(loop, expr);
  }
}

function lowerInput(loop: LoopBuilder, expr: InputRef): LoweredValue | null {
  if (loweredType(expr.type) === null || expr.type.kind === 'NULL') return null;
  return loop.input({ id: `c${expr.index}`, type: expr.type, expr });
}

function lowerTemporary(loop: LoopBuilder, expr: Expr): LoweredValue | null {
  if (expr.kind === 'InputRef' || expr.kind === 'Literal') return null;
  if (loweredType(expr.type) === null || expr.type.kind === 'NULL') return null;
  if (loop.guarded && !cannotFail(expr)) return null;
  const number = loop.inputs.filter((input) => input.id.startsWith('t')).length;
  return loop.input({ id: `t${number}`, type: expr.type, expr });
}

function lowerCall(loop: LoopBuilder, expr: Call): LoweredValue | null {
  const { definition } = expr;
  const control =
    definition.body.kind === 'builtin' ? CONTROL_FLOW.get(definition.name) : undefined;
  if (control !== undefined) {
    if (expr.args.length > OPERANDS_MAX) return null;
    return settle(
      loop,
      control(loop, expr, (arg) => lowerExpr(loop, arg)),
    );
  }
  if (definition.lower === null || expr.args.length > ARGUMENTS_MAX) return null;
  const validity = lowerValidityOfColumn(loop, expr);
  if (validity !== null) return validity;
  const args: LoweredValue[] = [];
  for (const arg of expr.args) {
    const value = lowerExpr(loop, arg) ?? placeholder(arg);
    if (value === null) return null;
    args.push(value);
  }
  const { lower } = definition;
  const site = {
    result: expr.type,
    literals: expr.args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined)),
  };
  if (!definition.strict) return settle(loop, lower(loop, args, site));
  const valid = validityOf(loop, args);
  return loop.guard(valid, () => {
    const value = settle(loop, lower(loop, args, site));
    return value === null ? null : { ...value, valid: settleValid(loop, both(valid, value.valid)) };
  });
}

/** A constant without a lowered form: lowerings find it among the literals of the call. */
function placeholder(arg: Expr): LoweredValue | null {
  if (arg.kind !== 'Literal' || arg.value === null) return null;
  return { type: arg.type, code: ZERO, high: null, valid: null };
}

/** IS [NOT] NULL of a column of any layout reads its validity alone. */
function lowerValidityOfColumn(loop: LoopBuilder, call: Call): LoweredValue | null {
  const [arg] = call.args;
  const { name } = call.definition;
  if ((name !== 'IS NULL' && name !== 'IS NOT NULL') || arg?.kind !== 'InputRef') return null;
  const value = loop.input({ id: `n${arg.index}`, type: call.type, expr: arg });
  return name === 'IS NULL' ? settle(loop, { ...value, code: not(value.code) }) : value;
}

function validityOf(loop: LoopBuilder, args: readonly LoweredValue[]): Code | null {
  const valid = args.reduce<Code | null>((all, arg) => both(all, arg.valid), null);
  return settleValid(loop, valid);
}

function lowerCase(loop: LoopBuilder, expr: Case): LoweredValue | null {
  if (expr.branches.length > OPERANDS_MAX) return null;
  const lower = (arg: Expr) => lowerExpr(loop, arg);
  const branches = expr.branches.map(({ when, then }) => [when, then] as const);
  return settle(loop, lowerBranches(loop, branches, expr.otherwise, expr.type, lower));
}

/** Computes a value once: its words become locals or constants. */
function settle(loop: LoopBuilder, value: LoweredValue | null): LoweredValue | null {
  if (value === null) return null;
  const type = loweredType(value.type);
  if (type === null) return null;
  return {
    type: value.type,
    code: loop.local(type, value.code),
    high: value.high === null ? null : loop.local('i64', value.high),
    valid: settleValid(loop, value.valid),
    ...(value.below === undefined ? {} : { below: value.below }),
  };
}

function settleValid(loop: LoopBuilder, valid: Code | null): Code | null {
  return valid === null ? null : loop.local('i32', valid);
}

/** A constant; null for values without a lowered form. */
function lowerLiteral(expr: Literal): LoweredValue | null {
  const { type, value } = expr;
  const local = loweredType(type);
  if (local === null) return null;
  if (value === null) return { type, code: [`${local}.const`, 0], high: null, valid: ZERO };
  const { code, high } = constant(type, value);
  if (type.kind !== 'DECIMAL') return { type, code, high, valid: null };
  const below = Math.abs(Number(value)) * ROUNDED_UP + 1;
  return { type, code, high, valid: null, below };
}

function constant(type: DataType, value: unknown): { code: Code; high: Code | null } {
  switch (type.kind) {
    case 'BOOLEAN':
      return { code: i32(value === true ? 1 : 0), high: null };
    case 'FLOAT':
      return { code: ['f32.const', value as number], high: null };
    case 'DOUBLE':
      return { code: ['f64.const', value as number], high: null };
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return { code: i64((value as bigint) / 1000n), high: null };
    case 'DECIMAL': {
      const digits = value as bigint;
      const narrow = BigInt.asIntN(64, digits) === digits;
      return { code: i64(digits), high: narrow ? null : i64(digits >> 64n) };
    }
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return { code: i64(value as bigint), high: null };
    default:
      return { code: i32(value as number), high: null };
  }
}
