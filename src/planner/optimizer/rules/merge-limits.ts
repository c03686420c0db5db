import { emptyValues, limit } from '../../logical/build.ts';
import { defineRule } from '../rule.ts';

/**
 * Limit(0 rows)                 =>  no rows
 * Limit(all rows)               =>  input
 * Limit(a, Limit(b, x))         =>  Limit(the rows that both let pass, x)
 */
export const mergeLimits = defineRule({
  name: 'merge-limits',
  on: 'Limit',
  rewrite(node) {
    const { input: lower, offset } = node;
    if (node.limit === 0) return emptyValues(node.schema);
    if (offset === 0 && node.limit === null) return lower;
    if (lower.kind !== 'Limit') return node;
    const left = lower.limit === null ? null : Math.max(0, lower.limit - offset);
    const rows =
      left === null || node.limit === null ? (left ?? node.limit) : Math.min(left, node.limit);
    return limit(lower.input, lower.offset + offset, rows);
  },
});
