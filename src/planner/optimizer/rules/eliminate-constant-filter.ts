import { isFalseOrNull, isTrue } from '../../../expr/tree.ts';
import { emptyValues } from '../../logical/build.ts';
import { defineRule } from '../rule.ts';

/**
 * Filter(TRUE)            =>  input
 * Filter(FALSE or NULL)   =>  no rows
 *
 * Runs after constant folding, which is what turns `1 = 1` into a literal.
 */
export const eliminateConstantFilter = defineRule({
  name: 'eliminate-constant-filter',
  on: 'Filter',
  rewrite(filter) {
    const { predicate, input } = filter;
    if (isTrue(predicate)) return input;
    return isFalseOrNull(predicate) ? emptyValues(filter.schema) : filter;
  },
});
