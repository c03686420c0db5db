import { assert } from '../../common/assert.ts';
import type { PhysicalKind, PhysicalNode, PhysicalPlan } from '../../planner/physical/nodes.ts';
import type { Operator, TaskContext } from '../operator.ts';
import type { SharedTable } from '../pool/protocol.ts';
import { AsyncUdfCalcOperator } from './async-udf-calc.ts';
import { CalcOperator } from './calc.ts';
import { CalledAggregateOperator, calledAggregate } from './called-aggregate.ts';
import { HashAggregateOperator } from './hash-aggregate.ts';
import { JoinProbeOperator } from './join-probe.ts';
import { LimitOperator } from './limit.ts';
import { MatchOperator } from './match.ts';
import { OverAggregateOperator } from './over-aggregate.ts';
import { AllPairs, HashPairs } from './pairs.ts';
import { ProcessTableOperator } from './process-table.ts';
import { RankOperator } from './rank.ts';
import { SortOperator } from './sort.ts';
import { SortLimitOperator } from './sort-limit.ts';
import { UdfAggregateOperator } from './udf-aggregate.ts';
import { UdfCalcOperator } from './udf-calc.ts';
import { UnnestOperator } from './unnest.ts';

type OperatorFactory<K extends PhysicalKind> = (
  node: PhysicalNode<K>,
  ctx: TaskContext,
  table: SharedTable | null,
) => Operator;

/** Nodes that the job turns into sources, outputs or borders between tasks. */
const noOperator = (node: PhysicalPlan): never => {
  assert(false, `${node.kind} is not an operator of a chain`);
};

/** The operator of every physical node. */
const OPERATORS = {
  TableSourceScan: noOperator,
  ValuesScan: noOperator,
  Union: noOperator,
  Shared: noOperator,
  Exchange: noOperator,
  TableSink: noOperator,
  Calc: (node, ctx) => new CalcOperator(node, ctx),
  UdfCalc: (node, ctx) => new UdfCalcOperator(node, ctx),
  AsyncUdfCalc: (node, ctx) => new AsyncUdfCalcOperator(node, ctx),
  HashAggregate: (node, ctx) =>
    node.calls.some(({ definition }) => definition.body.kind === 'udf')
      ? new UdfAggregateOperator(node, ctx)
      : new HashAggregateOperator(node, ctx),
  OverAggregate: (node, ctx) => new OverAggregateOperator(node, ctx),
  Rank: (node, ctx) => new RankOperator(node, ctx),
  Match: (node, ctx) => new MatchOperator(node, ctx),
  ProcessTable: (node, ctx) => new ProcessTableOperator(node, ctx),
  HashJoin: (node, ctx, table) => {
    const build = required(table);
    return new JoinProbeOperator(node, build, new HashPairs(node, build, ctx), ctx);
  },
  NestedLoopJoin: (node, ctx, table) => {
    const build = required(table);
    return new JoinProbeOperator(node, build, new AllPairs(build, ctx), ctx);
  },
  Sort: (node, ctx) => new SortOperator(node.keys, ctx),
  SortLimit: (node, ctx) => new SortLimitOperator(node, ctx),
  Unnest: (node, ctx) => new UnnestOperator(node, ctx),
  Limit: (node, ctx) => new LimitOperator(node, ctx),
} satisfies { readonly [K in PhysicalKind]: OperatorFactory<K> };

/** Makes the operator of a node, measured if asked; `table` is the build side of a join. */
export function createOperator(
  node: PhysicalPlan,
  table: SharedTable | null,
  ctx: TaskContext,
): Operator {
  // The entry of a kind takes the nodes of that kind.
  const factory = OPERATORS[node.kind] as OperatorFactory<PhysicalKind>;
  const { profile } = ctx;
  if (profile === undefined) return factory(node, ctx, table);
  return profile.operator(node, ctx, (measured) => factory(node, measured, table));
}

/** Makes the operators of the nodes of a chain: of each its own, or of two that one does at once. */
export function createOperators(
  nodes: readonly { readonly node: PhysicalPlan; readonly table: SharedTable | null }[],
  contexts: readonly TaskContext[],
): readonly Operator[] {
  const operators: Operator[] = [];
  for (let i = 0; i < nodes.length; i++) {
    const { node, table } = nodes[i]!;
    const ctx = contexts[i]!;
    const joint = createJoint(node, nodes[i + 1]?.node, ctx);
    if (joint !== null) i++;
    operators.push(joint ?? createOperator(node, table, ctx));
  }
  return operators;
}

/** The operator that does the work of two nodes, measured as that of the second one; or null. */
function createJoint(
  node: PhysicalPlan,
  next: PhysicalPlan | undefined,
  ctx: TaskContext,
): Operator | null {
  const nodes = next === undefined || !ctx.compile ? null : calledAggregate(node, next);
  if (nodes === null) return null;
  const { calc, aggregate } = nodes;
  const make = (measured: TaskContext) => new CalledAggregateOperator(calc, aggregate, measured);
  return ctx.profile === undefined ? make(ctx) : ctx.profile.operator(aggregate, ctx, make);
}

function required(table: SharedTable | null): SharedTable {
  assert(table !== null, 'a join has a build side');
  return table;
}
