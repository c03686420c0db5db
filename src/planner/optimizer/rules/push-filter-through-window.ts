import { joinConjunction, splitConjunction } from '../../../expr/simplify.ts';
import { inputsUsed, isDeterministic } from '../../../expr/tree.ts';
import { filter } from '../../logical/build.ts';
import { defineRule } from '../rule.ts';

/**
 * Filter(p(partition columns), Window(x))  =>  Window(Filter(p, x))
 *
 * Such a condition drops whole partitions; any other would change what the calls see.
 */
export const pushFilterThroughWindow = defineRule({
  name: 'push-filter-through-window',
  on: 'Filter',
  rewrite(node) {
    const { input, predicate } = node;
    if (input.kind !== 'Window') return node;
    const parts = splitConjunction(predicate);
    const moves = parts.filter(
      (part) =>
        isDeterministic(part) && inputsUsed(part).every((index) => input.partition.includes(index)),
    );
    if (moves.length === 0) return node;
    const moved = { ...input, input: filter(input.input, joinConjunction(moves)) };
    const rest = parts.filter((part) => !moves.includes(part));
    return rest.length === 0 ? moved : filter(moved, joinConjunction(rest));
  },
});
