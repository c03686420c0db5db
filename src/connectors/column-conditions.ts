import { constantComparison } from '../expr/constant-comparison.ts';
import type { Expr, InputRef, Literal } from '../expr/expr.ts';
import { isCallOf } from '../expr/tree.ts';
import type { ColumnCondition, ValueRange } from '../formats/format.ts';
import { comparatorOf, isOrdered } from '../functions/compare.ts';
import type { DataType } from '../types/data-type.ts';
import { rescale } from '../types/decimal.ts';
import { isInteger } from '../types/families.ts';
import type { Schema } from '../types/schema.ts';

/**
 * Conditions on single columns that rows must fulfil to fulfil all of the filters. They only leave
 * rows out that cannot match: filters that say more stay to be evaluated.
 */
export function conditionsOf(filters: readonly Expr[], schema: Schema): readonly ColumnCondition[] {
  return filters.flatMap((filter) => conditionsOfOne(filter, schema));
}

const EVERYTHING: ValueRange = { min: null, max: null, minInclusive: true, maxInclusive: true };

function conditionsOfOne(filter: Expr, schema: Schema): readonly ColumnCondition[] {
  if (isCallOf(filter, 'AND')) return conditionsOf(filter.args, schema);
  if (isCallOf(filter, 'OR')) return alternatives(filter.args, schema);
  for (const test of ['IS NULL', 'IS NOT NULL'] as const) {
    if (!isCallOf(filter, test)) continue;
    const column = columnNameOf(filter.args[0]!, schema);
    if (column === null) return [];
    const orNull = test === 'IS NULL';
    return [{ column, ranges: orNull ? [] : [EVERYTHING], orNull }];
  }
  const comparison = constantComparison(filter);
  if (comparison === null) return [];
  const { operator, value, constants } = comparison;
  const column = columnNameOf(value, schema);
  if (column === null || operator === '<>' || operator === 'NOT IN') return [];
  const { type } = schema.fields.find((field) => field.name === column)!;
  const ranges = constants.map((constant) =>
    rangeOf(operator === 'IN' ? '=' : operator, constant, type),
  );
  if (!ranges.every((range) => range !== null)) return [];
  return [{ column, ranges, orNull: false }];
}

/** What all operands of an OR say about one column. */
function alternatives(operands: readonly Expr[], schema: Schema): readonly ColumnCondition[] {
  const [first, ...others] = operands.map((operand) => conditionsOfOne(operand, schema));
  return (first ?? []).flatMap((condition) => {
    const same = others.map((conditions) => conditions.find((c) => c.column === condition.column));
    if (!same.every((other) => other !== undefined)) return [];
    const all = [condition, ...same];
    const ranges = all.flatMap((c) => c.ranges);
    return [{ column: condition.column, ranges, orNull: all.some((c) => c.orNull) }];
  });
}

function columnNameOf(value: Expr, schema: Schema): string | null {
  const ref = columnOf(value);
  return ref === null ? null : (schema.fields[ref.index]?.name ?? null);
}

/** The values of a column for which a comparison may be TRUE; null when that is not known. */
function rangeOf(
  operator: '=' | '<' | '<=' | '>' | '>=',
  { value, type: from }: Literal,
  type: DataType,
): ValueRange | null {
  if (value === null || !isOrdered(type)) return null;
  const low = converted(value, from, type, 'down');
  const high = converted(value, from, type, 'up');
  if (low === null || high === null) return null;
  const exact = comparatorOf(type)(low, high) === 0;
  switch (operator) {
    case '=':
      return { ...EVERYTHING, min: low, max: high };
    case '<':
    case '<=':
      return { ...EVERYTHING, max: high, maxInclusive: !exact || operator === '<=' };
    default:
      return { ...EVERYTHING, min: low, minInclusive: !exact || operator === '>=' };
  }
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

/** The types whose values have any length up to that of the type. */
const VARIABLE = {
  CHAR: 'VARCHAR',
  VARCHAR: 'VARCHAR',
  BINARY: 'VARBINARY',
  VARBINARY: 'VARBINARY',
} as const;

function widens(from: DataType, to: DataType): boolean {
  if (isInteger(from) && isInteger(to)) return (WIDTHS[from.kind] ?? 9) <= (WIDTHS[to.kind] ?? 0);
  if (to.kind === 'DECIMAL') {
    if (isInteger(from)) return to.precision - to.scale >= (INTEGER_DIGITS[from.kind] ?? 99);
    if (from.kind !== 'DECIMAL') return false;
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  if ('length' in from && 'length' in to) {
    // A shorter length cuts values; that of CHAR and BINARY pads them, too.
    return VARIABLE[from.kind] === to.kind && from.length <= to.length;
  }
  if (from.kind !== to.kind) return false;
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
