import { assert } from '../../../common/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { joinConjunction, splitConjunction } from '../../../expr/simplify.ts';
import {
  callsUdf,
  inputRef,
  isCallOf,
  isDeterministic,
  remapInputs,
  shiftInputs,
  sideOf,
} from '../../../expr/tree.ts';
import { joinSchema } from '../../logical/build.ts';
import { estimateRows } from '../../logical/cardinality.ts';
import type { Join } from '../../logical/nodes.ts';
import type { HashJoin, NestedLoopJoin, PhysicalPlan } from '../nodes.ts';
import { lowerCalc } from './calc.ts';
import { appendColumns, calc, exchange, type Lowered, type Lowering, passAll } from './lowered.ts';

/** An equality that a hash table can answer: an expression of each side. */
interface EquiKey {
  readonly left: Expr;
  /** Over the columns of the right side alone. */
  readonly right: Expr;
  readonly nullSafe: boolean;
}

/** Equalities become keys of a hash join, the rest its residual; without any, a nested loop. */
export function lowerJoin(node: Join, lowering: Lowering): Lowered {
  const left = lowering.lower(node.left);
  const right = lowering.lower(node.right);
  const { keys, rest } = splitCondition(node);
  const udf = rest.filter(callsUdf);
  assert(udf.length === 0 || node.joinType === 'inner', 'only inner joins filter by user code');
  const residual = rest.filter((expr) => !callsUdf(expr));
  const joined =
    keys.length === 0
      ? nestedLoop(node, left, right, residual)
      : hashJoin(node, left, right, keys, residual);
  if (udf.length === 0) return joined;
  const { plan } = joined;
  const all = passAll(plan.schema);
  const filtered = lowerCalc(plan, joinConjunction(udf), all, plan.schema, plan.rows);
  return { plan: filtered, parallel: joined.parallel };
}

function splitCondition(node: Join): {
  readonly keys: readonly EquiKey[];
  readonly rest: readonly Expr[];
} {
  const width = node.left.schema.fields.length;
  const keys: EquiKey[] = [];
  const rest: Expr[] = [];
  for (const part of node.condition === null ? [] : splitConjunction(node.condition)) {
    const key = equiKey(part, width);
    if (key === null) rest.push(part);
    else keys.push(key);
  }
  return { keys, rest };
}

/** The key that an equality between the sides makes; `width` is the number of left columns. */
export function equiKey(expr: Expr, width: number): EquiKey | null {
  const nullSafe = isCallOf(expr, 'IS NOT DISTINCT FROM');
  if (expr.kind !== 'Call' || !(nullSafe || isCallOf(expr, '='))) return null;
  const [a, b] = expr.args as readonly [Expr, Expr];
  if (callsUdf(expr) || !isDeterministic(expr)) return null;
  const sides = [sideOf(a, width), sideOf(b, width)];
  if (sides[0] === 'left' && sides[1] === 'right') {
    return { left: a, right: shiftInputs(b, -width), nullSafe };
  }
  if (sides[0] === 'right' && sides[1] === 'left') {
    return { left: b, right: shiftInputs(a, -width), nullSafe };
  }
  return null;
}

function nestedLoop(
  node: Join,
  left: Lowered,
  right: Lowered,
  condition: readonly Expr[],
): Lowered {
  const plan: NestedLoopJoin = {
    kind: 'NestedLoopJoin',
    schema: node.schema,
    inputs: [left.plan, broadcast(right)],
    rows: estimateRows(node),
    joinType: node.joinType,
    condition: condition.length === 0 ? null : joinConjunction(condition),
  };
  return { plan, parallel: left.parallel };
}

function hashJoin(
  node: Join,
  left: Lowered,
  right: Lowered,
  keys: readonly EquiKey[],
  residual: readonly Expr[],
): Lowered {
  const leftWidth = node.left.schema.fields.length;
  const a = appendColumns(
    left.plan,
    keys.map((key) => key.left),
  );
  const b = appendColumns(
    right.plan,
    keys.map((key) => key.right),
  );
  const added = a.plan.schema.fields.length - leftWidth;
  const build = buildSide(node);
  const probe = build === 'right' ? left : right;
  const held = (side: Lowered, plan: PhysicalPlan) => broadcast({ plan, parallel: side.parallel });
  const move = (expr: Expr) =>
    remapInputs(expr, (index) => (index < leftWidth ? index : index + added));
  const schema = joinSchema(a.plan.schema, b.plan.schema, node.joinType);
  const join: HashJoin = {
    kind: 'HashJoin',
    schema,
    inputs: [
      build === 'left' ? held(left, a.plan) : a.plan,
      build === 'right' ? held(right, b.plan) : b.plan,
    ],
    rows: estimateRows(node),
    joinType: node.joinType,
    leftKeys: a.columns,
    rightKeys: b.columns,
    nullSafe: keys.map((key) => key.nullSafe),
    residual: residual.length === 0 ? null : move(joinConjunction(residual)),
    build,
  };
  const columns = node.schema.fields.map((f, i) => inputRef(i < leftWidth ? i : i + added, f.type));
  const plan = calc(join, null, columns, node.schema, join.rows);
  return { plan: renamedJoin(plan, join, node), parallel: probe.parallel };
}

/** The join itself under the node's schema where no columns were added. */
function renamedJoin(plan: PhysicalPlan, join: HashJoin, node: Join): PhysicalPlan {
  return plan === join ? { ...join, schema: node.schema } : plan;
}

/**
 * The smaller side is held. Joins that keep unmatched or only left rows hold the right one, unless
 * it is far larger: held rows that stay unmatched come last.
 */
function buildSide(node: Join): HashJoin['build'] {
  const left = estimateRows(node.left);
  const right = estimateRows(node.right);
  switch (node.joinType) {
    case 'inner':
      return left < right ? 'left' : 'right';
    case 'right':
      return left <= right * 4 ? 'left' : 'right';
    case 'left':
    case 'semi':
    case 'anti':
      return left * 4 < right ? 'left' : 'right';
    case 'full':
      return 'right';
  }
}

function broadcast({ plan, parallel }: Lowered): PhysicalPlan {
  return parallel ? exchange(plan, 'broadcast', []) : plan;
}
