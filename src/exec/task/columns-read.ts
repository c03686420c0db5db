import type { Expr } from '../../expr/expr.ts';
import { inputsUsed } from '../../expr/tree.ts';
import type {
  HashAggregate,
  HashJoin,
  NestedLoopJoin,
  PhysicalPlan,
} from '../../planner/physical/nodes.ts';

/** Columns that somebody reads; null: all. */
type ColumnsRead = ReadonlySet<number> | null;

/** The output columns of each node of a chain that the nodes behind it read; of the last one all. */
export function columnsRead(chain: readonly PhysicalPlan[]): readonly ColumnsRead[] {
  const read: ColumnsRead[] = [];
  let output: ColumnsRead = null;
  for (const node of chain.toReversed()) {
    read.push(output);
    output = inputColumns(node, output);
  }
  return read.toReversed();
}

/** The columns of its input that a node reads, when those of its output are read. */
function inputColumns(node: PhysicalPlan, output: ColumnsRead): ColumnsRead {
  switch (node.kind) {
    case 'Calc': {
      const isRead = (expr: Expr, i: number): boolean =>
        output === null || expr.kind !== 'InputRef' || output.has(i);
      const exprs = node.projections.filter(isRead);
      return new Set(inputsUsed(...exprs, ...(node.condition === null ? [] : [node.condition])));
    }
    case 'HashAggregate':
      return rowColumns(node);
    case 'HashJoin':
    case 'NestedLoopJoin':
      return probeColumns(node, output);
    default:
      return null;
  }
}

function rowColumns({ phase, keys, calls, condition }: HashAggregate): ColumnsRead {
  if (phase === 'final') return null;
  const exprs = calls.flatMap(({ args, filter }) => (filter === null ? args : [...args, filter]));
  if (condition !== undefined) exprs.push(condition);
  return new Set([...keys, ...inputsUsed(...exprs)]);
}

/** The columns of the streaming side of a join that are read. */
function probeColumns(node: HashJoin | NestedLoopJoin, output: ColumnsRead): ColumnsRead {
  if (output === null) return null;
  const isHash = node.kind === 'HashJoin';
  const condition = isHash ? node.residual : node.condition;
  const buildLeft = isHash && node.build === 'left';
  const width = node.inputs[0]?.schema.fields.length ?? 0;
  const pairs = [...output, ...(condition === null ? [] : inputsUsed(condition))];
  const side = buildLeft
    ? pairs.filter((column) => column >= width).map((column) => column - width)
    : pairs.filter((column) => column < width);
  const keys = isHash ? (buildLeft ? node.rightKeys : node.leftKeys) : [];
  return new Set([...keys, ...side]);
}
