import type { DataType } from '../../../types/data-type.ts';
import { both, i32, loweredType, not, ONE, ZERO } from '../../lowered.ts';
import type { Code, CodeBuilder, LoweredValue, Lowering } from '../../lowering.ts';
import { compareDigits, type Digits, digitsOf, rescaleDigits, truth } from './decimal.ts';

/** A comparison operator as SQL writes it. */
export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

const SIGNED = { '=': 'eq', '<>': 'ne', '<': 'lt_s', '<=': 'le_s', '>': 'gt_s', '>=': 'ge_s' };
const FLOATING = { '=': 'eq', '<>': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' };

/** Items of an IN list up to which it is a row of comparisons; above, a set is faster. */
const IN_ITEMS_MAX = 32;

/** Lowers `a <op> b`. */
export function lowerComparison(op: Comparison): Lowering {
  return (builder, [a, b], { result }) => {
    const code = compare(builder, op, a!, b!);
    return code === null ? null : truth(result, code);
  };
}

/** Lowers IS NULL (`holds` is false) and IS NOT NULL (true). */
export function lowerValidity(holds: boolean): Lowering {
  return (_, [value], { result }) => {
    const valid = value!.valid ?? ONE;
    return truth(result, holds ? valid : not(valid));
  };
}

/** Lowers IS [NOT] DISTINCT FROM. */
export function lowerDistinction(distinct: boolean): Lowering {
  return (builder, [a, b], { result }) => {
    const equal = compare(builder, '=', a!, b!);
    if (equal === null) return null;
    const left = a!.valid ?? ONE;
    const right = b!.valid ?? ONE;
    const bothNull: Code = ['i32.eqz', ['i32.or', left, right]];
    const same = builder.local('i32', [
      'i32.or',
      bothNull,
      ['i32.and', ['i32.and', left, right], equal],
    ]);
    return truth(result, distinct ? not(same) : same);
  };
}

/** Lowers `value IN (items…)`. */
export const lowerIn: Lowering = (builder, [value, ...items], { result }) => {
  if (items.length > IN_ITEMS_MAX) return null;
  let found: Code = ZERO;
  let complete: Code | null = null;
  for (const item of items) {
    const equal = compare(builder, '=', value!, item);
    if (equal === null) return null;
    found = ['i32.or', found, both(equal, item.valid) ?? ONE];
    complete = both(complete, item.valid);
  }
  const code = builder.local('i32', found);
  const known = complete === null ? null : builder.local('i32', ['i32.or', code, complete]);
  return truth(result, code, both(value!.valid, known));
};

/** Lowers NULLIF(a, b). */
export const lowerNullIf: Lowering = (builder, [a, b], { result }) => {
  const equal = compare(builder, '=', a!, b!);
  if (equal === null || loweredType(a!.type) !== loweredType(result)) return null;
  const hit = both(both(a!.valid, b!.valid), equal) ?? ONE;
  return { ...a!, type: result, valid: both(a!.valid, not(hit)) };
};

/** Lowers GREATEST and LEAST: `op` holds for a value that replaces the best one so far. */
export function lowerExtremum(op: '<' | '>'): Lowering {
  return (builder, args, { result }) => {
    const [first, ...rest] = args;
    let best: LoweredValue = { type: result, code: first!.code, high: first!.high, valid: null };
    const local = loweredType(result);
    if (local === null || args.some((arg) => loweredType(arg.type) !== local)) return null;
    for (const value of rest) {
      const better = replaces(builder, op, value, best);
      if (better === null || value.high !== null || best.high !== null) return null;
      const code = builder.local(local, ['select', value.code, best.code, better]);
      best = { ...best, code };
    }
    return best;
  };
}

/** Whether `value` is ordered before (`<`) or behind (`>`) `best`; NaN is the greatest number. */
export function replaces(
  builder: CodeBuilder,
  op: '<' | '>',
  value: LoweredValue,
  best: LoweredValue,
): Code | null {
  const local = loweredType(best.type);
  const holds = compare(builder, op, value, best);
  if (holds === null || (local !== 'f64' && local !== 'f32')) return holds;
  const [nan, number] = op === '>' ? [value, best] : [best, value];
  const noNumber: Code = [`${local}.ne`, nan.code, nan.code];
  const isNumber: Code = [`${local}.eq`, number.code, number.code];
  return builder.local('i32', ['i32.or', holds, ['i32.and', noNumber, isNumber]]);
}

/** Whether `a <op> b` holds for two valid values; null for types that are not compared here. */
export function compare(
  builder: CodeBuilder,
  op: Comparison,
  a: LoweredValue,
  b: LoweredValue,
): Code | null {
  if (a.type.kind === 'NULL' || b.type.kind === 'NULL') return ZERO;
  if (a.type.kind === 'DECIMAL' || b.type.kind === 'DECIMAL')
    return compareExact(builder, op, a, b);
  const local = loweredType(a.type);
  if (local === null || local !== loweredType(b.type)) return null;
  if (a.type.kind !== b.type.kind && !bothIntegers(a.type, b.type)) return null;
  const name = local === 'f32' || local === 'f64' ? FLOATING[op] : SIGNED[op];
  return builder.local('i32', [`${local}.${name}`, a.code, b.code]);
}

function compareExact(
  builder: CodeBuilder,
  op: Comparison,
  a: LoweredValue,
  b: LoweredValue,
): Code | null {
  const both = digitsOfBoth(builder, a, b);
  const code = both === null ? null : compareDigits(op, both.x, both.y);
  return code === null ? null : builder.local('i32', code);
}

/** Two exact numbers at the larger of their scales; null where one is too wide for compiled code. */
export function digitsOfBoth(
  builder: CodeBuilder,
  a: LoweredValue,
  b: LoweredValue,
): { readonly x: Digits; readonly y: Digits; readonly scale: number } | null {
  const left = digitsOf(builder, a);
  const right = digitsOf(builder, b);
  if (left === null || right === null) return null;
  const scale = Math.max(scaleOf(a.type), scaleOf(b.type));
  const x = rescaleDigits(builder, left, scaleOf(a.type), scale);
  const y = rescaleDigits(builder, right, scaleOf(b.type), scale);
  return x === null || y === null ? null : { x, y, scale };
}

function bothIntegers(a: DataType, b: DataType): boolean {
  return [a, b].every(({ kind }) => kind === 'TINYINT' || kind === 'SMALLINT' || kind === 'INT');
}

/** The digits of a type behind the point; 0 for integers. */
export function scaleOf(type: DataType): number {
  return type.kind === 'DECIMAL' ? type.scale : 0;
}

/** Lowers NOT. */
export const lowerNot: Lowering = (_, [value], { result }) => truth(result, not(value!.code));

/** Lowers IS [NOT] TRUE, FALSE and UNKNOWN: whether the value is, or is not, `wanted`. */
export function lowerTruthTest(wanted: boolean | null, holds: boolean): Lowering {
  return (builder, [value], { result }) => {
    const valid = value!.valid ?? ONE;
    let is: Code;
    if (wanted === null) is = not(valid);
    else is = ['i32.and', valid, ['i32.eq', value!.code, i32(wanted ? 1 : 0)]];
    const code = builder.local('i32', is);
    return truth(result, holds ? code : not(code));
  };
}
