import { joinConjunction, splitConjunction } from '../../../expr/simplify.ts';
import { inputsUsed, isDeterministic } from '../../../expr/tree.ts';
import { filter } from '../../logical/build.ts';
import { defineRule } from '../rule.ts';

/** Filter(p(input columns), Unnest(x))  =>  Unnest(Filter(p, x)) */
export const pushFilterThroughUnnest = defineRule({
  name: 'push-filter-through-unnest',
  on: 'Filter',
  rewrite(node) {
    const { input, predicate } = node;
    if (input.kind !== 'Unnest') return node;
    const width = input.input.schema.fields.length;
    const parts = splitConjunction(predicate);
    const moves = parts.filter(
      (part) => isDeterministic(part) && inputsUsed(part).every((index) => index < width),
    );
    if (moves.length === 0) return node;
    const moved = { ...input, input: filter(input.input, joinConjunction(moves)) };
    const rest = parts.filter((part) => !moves.includes(part));
    return rest.length === 0 ? moved : filter(moved, joinConjunction(rest));
  },
});
