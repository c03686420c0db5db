import type { Expr } from '../../../expr/expr.ts';
import { inputRef, inputsUsed, isDeterministic } from '../../../expr/tree.ts';
import { union } from '../../logical/build.ts';
import { columnSource } from '../../logical/column-source.ts';
import { belowProjects, reducesRows, valuesMax } from '../grouping.ts';
import { PartialAggregates } from '../partial-aggregates.ts';
import { defineRule } from '../rule.ts';

/**
 * Aggregate(k, SUM(x), Union(a, b))  =>
 * Aggregate(k, SUM(s), Union(Aggregate(k, SUM(x) AS s, a), Aggregate(k, SUM(x) AS s, b)))
 *
 * Where few groups are left of each input.
 */
export const pushAggregateThroughUnion = defineRule({
  name: 'push-aggregate-through-union',
  on: 'Aggregate',
  rewrite(node) {
    const { plan, over } = belowProjects(node.input);
    if (plan.kind !== 'Union' || plan.inputs.length < 2) return node;
    const partial = PartialAggregates.of(node);
    if (partial === null) return node;
    const keys = node.keys.map((key) => over(inputRef(key, node.input.schema.fields[key]!.type)));
    if (![...keys, ...partial.exprs.map(over)].every(isDeterministic)) return node;
    const columns = inputsUsed(...keys);
    const isSmaller = plan.inputs.every((input) =>
      reducesRows(
        input,
        columns.map((column) => valuesMax(columnSource(input, column))),
      ),
    );
    if (!isSmaller) return node;
    const groups = union(plan.inputs.map((input) => partial.group(input, keys, over)));
    const own = keys.map((_, i): Expr => inputRef(i, groups.schema.fields[i]!.type));
    return partial.total(groups, own, keys.length);
  },
});
