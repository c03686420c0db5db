import type { SortKey } from '../../../expr/expr.ts';
import type { Schema } from '../../../types/schema.ts';
import { estimateRows } from '../../logical/cardinality.ts';
import type { Limit, Sort as LogicalSort } from '../../logical/nodes.ts';
import type { ColumnSortKey, PhysicalPlan, SortLimit } from '../nodes.ts';
import { appendColumns, calc, gather, type Lowered, type Lowering, passAll } from './lowered.ts';

/** A sort of all rows by one task. */
export function lowerSort(node: LogicalSort, lowering: Lowering): Lowered {
  const input = lowering.lower(node.input);
  return sorted(input, node, (plan, keys) => {
    const { plan: all } = gather({ plan, parallel: input.parallel });
    return { kind: 'Sort', schema: all.schema, inputs: [all], rows: all.rows, keys };
  });
}

/** A limit; over a sort, only the first rows of the order are kept while sorting. */
export function lowerLimit(node: Limit, lowering: Lowering): Lowered {
  const rows = estimateRows(node);
  const { limit, offset } = node;
  if (node.input.kind === 'Sort' && limit !== null) {
    const input = lowering.lower(node.input.input);
    return sorted(input, node.input, (plan, keys) => {
      const first = (from: PhysicalPlan, skip: number, count: number): SortLimit => ({
        kind: 'SortLimit',
        schema: from.schema,
        inputs: [from],
        rows: Math.min(from.rows, count),
        keys,
        offset: skip,
        limit: count,
      });
      // Every task keeps what may be among the first rows of all.
      const own = input.parallel ? first(plan, 0, offset + limit) : plan;
      return first(gather({ plan: own, parallel: input.parallel }).plan, offset, limit);
    });
  }
  const { plan } = gather(lowering.lower(node.input));
  return {
    plan: { kind: 'Limit', schema: node.schema, inputs: [plan], rows, offset, limit },
    parallel: false,
  };
}

/** Computes sort keys that are no columns below the sort, and drops them above it. */
function sorted(
  input: Lowered,
  { keys, schema }: { readonly keys: readonly SortKey[]; readonly schema: Schema },
  sort: (plan: PhysicalPlan, keys: readonly ColumnSortKey[]) => PhysicalPlan,
): Lowered {
  const { plan, columns } = appendColumns(
    input.plan,
    keys.map((key) => key.expr),
  );
  const columnKeys = keys.map(({ descending, nullsFirst }, i) => ({
    column: columns[i]!,
    descending,
    nullsFirst,
  }));
  const ordered = sort(plan, columnKeys);
  return {
    plan: calc(ordered, null, passAll(schema), schema, ordered.rows),
    parallel: false,
  };
}
