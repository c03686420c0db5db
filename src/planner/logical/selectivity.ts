import type { Call, Expr } from '../../expr/expr.ts';
import { splitConjunction } from '../../expr/simplify.ts';
import { isCallOf } from '../../expr/tree.ts';
import { summaryValue } from '../../types/column-summary.ts';
import { columnSource, columnSummary, columnUnder, distinctValues } from './column-source.ts';
import { type RowEstimate, shareAbove } from './group-totals.ts';
import type { LogicalPlan } from './nodes.ts';

/** Shares of the rows that conditions let pass, as planners without statistics guess them. */
const GUESS = { equal: 0.1, range: 0.3, like: 0.1, isNull: 0.1, other: 0.5 } as const;
/** No range is taken for emptier: statistics may be old. */
const RANGE_MIN = 0.001;

/**
 * The share of the rows of `input` that a condition on its columns is expected to let pass; `rowsOf`
 * says how many rows the plans below have.
 */
export function selectivity(predicate: Expr, input: LogicalPlan, rowsOf: RowEstimate): number {
  if (predicate.kind !== 'Call') return GUESS.other;
  const { definition, args } = predicate;
  switch (definition.name) {
    case 'AND':
      return conjunction(splitConjunction(predicate), input, rowsOf);
    case 'OR': {
      const shares = args.map((arg) => selectivity(arg, input, rowsOf));
      return Math.min(
        1,
        shares.reduce((sum, share) => sum + share, 0),
      );
    }
    case 'NOT':
      return 1 - selectivity(args[0]!, input, rowsOf);
    case '=':
      return equality(args, input);
    case 'IN':
      return Math.min(GUESS.other, equality(args, input) * (args.length - 1));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return range(predicate, input, rowsOf);
    case 'LIKE':
      return GUESS.like;
    case 'IS NULL':
      return nulls(args[0]!, input);
    case 'IS NOT NULL':
      return 1 - nulls(args[0]!, input);
    case '<>':
      return 1 - equality(args, input);
    default:
      return GUESS.other;
  }
}

/** A column is as often equal to a constant as it has different values, which are as frequent. */
function equality(args: readonly Expr[], input: LogicalPlan): number {
  const column = args.find((arg) => columnUnder(arg) !== null);
  const isWithConstants = args.every((arg) => arg === column || arg.kind === 'Literal');
  if (column === undefined || !isWithConstants) return GUESS.equal;
  const values = distinctValues(columnSource(input, columnUnder(column)!));
  return values === null ? GUESS.equal : 1 / values;
}

/** A condition on one side of the values of a column, whose range is known. */
interface Bound {
  readonly column: number;
  readonly side: 'below' | 'above';
  /** The share of the rows that are not NULL. */
  readonly share: number;
}

/** low < high, where one is a column, the other a constant; null for others. */
function bound(low: Expr, high: Expr, input: LogicalPlan): Bound | null {
  const [column, constant] = low.kind === 'InputRef' ? [low, high] : [high, low];
  if (column.kind !== 'InputRef' || constant.kind !== 'Literal') return null;
  const { type } = column;
  const isSame =
    type.kind === constant.type.kind &&
    (type.kind !== 'DECIMAL' ||
      constant.type.kind !== 'DECIMAL' ||
      type.scale === constant.type.scale);
  const at = summaryValue(constant.value);
  const summary = columnSummary(columnSource(input, column.index));
  if (!isSame || summary === null || at === null) return null;
  if (summary.min === null || summary.max === null) return null;
  const [min, max] = [Number(summary.min), Number(summary.max)];
  if (min >= max) return null;
  const under = Math.min(1, Math.max(0, (Number(at) - min) / (max - min)));
  return column === low
    ? { column: column.index, side: 'below', share: under }
    : { column: column.index, side: 'above', share: 1 - under };
}

function boundOf(predicate: Expr, input: LogicalPlan): Bound | null {
  if (isCallOf(predicate, '<') || isCallOf(predicate, '<=')) {
    return bound(predicate.args[0]!, predicate.args[1]!, input);
  }
  if (isCallOf(predicate, '>') || isCallOf(predicate, '>=')) {
    return bound(predicate.args[1]!, predicate.args[0]!, input);
  }
  return null;
}

function range(predicate: Call, input: LogicalPlan, rowsOf: RowEstimate): number {
  const known = boundOf(predicate, input)?.share ?? totalShare(predicate, input, rowsOf);
  return known === null ? GUESS.range : Math.max(RANGE_MIN, known);
}

/** The share of groups whose total is on one side of a constant. */
function totalShare(predicate: Call, input: LogicalPlan, rowsOf: RowEstimate): number | null {
  const [a, b] = predicate.args as readonly [Expr, Expr];
  const { name } = predicate.definition;
  const [low, high] = name === '<' || name === '<=' ? [a, b] : [b, a];
  if (low.kind === 'Literal') return shareAbove(high, low, input, rowsOf);
  const above = high.kind === 'Literal' ? shareAbove(low, high, input, rowsOf) : null;
  return above === null ? null : 1 - above;
}

/**
 * Conditions are taken to have nothing to do with each other, except those on both sides of a
 * column (BETWEEN): what lies above the one and below the other is what neither leaves out.
 */
function conjunction(parts: readonly Expr[], input: LogicalPlan, rowsOf: RowEstimate): number {
  const limits = new Map<number, { below: number; above: number }>();
  let share = 1;
  for (const part of parts) {
    const known = boundOf(part, input);
    if (known === null) {
      share *= selectivity(part, input, rowsOf);
      continue;
    }
    const limit = limits.get(known.column) ?? { below: 1, above: 1 };
    limit[known.side] = Math.min(limit[known.side], known.share);
    limits.set(known.column, limit);
  }
  for (const { below, above } of limits.values()) share *= Math.max(RANGE_MIN, below + above - 1);
  return share;
}

function nulls(arg: Expr, input: LogicalPlan): number {
  const column = columnUnder(arg);
  const summary = column === null ? null : columnSummary(columnSource(input, column));
  return summary?.nullShare ?? GUESS.isNull;
}
