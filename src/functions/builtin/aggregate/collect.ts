import { array, BIGINT, multiset, STRING } from '../../../types/types.ts';
import { type Equality, equalityOf, keyOf } from '../../compare.ts';
import { defineAggregate } from '../../define.ts';
import type { RowAccumulator } from '../../definition.ts';
import {
  anyArg,
  arg,
  explicit,
  forceNullable,
  literalArg,
  notNull,
  optionalFrom,
  symbolArg,
} from '../../type-strategies.ts';

/** ARRAY_AGG(a [RESPECT | IGNORE NULLS]). */
export const ARRAY_AGG = defineAggregate({
  name: 'ARRAY_AGG',
  doc: 'An array of the values, NULLs included unless IGNORE NULLS is said; NULL of no values.',
  input: optionalFrom(1, anyArg('value'), symbolArg('nulls', ['RESPECT', 'IGNORE'])),
  output: forceNullable((call) => array(call.types[0]!)),
  skipsNulls: false,
  state: ({ types }) => [{ ...array(types[0]!), nullable: false }],
  createAccumulator: ({ types, literals }) => {
    const ignore = literals[1] === 'IGNORE';
    return new ListAccumulator(ignore, equalityOf(types[0]!), (values) =>
      values.length === 0 ? null : [...values],
    );
  },
  examples: [['ARRAY_AGG(a) FROM (VALUES (1)) AS t(a)', '[1]']],
});

/** LISTAGG(text [, separator]). */
export const LISTAGG = defineAggregate({
  name: 'LISTAGG',
  tableApi: { method: 'listAgg' },
  doc: 'The texts that are not NULL, joined by a separator (a comma unless given).',
  input: optionalFrom(
    1,
    arg('text', 'CHARACTER_STRING'),
    literalArg(arg('separator', 'CHARACTER_STRING')),
  ),
  output: forceNullable(explicit(STRING)),
  skipsNulls: false,
  state: () => [{ ...array(STRING), nullable: false }],
  createAccumulator: ({ types, literals }) => {
    const separator = (literals[1] as string | undefined) ?? ',';
    return new ListAccumulator(true, equalityOf(types[0]!), (values) =>
      values.length === 0 ? null : values.join(separator),
    );
  },
  examples: [["LISTAGG(a, '-') FROM (VALUES ('x')) AS t(a)", 'x']],
});

/** COLLECT(a [RESPECT | IGNORE NULLS]). */
export const COLLECT = defineAggregate({
  name: 'COLLECT',
  doc: 'A multiset of the values, without NULLs unless RESPECT NULLS is said.',
  input: optionalFrom(1, anyArg('value'), symbolArg('nulls', ['RESPECT', 'IGNORE'])),
  output: notNull((call) => multiset(call.types[0]!)),
  skipsNulls: false,
  state: ({ types }) => [
    { ...array(types[0]!), nullable: false },
    { ...array(BIGINT), nullable: false },
  ],
  createAccumulator: ({ types, literals }) =>
    new MultisetAccumulator(literals[1] !== 'RESPECT', keyOf(types[0]!)),
  examples: [['CARDINALITY(COLLECT(a)) FROM (VALUES (1), (2)) AS t(a)', '2']],
});

class ListAccumulator implements RowAccumulator {
  readonly #ignoresNulls: boolean;
  readonly #equal: Equality;
  readonly #finish: (values: readonly unknown[]) => unknown;
  readonly #values: unknown[] = [];

  constructor(
    ignoresNulls: boolean,
    equal: Equality,
    finish: (values: readonly unknown[]) => unknown,
  ) {
    this.#ignoresNulls = ignoresNulls;
    this.#equal = equal;
    this.#finish = finish;
  }

  add([value]: readonly unknown[]): void {
    if (value !== null || !this.#ignoresNulls) this.#values.push(value);
  }

  retract([value]: readonly unknown[]): void {
    const index = this.#values.findIndex((other) =>
      value === null || other === null ? value === other : this.#equal(value, other),
    );
    if (index >= 0) this.#values.splice(index, 1);
  }

  merge([values]: readonly unknown[]): void {
    for (const value of values as readonly unknown[]) this.#values.push(value);
  }

  state(): readonly unknown[] {
    return [[...this.#values]];
  }

  value(): unknown {
    return this.#finish(this.#values);
  }
}

class MultisetAccumulator implements RowAccumulator {
  readonly #ignoresNulls: boolean;
  readonly #keyOf: (value: unknown) => unknown;
  readonly #counts = new Map<unknown, { readonly value: unknown; count: number }>();

  constructor(ignoresNulls: boolean, key: (value: unknown) => unknown) {
    this.#ignoresNulls = ignoresNulls;
    this.#keyOf = key;
  }

  add([value]: readonly unknown[]): void {
    this.#change(value, 1);
  }

  retract([value]: readonly unknown[]): void {
    this.#change(value, -1);
  }

  merge([values, counts]: readonly unknown[]): void {
    for (const [i, value] of (values as readonly unknown[]).entries()) {
      this.#change(value, Number((counts as readonly bigint[])[i]!));
    }
  }

  state(): readonly unknown[] {
    const entries = [...this.#counts.values()];
    return [entries.map((entry) => entry.value), entries.map((entry) => BigInt(entry.count))];
  }

  value(): ReadonlyMap<unknown, number> {
    const entries = [...this.#counts.values()].filter((entry) => entry.count > 0);
    return new Map(entries.map((entry) => [entry.value, entry.count]));
  }

  #change(value: unknown, by: number): void {
    if (value === null && this.#ignoresNulls) return;
    const key = this.#keyOf(value);
    const entry = this.#counts.get(key);
    if (entry === undefined) this.#counts.set(key, { value, count: by });
    else {
      entry.count += by;
      if (entry.count === 0) this.#counts.delete(key);
    }
  }
}
