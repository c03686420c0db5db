import { splitConjunction } from '../../../expr/simplify.ts';
import { contains, isDeterministic } from '../../../expr/tree.ts';
import { indexesOf, withPushed } from '../../logical/pushed-down.ts';
import { filtered } from '../join-sides.ts';
import { defineRule } from '../rule.ts';

/**
 * Filter(p, Scan)  =>  Scan with p, as far as the source takes it
 *
 * Runs once for each scan: a source may use a filter (to skip blocks) and still leave it above.
 */
export const pushFilterIntoScan = defineRule({
  name: 'push-filter-into-scan',
  on: 'Filter',
  rewrite(node) {
    const { input: scan, predicate } = node;
    if (scan.kind !== 'Scan' || scan.source.applyFilters === undefined) return node;
    const parts = splitConjunction(predicate);
    const offered = parts.filter(
      (part) =>
        isDeterministic(part) &&
        !contains(
          part,
          (e) => e.kind === 'Parameter' || (e.kind === 'Call' && e.definition.body.kind === 'udf'),
        ),
    );
    if (offered.length === 0) return node;
    const { remaining, source } = scan.source.applyFilters(offered);
    if (source === scan.source) return node;
    const rest = parts.filter((part) => !offered.includes(part) || remaining.includes(part));
    const part = {
      kind: 'filters',
      filters: offered,
      remaining: indexesOf(offered, remaining),
    } as const;
    return filtered(withPushed(scan, source, part), rest);
  },
});
