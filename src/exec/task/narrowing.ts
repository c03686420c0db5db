import type { Expr } from '../../expr/expr.ts';
import { DROPPED_SIDES, PRESENT_SIDES } from '../../expr/join-type.ts';
import { cannotFail } from '../../expr/safety.ts';
import type { HashJoin, PhysicalPlan } from '../../planner/physical/nodes.ts';
import { userFunctionsOf } from './udf-nodes.ts';

/** What a join says about rows below it: only those are needed that have a key of its table. */
export interface Narrowing {
  /** Number of the stage that makes the table. */
  readonly table: number;
  /** The key of the table that the rows are compared with, and which one of its keys that is. */
  readonly key: number;
  readonly nth: number;
  /** The column of the rows. */
  readonly column: number;
}

/** What the build side of a join, made by the stage `table`, says about its streaming side. */
export function narrowingsOf(node: HashJoin, table: number): readonly Narrowing[] {
  const buildLeft = node.build === 'left';
  const probe = buildLeft ? 'right' : 'left';
  if (!DROPPED_SIDES[node.joinType][probe]) return [];
  const [build, streaming] = buildLeft
    ? [node.leftKeys, node.rightKeys]
    : [node.rightKeys, node.leftKeys];
  return build.flatMap((key, i) =>
    node.nullSafe[i] === true ? [] : [{ table, key, nth: i, column: streaming[i]! }],
  );
}

/**
 * What is said about the rows of a node, said about the rows of one of its inputs: those that are
 * not needed there only make rows that are not needed here.
 */
export function narrowingsBelow(
  node: PhysicalPlan,
  input: number,
  above: readonly Narrowing[],
): readonly Narrowing[] {
  if (above.length === 0) return above;
  switch (node.kind) {
    case 'Exchange':
    case 'Sort':
    case 'Union':
      return above;
    case 'Calc': {
      // An error belongs to its row, also where the row is not needed.
      const exprs = node.condition === null ? [] : [node.condition];
      if (![...node.projections, ...exprs].every(cannotFail)) return [];
      return moved(above, (column) => columnOf(node.projections[column]));
    }
    case 'HashAggregate': {
      if (!node.calls.every(({ definition }) => TOTAL.has(definition.name))) return [];
      return moved(above, (column) => node.keys[column] ?? null);
    }
    case 'OverAggregate':
    case 'Rank':
      // What a user's function throws for a partition, it throws also where that is not needed.
      if (userFunctionsOf(node).length > 0) return [];
      return above.filter(({ column }) => node.partition.includes(column));
    case 'HashJoin':
      return belowJoin(node, input, above);
    default:
      return [];
  }
}

/** Aggregates without errors, which would belong to their group. */
const TOTAL: ReadonlySet<string> = new Set(['COUNT', 'SUM', 'SUM0', 'AVG', 'MIN', 'MAX']);

function belowJoin(
  node: HashJoin,
  input: number,
  above: readonly Narrowing[],
): readonly Narrowing[] {
  const side = input === 0 ? 'left' : 'right';
  if (!PRESENT_SIDES[node.joinType][side]) return [];
  // An error belongs to its pair, also where the pair is not needed.
  if (node.residual !== null && !cannotFail(node.residual)) return [];
  const width = node.inputs[0]?.schema.fields.length ?? 0;
  const own = input === 0 ? node.leftKeys : node.rightKeys;
  const other = (input === 0 ? node.rightKeys : node.leftKeys).map((key) =>
    input === 0 ? key + width : key,
  );
  return moved(above, (column) => {
    const isOwn = input === 0 ? column < width : column >= width;
    if (isOwn) return input === 0 ? column : column - width;
    // Equal to a column of the other side, which is said something about.
    const key = node.joinType === 'inner' ? other.indexOf(column) : -1;
    return key < 0 || node.nullSafe[key] === true ? null : own[key]!;
  });
}

function moved(
  above: readonly Narrowing[],
  to: (column: number) => number | null,
): readonly Narrowing[] {
  return above.flatMap((narrowing) => {
    const column = to(narrowing.column);
    return column === null ? [] : [{ ...narrowing, column }];
  });
}

function columnOf(expr: Expr | undefined): number | null {
  return expr?.kind === 'InputRef' ? expr.index : null;
}
