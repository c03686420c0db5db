import { withNullable } from '../types/data-type.ts';
import { array, row } from '../types/types.ts';
import { type Comparator, isOrdered, keyOf, sortComparatorOf } from './compare.ts';
import { defineAggregate } from './define.ts';
import type {
  AggregateFunctionDefinition,
  AggregateSite,
  CallShape,
  FunctionDefinition,
  RowAccumulator,
} from './definition.ts';
import { inputOf } from './type-strategies.ts';

/** How the values of one key of an ORDER BY follow one another. */
export interface Direction {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/**
 * The form of an aggregate function that takes its rows in an order, as `ARRAY_AGG(a ORDER BY k)`.
 * The arguments of its calls are the directions of the keys as text (see `directionsText`), then
 * the keys, then the arguments of the function.
 */
export function orderedAggregate(
  definition: AggregateFunctionDefinition,
): AggregateFunctionDefinition {
  return defineAggregate({
    name: `$${definition.name} ORDER BY`,
    doc: `${definition.name} of the rows in an order.`,
    input: inputOf((call) => {
      const { inner, first } = split(call);
      const keys = call.types.slice(0, first);
      const args = definition.input.infer(inner);
      return args === null || !keys.every(isOrdered) ? null : [...keys, ...args];
    }, 'directions <CHAR>, key <COMPARABLE>, ..., argument <ANY>, ...'),
    output: (call) => definition.output(split(call).inner),
    skipsNulls: false,
    state: ({ types }) => [withNullable(array(withNullable(rowOf(types), false)), false)],
    createAccumulator: (site) => new OrderedAccumulator(definition, site),
    examples: [],
  });
}

function rowOf(types: CallShape['types']) {
  return row(types.map((type, i) => ({ name: `f${i}`, type, comment: null })));
}

/** The call of the function itself, and the index of its first argument. */
function split(call: CallShape): { readonly inner: CallShape; readonly first: number } {
  const first = 1 + directionsOf(call.literals[0]).length;
  const inner = { types: call.types.slice(first), literals: call.literals.slice(first) };
  return { inner, first };
}

/** The directions of keys, such as `DESC NULLS LAST, ASC NULLS FIRST`. */
export function directionsText(directions: readonly Direction[]): string {
  return directions
    .map(({ descending, nullsFirst }) => {
      return `${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
    })
    .join(', ');
}

/** The directions of the keys of an ordered call, by its first argument. */
export function directionsOf(text: unknown): readonly Direction[] {
  return String(text)
    .split(', ')
    .map((direction) => ({
      descending: direction.startsWith('DESC'),
      nullsFirst: direction.endsWith('FIRST'),
    }));
}

/** Whether a definition is the form that takes its rows in an order. */
export function takesOrder({ name, body }: FunctionDefinition): boolean {
  return body.kind === 'udf' ? body.ordered : name.startsWith('$') && name.endsWith(' ORDER BY');
}

class OrderedAccumulator implements RowAccumulator {
  readonly #definition: AggregateFunctionDefinition;
  readonly #site: AggregateSite;
  readonly #first: number;
  readonly #compare: Comparator;
  readonly #keyOf: (row: unknown) => unknown;
  readonly #rows: (readonly unknown[])[] = [];

  constructor(definition: AggregateFunctionDefinition, site: AggregateSite) {
    const { inner, first } = split(site);
    this.#definition = definition;
    this.#site = { ...site, ...inner };
    this.#first = first;
    this.#compare = rowComparator(site);
    this.#keyOf = keyOf(rowOf(site.types));
  }

  add(args: readonly unknown[]): void {
    if (this.#definition.skipsNulls && args.includes(null, this.#first)) return;
    this.#rows.push(args);
  }

  retract(args: readonly unknown[]): void {
    const key = this.#keyOf(args);
    const index = this.#rows.findIndex((other) => this.#keyOf(other) === key);
    if (index >= 0) this.#rows.splice(index, 1);
  }

  merge([rows]: readonly unknown[]): void {
    for (const args of rows as readonly (readonly unknown[])[]) this.#rows.push(args);
  }

  state(): readonly unknown[] {
    return [[...this.#rows]];
  }

  value(): unknown {
    const accumulator = this.#definition.createAccumulator({ ...this.#site, retracts: false });
    for (const args of this.#rows.toSorted(this.#compare)) accumulator.add(args.slice(this.#first));
    const value = accumulator.value();
    accumulator.release?.();
    return value;
  }
}

function rowComparator(site: AggregateSite): Comparator {
  const keys = directionsOf(site.literals[0]).map(({ descending, nullsFirst }, i) => {
    const compare = sortComparatorOf(site.types[i + 1]!);
    const sign = descending ? -1 : 1;
    const nulls = nullsFirst ? -1 : 1;
    return (a: unknown, b: unknown) => {
      if (a === null || b === null) return a === b ? 0 : a === null ? nulls : -nulls;
      return sign * compare(a, b);
    };
  });
  return (a, b) => {
    for (const [i, compare] of keys.entries()) {
      const order = compare((a as readonly unknown[])[i + 1], (b as readonly unknown[])[i + 1]);
      if (order !== 0) return order;
    }
    return 0;
  };
}
