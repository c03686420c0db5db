import { joinConjunction, splitConjunction } from '../../../expr/simplify.ts';
import { inputsUsed, isDeterministic, substitute } from '../../../expr/tree.ts';
import { filter } from '../../logical/build.ts';
import { defineRule } from '../rule.ts';

/**
 * Filter(p, Project(exprs, x))  =>  Project(exprs, Filter(p over x, x))
 *
 * Conditions on values that are not the same each time (RAND) stay: they must see the value that
 * the projection shows.
 */
export const pushFilterThroughProject = defineRule({
  name: 'push-filter-through-project',
  on: 'Filter',
  rewrite(node) {
    const { input, predicate } = node;
    if (input.kind !== 'Project') return node;
    const parts = splitConjunction(predicate);
    const moves = parts.filter(
      (part) =>
        isDeterministic(part) &&
        inputsUsed(part).every((index) => isDeterministic(input.exprs[index]!)),
    );
    if (moves.length === 0) return node;
    const below = moves.map((part) => substitute(part, (ref) => input.exprs[ref.index]!));
    const moved = { ...input, input: filter(input.input, joinConjunction(below)) };
    const rest = parts.filter((part) => !moves.includes(part));
    return rest.length === 0 ? moved : filter(moved, joinConjunction(rest));
  },
});
