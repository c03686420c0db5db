import { filter } from '../../logical/build.ts';
import { defineRule } from '../rule.ts';

/** Filter(p, Sort(x))  =>  Sort(Filter(p, x)) */
export const pushFilterThroughSort = defineRule({
  name: 'push-filter-through-sort',
  on: 'Filter',
  rewrite(node) {
    const { input, predicate } = node;
    if (input.kind !== 'Sort') return node;
    return { ...input, input: filter(input.input, predicate) };
  },
});
