import { tablesOf } from '../../../functions/process.ts';
import { estimateRows } from '../../logical/cardinality.ts';
import type {
  Match as LogicalMatch,
  ProcessTable as LogicalProcessTable,
  Rank as LogicalRank,
  Window,
} from '../../logical/nodes.ts';
import type { Match, OverAggregate, PhysicalPlan, ProcessTable, Rank } from '../nodes.ts';
import { exchange, gather, type Lowered, type Lowering } from './lowered.ts';

/** Window calls: several tasks share the partitions; without any, one task has all rows. */
export function lowerWindow(node: Window, lowering: Lowering): Lowered {
  const input = lowering.lower(node.input);
  const parallel = input.parallel && node.partition.length > 0;
  const plan =
    parallel && !isPartitioned(input.plan, node.partition)
      ? exchange(input.plan, 'hash', node.partition)
      : parallel
        ? input.plan
        : gather(input).plan;
  const over: OverAggregate = {
    kind: 'OverAggregate',
    schema: node.schema,
    inputs: [plan],
    rows: estimateRows(node),
    partition: node.partition,
    order: node.order,
    calls: node.calls,
  };
  return { plan: over, parallel };
}

/** Whether one task has all rows of a partition already. */
function isPartitioned(plan: PhysicalPlan, partition: readonly number[]): boolean {
  return (
    plan.kind === 'Rank' &&
    plan.partition.length === partition.length &&
    plan.partition.every((column, i) => column === partition[i])
  );
}

/** Each task keeps what may be among the first rows of a partition, then one task decides. */
export function lowerRank(node: LogicalRank, lowering: Lowering): Lowered {
  const input = lowering.lower(node.input);
  const { schema, partition, order, limit } = node;
  const rows = estimateRows(node);
  const rank = (plan: PhysicalPlan, local: boolean): Rank => ({
    kind: 'Rank',
    schema,
    inputs: [plan],
    rows,
    partition,
    order,
    function: node.function,
    limit,
    local,
  });
  if (!input.parallel) return { plan: rank(input.plan, false), parallel: false };
  const own = rank(input.plan, true);
  const parallel = partition.length > 0;
  const met = parallel ? exchange(own, 'hash', partition) : exchange(own, 'single', []);
  return { plan: rank(met, false), parallel };
}

/** Patterns of rows: likewise. */
export function lowerMatch(node: LogicalMatch, lowering: Lowering): Lowered {
  const { input: below, ...spec } = node;
  const input = lowering.lower(below);
  const parallel = input.parallel && node.partition.length > 0;
  const plan = parallel ? exchange(input.plan, 'hash', node.partition) : gather(input).plan;
  const matched: Match = { ...spec, inputs: [plan], rows: estimateRows(node) };
  return { plan: matched, parallel };
}

/** Sets of rows: likewise. Rows that are by themselves stay where they are. */
export function lowerProcessTable(node: LogicalProcessTable, lowering: Lowering): Lowered {
  const { input: below, ...spec } = node;
  const input = lowering.lower(below);
  const isSet = tablesOf(node.definition.process).some(({ semantics }) => semantics === 'set');
  const parallel = input.parallel && (!isSet || node.partition.length > 0);
  const plan = !parallel
    ? gather(input).plan
    : isSet
      ? exchange(input.plan, 'hash', node.partition)
      : input.plan;
  const processed: ProcessTable = { ...spec, inputs: [plan], rows: estimateRows(node) };
  return { plan: processed, parallel };
}
