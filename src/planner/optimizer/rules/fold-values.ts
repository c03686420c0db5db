import { callsUdf, substitute } from '../../../expr/tree.ts';
import { defineRule } from '../rule.ts';

/** Project(exprs, Values)  =>  Values: the rows are computed where they are written. */
export const foldValues = defineRule({
  name: 'fold-values',
  on: 'Project',
  rewrite(node) {
    const { exprs, input, schema } = node;
    // User code runs over columns, not row by row in a plan of its own each.
    if (input.kind !== 'Values' || exprs.some(callsUdf)) return node;
    // Constants may be repeated, and a row without columns has nothing to repeat.
    const isPlain = input.rows.every((row) => row.every((expr) => expr.kind === 'Literal'));
    if (!isPlain) return node;
    const rows = input.rows.map((row) =>
      exprs.map((expr) => substitute(expr, (ref) => row[ref.index]!)),
    );
    return { kind: 'Values', schema, rows };
  },
});
