import { withNullable } from '../../../types/data-type.ts';
import { array } from '../../../types/types.ts';
import { type Equality, equalityOf } from '../../compare.ts';
import { defineAggregate } from '../../define.ts';
import type { RowAccumulator } from '../../definition.ts';
import { anyArg, argument, forceNullable, sequence } from '../../type-strategies.ts';

/** FIRST_VALUE(a) as an aggregate. */
export const FIRST_VALUE = end('FIRST_VALUE', true);

/** LAST_VALUE(a) as an aggregate. */
export const LAST_VALUE = end('LAST_VALUE', false);

function end(name: string, first: boolean) {
  return defineAggregate({
    name,
    doc: `The ${first ? 'first' : 'last'} value that is not NULL, in the order in which rows come.`,
    input: sequence(anyArg('value')),
    output: forceNullable(argument(0)),
    state: ({ types, retracts }) => [
      retracts === true ? array(types[0]!) : withNullable(types[0]!, true),
    ],
    createAccumulator: ({ types, retracts }) =>
      retracts === true
        ? new RetractableEnd(first, equalityOf(types[0]!))
        : new EndAccumulator(first),
    examples: [[`${name}(a) FROM (VALUES (1)) AS t(a)`, '1']],
  });
}

class EndAccumulator implements RowAccumulator {
  readonly #first: boolean;
  #value: unknown = null;

  constructor(first: boolean) {
    this.#first = first;
  }

  add([value]: readonly unknown[]): void {
    if (this.#value === null || !this.#first) this.#value = value;
  }

  merge([value]: readonly unknown[]): void {
    if (value !== null) this.add([value]);
  }

  state(): readonly unknown[] {
    return [this.#value];
  }

  value(): unknown {
    return this.#value;
  }
}

/** Keeps all values in order, as the one at the end may be taken out again. */
class RetractableEnd implements RowAccumulator {
  readonly #first: boolean;
  readonly #equal: Equality;
  readonly #values: unknown[] = [];

  constructor(first: boolean, equal: Equality) {
    this.#first = first;
    this.#equal = equal;
  }

  add([value]: readonly unknown[]): void {
    this.#values.push(value);
  }

  retract([value]: readonly unknown[]): void {
    const index = this.#values.findIndex((other) => this.#equal(value, other));
    if (index >= 0) this.#values.splice(index, 1);
  }

  merge([values]: readonly unknown[]): void {
    for (const value of values as readonly unknown[]) this.#values.push(value);
  }

  state(): readonly unknown[] {
    return [[...this.#values]];
  }

  value(): unknown {
    return this.#values.at(this.#first ? 0 : -1) ?? null;
  }
}
