import type { Expr } from '../../../expr/expr.ts';
import { children, contains, isDeterministic, substitute } from '../../../expr/tree.ts';
import { defineRule } from '../rule.ts';

/**
 * Project(a, Project(b, x))  =>  Project(a over x, x)
 *
 * Only where nothing is computed twice by it: an expression of the lower projection that is more
 * than a column or a constant may be used once.
 */
export const mergeProjects = defineRule({
  name: 'merge-projects',
  on: 'Project',
  rewrite(upper) {
    const lower = upper.input;
    if (lower.kind !== 'Project') return upper;
    const uses = lower.exprs.map(() => 0);
    for (const expr of upper.exprs) countUses(expr, uses);
    const isMergeable = lower.exprs.every((expr, i) => {
      if (expr.kind === 'InputRef' || expr.kind === 'Literal') return true;
      if (uses[i]! > 1) return false;
      return isDeterministic(expr) || passes(upper.exprs, i);
    });
    if (!isMergeable) return upper;
    return {
      ...upper,
      input: lower.input,
      exprs: upper.exprs.map((expr) => substitute(expr, (ref) => lower.exprs[ref.index]!)),
    };
  },
});

/** Whether a column of the lower projection is shown as it is, or not at all. */
function passes(exprs: readonly Expr[], column: number): boolean {
  return exprs.every(
    (expr) =>
      expr.kind === 'InputRef' ||
      !contains(expr, (e) => e.kind === 'InputRef' && e.index === column),
  );
}

function countUses(expr: Expr, uses: number[]): void {
  if (expr.kind === 'InputRef') uses[expr.index]!++;
  else for (const child of children(expr)) countUses(child, uses);
}
