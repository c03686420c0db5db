import { withNullable } from '../../../types/data-type.ts';
import { array, BIGINT } from '../../../types/types.ts';
import { type Comparator, comparatorOf, isOrdered, keyOf } from '../../compare.ts';
import { defineAggregate } from '../../define.ts';
import type { AggregateSite, RowAccumulator } from '../../definition.ts';
import { anyArg, argument, forceNullable, provided, sequence } from '../../type-strategies.ts';

/** MIN(a). */
export const MIN = extreme('MIN', 'least', -1, [
  ['MIN(a) FROM (VALUES (3), (1), (2)) AS t(a)', '1'],
]);

/** MAX(a). */
export const MAX = extreme('MAX', 'greatest', 1, [
  ["MAX(a) FROM (VALUES ('a'), ('c'), ('b')) AS t(a)", 'c'],
]);

function extreme(
  name: 'MIN' | 'MAX',
  word: string,
  sign: 1 | -1,
  examples: readonly (readonly [string, string])[],
) {
  return defineAggregate({
    name,
    doc: `The ${word} of the values that are not NULL.`,
    input: provided(sequence(anyArg('value')), (call) => isOrdered(call.types[0]!)),
    output: forceNullable(argument(0)),
    state: ({ types, retracts }) =>
      retracts === true
        ? [array(types[0]!), array({ ...BIGINT, nullable: false })]
        : [withNullable(types[0]!, true)],
    createAccumulator: (site) => {
      const compare = comparatorOf(site.types[0]!);
      const isBetter: Comparator = (a, b) => sign * compare(a, b);
      return site.retracts === true
        ? new RetractableExtreme(isBetter, site)
        : new ExtremeAccumulator(isBetter);
    },
    compiled: name === 'MIN' ? 'min' : 'max',
    examples,
  });
}

class ExtremeAccumulator implements RowAccumulator {
  readonly #compare: Comparator;
  #best: unknown = null;

  constructor(compare: Comparator) {
    this.#compare = compare;
  }

  add([value]: readonly unknown[]): void {
    if (this.#best === null || this.#compare(value, this.#best) > 0) this.#best = value;
  }

  merge([best]: readonly unknown[]): void {
    if (best !== null) this.add([best]);
  }

  state(): readonly unknown[] {
    return [this.#best];
  }

  value(): unknown {
    return this.#best;
  }
}

/** Keeps how often every value is there, as the best one may be taken out again. */
class RetractableExtreme implements RowAccumulator {
  readonly #compare: Comparator;
  readonly #keyOf: (value: unknown) => unknown;
  readonly #counts = new Map<unknown, { readonly value: unknown; count: bigint }>();
  /** The best value; undefined when it must be searched for. */
  #best: unknown = null;

  constructor(compare: Comparator, site: AggregateSite) {
    this.#compare = compare;
    this.#keyOf = keyOf(site.types[0]!);
  }

  add([value]: readonly unknown[]): void {
    this.#change(value, 1n);
  }

  retract([value]: readonly unknown[]): void {
    this.#change(value, -1n);
  }

  merge([values, counts]: readonly unknown[]): void {
    for (const [i, value] of (values as readonly unknown[]).entries()) {
      this.#change(value, (counts as readonly bigint[])[i]!);
    }
  }

  state(): readonly unknown[] {
    const entries = [...this.#counts.values()];
    return [entries.map((entry) => entry.value), entries.map((entry) => entry.count)];
  }

  value(): unknown {
    if (this.#best === undefined) {
      this.#best = null;
      for (const { value, count } of this.#counts.values()) {
        if (count > 0n && (this.#best === null || this.#compare(value, this.#best) > 0)) {
          this.#best = value;
        }
      }
    }
    return this.#best;
  }

  #change(value: unknown, by: bigint): void {
    const key = this.#keyOf(value);
    const entry = this.#counts.get(key);
    if (entry === undefined) this.#counts.set(key, { value, count: by });
    else {
      entry.count += by;
      // A row may be taken out before it is added: its count is then below zero for a while.
      if (entry.count === 0n) this.#counts.delete(key);
    }
    this.#best = undefined;
  }
}
