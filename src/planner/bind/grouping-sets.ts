import { validationError } from '../../common/errors.ts';
import type { Expr } from '../../parser/ast/expressions.ts';
import type { GroupBy, GroupingElement, GroupingSet } from '../../parser/ast/queries.ts';

/** Grouping sets a GROUP BY may multiply up to: CUBE over 12 columns. */
const SETS_MAX = 4096;

/** What GROUP BY asks for: its expressions, and the sets of them that rows are grouped by. */
export interface Groups {
  readonly keys: readonly Expr[];
  /** Indexes into `keys`, ascending. One set of all keys for a plain GROUP BY. */
  readonly sets: readonly (readonly number[])[];
}

/**
 * The keys and grouping sets of a GROUP BY. Equal keys are one key.
 *
 * Errors: TOO_MANY_GROUPING_SETS.
 */
export function groupsOf(groupBy: GroupBy | null, same: (a: Expr, b: Expr) => boolean): Groups {
  if (groupBy === null) return { keys: [], sets: [[]] };
  const keys: Expr[] = [];
  const indexOf = (expr: Expr) => {
    const found = keys.findIndex((key) => same(key, expr));
    return found >= 0 ? found : keys.push(expr) - 1;
  };
  const tooMany = () => validationError('TOO_MANY_GROUPING_SETS', { max: SETS_MAX }, groupBy);

  const keysOf = (set: GroupingSet) => set.exprs.map(indexOf);
  const expand = (element: GroupingElement): number[][] => {
    switch (element.kind) {
      case 'GroupingSet':
        return [keysOf(element)];
      case 'Rollup': {
        const parts = element.sets.map(keysOf);
        return Array.from({ length: parts.length + 1 }, (_, n) =>
          parts.slice(0, parts.length - n).flat(),
        );
      }
      case 'Cube': {
        const parts = element.sets.map(keysOf);
        if (2 ** parts.length > SETS_MAX) throw tooMany();
        const all = 2 ** parts.length - 1;
        return Array.from({ length: all + 1 }, (_, n) =>
          parts.filter((_, i) => ((all - n) >> (parts.length - 1 - i)) & 1).flat(),
        );
      }
      case 'GroupingSets':
        return element.elements.flatMap(expand);
    }
  };

  let sets: number[][] = [[]];
  for (const element of groupBy.elements) {
    const more = expand(element);
    if (sets.length * more.length > SETS_MAX) throw tooMany();
    sets = sets.flatMap((set) => more.map((other) => [...set, ...other]));
  }
  const sorted = sets.map((set) => [...new Set(set)].sort((a, b) => a - b));
  if (!groupBy.distinct) return { keys, sets: sorted };
  return { keys, sets: [...new Map(sorted.map((set) => [set.join(), set])).values()] };
}
