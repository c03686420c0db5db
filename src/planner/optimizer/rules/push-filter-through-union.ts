import { isDeterministic } from '../../../expr/tree.ts';
import { filter } from '../../logical/build.ts';
import { defineRule } from '../rule.ts';

/** Filter(p, Union(a, b))  =>  Union(Filter(p, a), Filter(p, b)) */
export const pushFilterThroughUnion = defineRule({
  name: 'push-filter-through-union',
  on: 'Filter',
  rewrite(node) {
    const { input, predicate } = node;
    if (input.kind !== 'Union' || !isDeterministic(predicate)) return node;
    return { ...input, inputs: input.inputs.map((branch) => filter(branch, predicate)) };
  },
});
