import { storageOf, storageWidth } from '../../columnar/values.ts';
import type { Call, Expr, InputRef, Literal } from '../../expr/expr.ts';
import { isCallOf } from '../../expr/tree.ts';
import { type DataType, sameType } from '../../types/data-type.ts';
import { pow10 } from '../../types/decimal.ts';
import { exactSize } from '../../types/decimal-types.ts';

/** The most items of an IN list of which each is compared. */
const ITEMS_MAX = 8;

/** A comparison as vector instructions name it. */
export type LaneComparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** A condition that vectors can test: it holds for rows for which it is TRUE. */
export type MaskForm =
  | { readonly kind: 'all' | 'any'; readonly of: readonly MaskForm[] }
  /** `value`: as the column stores it, a bigint unless it is a floating-point number. */
  | {
      readonly kind: 'constant';
      readonly op: LaneComparison;
      readonly column: InputRef;
      readonly value: bigint | number;
    }
  | {
      readonly kind: 'columns';
      readonly op: LaneComparison;
      readonly left: InputRef;
      readonly right: InputRef;
    };

const COMPARISONS: Readonly<Record<string, LaneComparison>> = {
  '=': 'eq',
  '<>': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};
const FLIPPED = { eq: 'eq', ne: 'ne', lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' } as const;

/** How vectors test a condition; null when they do not. */
export function maskForm(condition: Expr): MaskForm | null {
  if (condition.kind !== 'Call' || condition.definition.body.kind !== 'builtin') return null;
  if (isCallOf(condition, 'AND')) return junction('all', condition.args);
  if (isCallOf(condition, 'OR')) return junction('any', condition.args);
  if (isCallOf(condition, 'IN')) return itemForm(condition);
  const op = COMPARISONS[condition.definition.name];
  return op === undefined ? null : comparison(op, condition.args[0]!, condition.args[1]!);
}

/** How many comparisons a form makes. */
export function comparisonsOf(form: MaskForm): number {
  if (form.kind !== 'all' && form.kind !== 'any') return 1;
  return form.of.reduce((sum, part) => sum + comparisonsOf(part), 0);
}

function junction(kind: 'all' | 'any', operands: readonly Expr[]): MaskForm | null {
  const of = operands.map(maskForm);
  return of.every((form) => form !== null) ? { kind, of } : null;
}

function itemForm({ args: [value, ...items] }: Call): MaskForm | null {
  if (items.length > ITEMS_MAX) return null;
  const of = items.map((item) => comparison('eq', value!, item));
  return of.every((form) => form !== null) ? { kind: 'any', of } : null;
}

function comparison(op: LaneComparison, left: Expr, right: Expr): MaskForm | null {
  if (left.kind === 'Literal' && right.kind === 'InputRef') {
    return comparison(FLIPPED[op], right, left);
  }
  if (left.kind !== 'InputRef' || !hasLanes(left.type)) return null;
  if (right.kind === 'InputRef') {
    return sameType(left.type, right.type, false) ? { kind: 'columns', op, left, right } : null;
  }
  if (right.kind !== 'Literal') return null;
  const value = storedAs(left.type, right);
  return value === null ? null : { kind: 'constant', op, column: left, value };
}

/** Whether values are numbers of up to eight bytes. */
function hasLanes(type: DataType): boolean {
  const storage = storageOf(type);
  return storage !== null && storageWidth(storage) <= 8;
}

/** A constant as a column of a type stores its values; null when it cannot be stored so. */
function storedAs(type: DataType, { type: from, value }: Literal): bigint | number | null {
  if (value === null) return null;
  const [to, size] = [exactSize(type), exactSize(from)];
  if (to !== null && size !== null) {
    if (size.scale > to.scale) return null;
    return BigInt(value as number | bigint) * pow10(to.scale - size.scale);
  }
  if (from.kind !== type.kind || !hasLanes(from)) return null;
  switch (type.kind) {
    case 'FLOAT':
    case 'DOUBLE':
      return value as number;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return (value as bigint) / 1000n;
    default:
      return BigInt(value as number | bigint);
  }
}
