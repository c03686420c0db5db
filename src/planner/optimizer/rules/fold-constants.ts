import { simplify } from '../../../expr/simplify.ts';
import { mapExprs } from '../../logical/tree.ts';
import type { Rule } from '../rule.ts';

/** Every expression of a node in its simplest form: `1 + 1` => `2`, `TRUE AND x` => `x`. */
export const foldConstants: Rule = {
  name: 'fold-constants',
  rewrite: (plan, context) => mapExprs(plan, (expr) => simplify(expr, context)),
};
