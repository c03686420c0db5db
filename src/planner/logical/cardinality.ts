import { unreachable } from '../../common/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import { splitConjunction } from '../../expr/simplify.ts';
import { isCallOf } from '../../expr/tree.ts';
import { columnSource, columnUnder, distinctValues, rowsOf } from './column-source.ts';
import type { Join, LogicalPlan } from './nodes.ts';
import { selectivity } from './selectivity.ts';
import { bodiesOf } from './shared.ts';
import { visit } from './tree.ts';

/** Rows of a table that does not know its size. */
const ROWS_UNKNOWN = 10_000;
/** Rows of a group on average. */
const GROUP_ROWS = 10;

/**
 * So many groups leave the caches of a processor: to find that of a row then costs about as much as
 * to look it up in the table of a join whose keys are far apart.
 */
export const GROUPS_MANY = 50_000;

const known = new WeakMap<LogicalPlan, number>();

/** The estimated number of rows of a plan; at least 1 unless it is known to be empty. */
export function estimateRows(plan: LogicalPlan): number {
  let rows = known.get(plan);
  if (rows === undefined) {
    rows = Math.round(estimate(plan));
    known.set(plan, rows);
  }
  return rows;
}

/** Forgets what was estimated of a plan that is kept: its tables have other rows now. */
export function forgetRows(plan: LogicalPlan): void {
  for (const part of [plan, ...bodiesOf(plan).map((body) => body.plan)]) {
    visit(part, (node) => {
      known.delete(node);
    });
  }
}

/** Elements that an array is expected to have. */
const ELEMENTS = 3;

function estimate(plan: LogicalPlan): number {
  switch (plan.kind) {
    case 'Scan':
      return rowsOf(plan) ?? ROWS_UNKNOWN;
    case 'Values':
      return plan.rows.length;
    case 'Filter':
      return atLeastOne(
        estimateRows(plan.input) * selectivity(plan.predicate, plan.input, estimateRows),
      );
    case 'Aggregate':
      return estimateGroups(plan.input, plan.keys);
    case 'Join':
      return estimateJoin(plan);
    case 'Limit': {
      const rest = Math.max(0, estimateRows(plan.input) - plan.offset);
      return plan.limit === null ? rest : Math.min(rest, plan.limit);
    }
    case 'Union':
      return plan.inputs.reduce((sum, input) => sum + estimateRows(input), 0);
    case 'Unnest':
      return estimateRows(plan.input) * ELEMENTS;
    case 'Rank': {
      const partitions = estimateGroups(plan.input, plan.partition);
      return Math.min(estimateRows(plan.input), atLeastOne(partitions * plan.limit));
    }
    case 'Project':
    case 'Match':
    case 'ProcessTable':
    case 'Sort':
    case 'Window':
      return estimateRows(plan.input);
    case 'Shared':
      return estimateRows(plan.body.plan);
    case 'Sink':
      return 1;
    default:
      return unreachable(plan);
  }
}

/** As many groups as the keys have combinations of values, as far as there are rows for them. */
function estimateGroups(input: LogicalPlan, keys: readonly number[]): number {
  if (keys.length === 0) return 1;
  const rows = estimateRows(input);
  const { groups, isKnown } = knownGroups(input, keys);
  const guessed = isKnown ? groups : Math.max(groups, rows / GROUP_ROWS);
  return Math.min(rows, atLeastOne(guessed));
}

/**
 * The groups of which statistics know: at least that many are expected, as far as there are rows.
 * `isKnown`: they know the values of all keys.
 */
export function knownGroups(
  input: LogicalPlan,
  keys: readonly number[],
): { readonly groups: number; readonly isKnown: boolean } {
  const rows = estimateRows(input);
  let groups = 1;
  let isKnown = true;
  for (const key of keys) {
    const source = columnSource(input, key);
    const values = distinctValues(source);
    if (values === null) isKnown = false;
    else groups *= met(values, rows, estimateRows(source.plan));
  }
  return { groups: Math.min(rows, groups), isKnown };
}

/** How many of the values of a table's column some of its rows have, taken at random. */
function met(values: number, rows: number, tableRows: number): number {
  const left = Math.max(0, 1 - rows / Math.max(1, tableRows));
  return values * (1 - left ** Math.max(1, tableRows / values));
}

/**
 * Each row of one side finds the rows of the other that have its key: as many as there are rows
 * for each distinct key.
 */
function estimateJoin(join: Join): number {
  const { left, right, joinType, condition } = join;
  const a = estimateRows(left);
  const b = estimateRows(right);
  const width = left.schema.fields.length;
  const parts = condition === null ? [] : splitConjunction(condition);
  const keys = parts.map((part) => joinKey(part, left, right, width));
  const rest = parts.filter((_, i) => keys[i] === null);
  const share = rest.reduce(
    (product, part) => product * selectivity(part, join, estimateRows),
    joinShare(
      keys.filter((key) => key !== null),
      join,
    ),
  );
  if (joinType === 'semi' || joinType === 'anti') {
    const found = Math.min(1, b * share);
    return atLeastOne(a * (joinType === 'semi' ? found : Math.max(0.1, 1 - found)));
  }
  const kept = (joinType === 'left' ? a : 0) || (joinType === 'right' ? b : 0);
  return atLeastOne(Math.max(a * b * share, joinType === 'full' ? a + b : kept));
}

/** One side of an equality between the inputs of a join. */
export interface KeySide {
  /** Distinct values before filters; null: unknown. */
  readonly values: number | null;
  /** Rows of the table that the values come from: there are no more values than that. */
  readonly rows: number;
  /** That table, or the node that computes the values. */
  readonly source: LogicalPlan;
}

/** An equality between the inputs of a join. */
interface JoinKey {
  readonly left: KeySide;
  readonly right: KeySide;
}

/**
 * The share of all pairs that equalities leave. Several are one key: it has no more values than the
 * smaller of the two tables has rows.
 */
function joinShare(keys: readonly JoinKey[], { left, right }: Join): number {
  const values = keys.reduce((product, key) => product * keyValues(key), 1);
  const most = Math.min(
    combinations(
      keys.map((key) => key.left),
      left,
    ),
    combinations(
      keys.map((key) => key.right),
      right,
    ),
  );
  return 1 / Math.min(values, most);
}

/**
 * The most combinations of values that columns of an input may have. Those of different tables have
 * been joined: by the largest one below, which has a row for each combination.
 */
function combinations(sides: readonly KeySide[], input: LogicalPlan): number {
  let most = Math.max(1, ...sides.map(({ rows }) => rows));
  if (sides.every(({ source }) => source === sides[0]?.source)) return most;
  visit(input, (node) => {
    if (node.kind === 'Scan') most = Math.max(most, estimateRows(node));
  });
  return most;
}

/**
 * Values of one side that the other lacks find no row: the side with more of them decides. Where
 * they are not known, the column of the smaller table is taken for its key.
 */
function keyValues({ left, right }: JoinKey): number {
  return left.values !== null && right.values !== null
    ? Math.max(left.values, right.values)
    : Math.min(left.rows, right.rows);
}

/** What is known of an expression over an input whose first column has the index `offset`. */
export function keySide(expr: Expr, input: LogicalPlan, offset: number): KeySide {
  const column = columnUnder(expr);
  if (column === null) {
    return { values: null, rows: atLeastOne(estimateRows(input)), source: input };
  }
  const source = columnSource(input, column - offset);
  const rows = atLeastOne(estimateRows(source.plan));
  return { values: distinctValues(source), rows, source: source.plan };
}

/** The sides of an equality between two columns; null for other conditions. */
function joinKey(part: Expr, left: LogicalPlan, right: LogicalPlan, width: number): JoinKey | null {
  if (!isCallOf(part, '=') && !isCallOf(part, 'IS NOT DISTINCT FROM')) return null;
  const [x, y] = part.args as readonly [Expr, Expr];
  const [a, b] = [columnUnder(x), columnUnder(y)];
  if (a === null || b === null || a < width === b < width) return null;
  const [l, r] = a < width ? [x, y] : [y, x];
  return { left: keySide(l, left, 0), right: keySide(r, right, width) };
}

function atLeastOne(rows: number): number {
  return Math.max(1, rows);
}
