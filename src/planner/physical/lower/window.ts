import { estimateRows } from '../../logical/cardinality.ts';
import type { Match as LogicalMatch, Window } from '../../logical/nodes.ts';
import type { Match, OverAggregate } from '../nodes.ts';
import { exchange, gather, type Lowered, type Lowering } from './lowered.ts';

/** Window calls: several tasks share the partitions; without any, one task has all rows. */
export function lowerWindow(node: Window, lowering: Lowering): Lowered {
  const input = lowering.lower(node.input);
  const parallel = input.parallel && node.partition.length > 0;
  const plan = parallel ? exchange(input.plan, 'hash', node.partition) : gather(input).plan;
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

/** Patterns of rows: likewise. */
export function lowerMatch(node: LogicalMatch, lowering: Lowering): Lowered {
  const { input: below, ...spec } = node;
  const input = lowering.lower(below);
  const parallel = input.parallel && node.partition.length > 0;
  const plan = parallel ? exchange(input.plan, 'hash', node.partition) : gather(input).plan;
  const matched: Match = { ...spec, inputs: [plan], rows: estimateRows(node) };
  return { plan: matched, parallel };
}
