import { joinConjunction, splitConjunction } from '../../../expr/simplify.ts';
import { inputsUsed, isDeterministic, remapInputs } from '../../../expr/tree.ts';
import { filter } from '../../logical/build.ts';
import { defineRule } from '../rule.ts';

/**
 * Filter(p(keys), Aggregate(keys, x))  =>  Aggregate(keys, Filter(p, x))
 *
 * Not without keys: an aggregate of no rows has a row.
 */
export const pushFilterThroughAggregate = defineRule({
  name: 'push-filter-through-aggregate',
  on: 'Filter',
  rewrite(node) {
    const { input, predicate } = node;
    if (input.kind !== 'Aggregate' || input.keys.length === 0) return node;
    const { keys } = input;
    const parts = splitConjunction(predicate);
    const moves = parts.filter(
      (part) => isDeterministic(part) && inputsUsed(part).every((index) => index < keys.length),
    );
    if (moves.length === 0) return node;
    const below = moves.map((part) => remapInputs(part, (index) => keys[index]!));
    const moved = { ...input, input: filter(input.input, joinConjunction(below)) };
    const rest = parts.filter((part) => !moves.includes(part));
    return rest.length === 0 ? moved : filter(moved, joinConjunction(rest));
  },
});
