import type { Expr } from '../../expr/expr.ts';
import { columnSource, columnStatistics, columnUnder, distinctValues } from './column-source.ts';
import type { LogicalPlan } from './nodes.ts';

/** Shares of the rows that conditions let pass, as planners without statistics guess them. */
const GUESS = { equal: 0.1, range: 0.3, like: 0.1, isNull: 0.1, other: 0.5 } as const;
/** No range is taken for emptier: statistics may be old. */
const RANGE_MIN = 0.001;

/** The share of the rows of `input` that a condition on its columns is expected to let pass. */
export function selectivity(predicate: Expr, input: LogicalPlan): number {
  if (predicate.kind !== 'Call') return GUESS.other;
  const { definition, args } = predicate;
  switch (definition.name) {
    case 'AND':
      return args.reduce((share, arg) => share * selectivity(arg, input), 1);
    case 'OR': {
      const shares = args.map((arg) => selectivity(arg, input));
      return Math.min(
        1,
        shares.reduce((sum, share) => sum + share, 0),
      );
    }
    case 'NOT':
      return 1 - selectivity(args[0]!, input);
    case '=':
      return equality(args, input);
    case 'IN':
      return Math.min(GUESS.other, equality(args, input) * (args.length - 1));
    case '<':
    case '<=':
      return range(args[0]!, args[1]!, input) ?? GUESS.range;
    case '>':
    case '>=':
      return range(args[1]!, args[0]!, input) ?? GUESS.range;
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

/** The share of rows with low < high, where one is an analyzed column, the other a constant. */
function range(low: Expr, high: Expr, input: LogicalPlan): number | null {
  const [column, constant] = low.kind === 'InputRef' ? [low, high] : [high, low];
  if (column.kind !== 'InputRef' || constant.kind !== 'Literal') return null;
  const { type } = column;
  const isSame =
    type.kind === constant.type.kind &&
    (type.kind !== 'DECIMAL' ||
      constant.type.kind !== 'DECIMAL' ||
      type.scale === constant.type.scale);
  const statistics = columnStatistics(columnSource(input, column.index));
  if (!isSame || statistics === null) return null;
  const [min, max, at] = [statistics.min, statistics.max, constant.value].map(numeric);
  if (min == null || max == null || at == null || min >= max) return null;
  const below = (at - min) / (max - min);
  return Math.min(1, Math.max(RANGE_MIN, column === low ? below : 1 - below));
}

function numeric(value: unknown): number | null {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}

function nulls(arg: Expr, input: LogicalPlan): number {
  const column = columnUnder(arg);
  const source = column === null ? null : columnSource(input, column);
  const statistics = source === null ? null : columnStatistics(source);
  if (source?.plan.kind !== 'Scan' || statistics === null) return GUESS.isNull;
  const rows = source.plan.statistics?.rowCount ?? 0;
  return rows === 0 ? GUESS.isNull : statistics.nullCount / rows;
}
