import { constantComparison } from '../../expr/constant-comparison.ts';
import type { Expr, InputRef, Literal } from '../../expr/expr.ts';
import { isCallOf } from '../../expr/tree.ts';
import type { ColumnRange } from '../../formats/format.ts';
import { comparatorOf, isOrdered } from '../../functions/compare.ts';
import type { DataType } from '../../types/data-type.ts';
import { rescale } from '../../types/decimal.ts';
import { isInteger } from '../../types/families.ts';
import type { Schema } from '../../types/schema.ts';

/**
 * The ranges that rows must lie in to fulfil all of the filters. They only leave rows out that
 * cannot match: filters that say more stay to be evaluated.
 */
export function rangesOf(filters: readonly Expr[], schema: Schema): readonly ColumnRange[] {
  return filters.flatMap((filter) => rangesOfOne(filter, schema));
}

function rangesOfOne(filter: Expr, schema: Schema): readonly ColumnRange[] {
  if (isCallOf(filter, 'AND')) return filter.args.flatMap((arg) => rangesOfOne(arg, schema));
  const comparison = constantComparison(filter);
  if (comparison === null) return [];
  const { operator, value, constants } = comparison;
  switch (operator) {
    case '<>':
    case 'NOT IN':
      return [];
    case 'IN':
      return rangeOfList(value, constants, schema);
    default:
      return rangeOf(operator, value, constants[0]!, schema);
  }
}

function rangeOf(
  operator: string,
  column: Expr,
  { value, type }: Literal,
  schema: Schema,
): readonly ColumnRange[] {
  const ref = columnOf(column);
  const field = ref === null ? undefined : schema.fields[ref.index];
  if (field === undefined || value === null || !isOrdered(field.type)) return [];
  const low = converted(value, type, field.type, 'down');
  const high = converted(value, type, field.type, 'up');
  if (low === null || high === null) return [];
  const exact = comparatorOf(field.type)(low, high) === 0;
  const range = {
    column: field.name,
    min: null,
    max: null,
    minInclusive: true,
    maxInclusive: true,
  };
  switch (operator) {
    case '=':
      return [{ ...range, min: low, max: high }];
    case '<':
    case '<=':
      return [{ ...range, max: high, maxInclusive: !exact || operator === '<=' }];
    default:
      return [{ ...range, min: low, minInclusive: !exact || operator === '>=' }];
  }
}

function rangeOfList(
  column: Expr,
  items: readonly Literal[],
  schema: Schema,
): readonly ColumnRange[] {
  const ranges = items.flatMap((item) => rangeOf('=', column, item, schema));
  const [first] = ranges;
  if (first === undefined || ranges.length !== items.length) return [];
  const type = schema.fields.find((field) => field.name === first.column)?.type;
  if (type === undefined) return [];
  const compare = comparatorOf(type);
  let { min, max } = first;
  for (const range of ranges) {
    if (compare(range.min, min) < 0) min = range.min;
    if (compare(range.max, max) > 0) max = range.max;
  }
  return [{ ...first, min, max }];
}

/** The column under casts that keep the order and all values. */
function columnOf(expr: Expr): InputRef | null {
  if (expr.kind === 'InputRef') return expr;
  if (expr.kind !== 'Cast' || expr.safe) return null;
  const inner = columnOf(expr.input);
  return inner !== null && widens(expr.input.type, expr.type) ? inner : null;
}

const WIDTHS: Readonly<Record<string, number>> = { TINYINT: 1, SMALLINT: 2, INT: 3, BIGINT: 4 };
const INTEGER_DIGITS: Readonly<Record<string, number>> = {
  TINYINT: 3,
  SMALLINT: 5,
  INT: 10,
  BIGINT: 19,
};

function widens(from: DataType, to: DataType): boolean {
  if (isInteger(from) && isInteger(to)) return (WIDTHS[from.kind] ?? 9) <= (WIDTHS[to.kind] ?? 0);
  if (to.kind === 'DECIMAL') {
    if (isInteger(from)) return to.precision - to.scale >= (INTEGER_DIGITS[from.kind] ?? 99);
    if (from.kind !== 'DECIMAL') return false;
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  if (from.kind !== to.kind) return from.kind === 'CHAR' && to.kind === 'VARCHAR';
  return !('precision' in from && 'precision' in to) || from.precision <= to.precision;
}

/** The literal as a value of the column's type, rounded outwards; null when that has no meaning. */
function converted(value: unknown, from: DataType, to: DataType, round: 'down' | 'up'): unknown {
  if (from.kind === to.kind && from.kind !== 'DECIMAL') return value;
  const scale = from.kind === 'DECIMAL' ? from.scale : isInteger(from) ? 0 : null;
  if (scale === null || (typeof value !== 'bigint' && typeof value !== 'number')) {
    return from.kind === 'CHAR' && to.kind === 'VARCHAR' ? value : null;
  }
  const digits = BigInt(value);
  if (to.kind === 'DECIMAL') return roundedTo(digits, scale, to.scale, round);
  if (!isInteger(to)) return null;
  const whole = roundedTo(digits, scale, 0, round);
  return to.kind === 'BIGINT' ? whole : Number(whole);
}

function roundedTo(digits: bigint, from: number, to: number, round: 'down' | 'up'): bigint {
  if (to >= from) return rescale(digits, from, to);
  const unit = 10n ** BigInt(from - to);
  const down = digits / unit - (digits < 0n && digits % unit !== 0n ? 1n : 0n);
  return round === 'up' && digits % unit !== 0n ? down + 1n : down;
}

/** Whether a value may lie in a range. */
export function isInRange(value: unknown, type: DataType, range: ColumnRange): boolean {
  if (value === null) return false;
  const compare = comparatorOf(type);
  if (range.min !== null) {
    const order = compare(value, range.min);
    if (order < 0 || (order === 0 && !range.minInclusive)) return false;
  }
  if (range.max !== null) {
    const order = compare(value, range.max);
    if (order > 0 || (order === 0 && !range.maxInclusive)) return false;
  }
  return true;
}
