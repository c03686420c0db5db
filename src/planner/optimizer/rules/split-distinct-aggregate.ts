import type { AggregateCall, Expr } from '../../../expr/expr.ts';
import { equalExprs, inputRef } from '../../../expr/tree.ts';
import { aggregate, columnNames } from '../../logical/build.ts';
import { defineRule } from '../rule.ts';

/**
 * Aggregate(k, COUNT(DISTINCT a))  =>  Aggregate(k, COUNT(a), Aggregate(k, a))
 *
 * Where all calls are DISTINCT over the same columns: removing the duplicates is then a grouping
 * of its own, which several tasks can share.
 */
export const splitDistinctAggregate = defineRule({
  name: 'split-distinct-aggregate',
  on: 'Aggregate',
  rewrite(node) {
    const { calls, input, keys } = node;
    const [first] = calls;
    if (first === undefined || !calls.every((call) => isSplittable(call, first))) return node;
    const args = columnsOf(first);
    const distinctKeys = [...keys, ...args.filter((column) => !keys.includes(column))];
    const rows = aggregate(input, distinctKeys, [], []);
    const move = (expr: Expr): Expr =>
      expr.kind === 'InputRef' ? inputRef(distinctKeys.indexOf(expr.index), expr.type) : expr;
    const outer = aggregate(
      rows,
      keys.map((_, i) => i),
      calls.map((call) => ({ ...call, distinct: false, args: call.args.map(move) })),
      columnNames(node.schema).slice(keys.length),
    );
    return { ...outer, schema: node.schema };
  },
});

function isSplittable(call: AggregateCall, first: AggregateCall): boolean {
  return (
    call.distinct &&
    call.filter === null &&
    columnsOf(call).length > 0 &&
    call.args.length === first.args.length &&
    call.args.every((arg, i) => arg.kind !== 'Literal' || i > 0) &&
    call.args.every((arg) => arg.kind === 'InputRef' || arg.kind === 'Literal') &&
    call.args.every((arg, i) => arg.kind === 'Literal' || equalExprs(arg, first.args[i]!))
  );
}

function columnsOf(call: AggregateCall): readonly number[] {
  return [...new Set(call.args.flatMap((arg) => (arg.kind === 'InputRef' ? [arg.index] : [])))];
}
