import { joinConjunction, splitConjunction } from '../../../expr/simplify.ts';
import { filter } from '../../logical/build.ts';
import { defineRule } from '../rule.ts';

/** Filter(a, Filter(b, x))  =>  Filter(b AND a, x) */
export const mergeFilters = defineRule({
  name: 'merge-filters',
  on: 'Filter',
  rewrite(upper) {
    const lower = upper.input;
    if (lower.kind !== 'Filter') return upper;
    const parts = [...splitConjunction(lower.predicate), ...splitConjunction(upper.predicate)];
    return filter(lower.input, joinConjunction(parts));
  },
});
