import { limit } from '../../logical/build.ts';
import { defineRule } from '../rule.ts';

/** Limit(Project(x))  =>  Project(Limit(x)): only the rows that are shown are computed. */
export const pushLimitThroughProject = defineRule({
  name: 'push-limit-through-project',
  on: 'Limit',
  rewrite(node) {
    const { input, offset } = node;
    if (input.kind !== 'Project') return node;
    return { ...input, input: limit(input.input, offset, node.limit) };
  },
});
