import { withNullable } from '../../../types/data-type.ts';
import { array } from '../../../types/types.ts';
import { type Equality, equalityOf } from '../../compare.ts';
import { defineAggregate } from '../../define.ts';
import type { CallShape, RowAccumulator } from '../../definition.ts';
import { anyArg, argument, forceNullable, optionalFrom, symbolArg } from '../../type-strategies.ts';

/** FIRST_VALUE(a [RESPECT | IGNORE NULLS]) as an aggregate. */
export const FIRST_VALUE = end('FIRST_VALUE', true);

/** LAST_VALUE(a [RESPECT | IGNORE NULLS]) as an aggregate. */
export const LAST_VALUE = end('LAST_VALUE', false);

function end(name: string, first: boolean) {
  return defineAggregate({
    name,
    doc: `The ${first ? 'first' : 'last'} value, in the order in which rows come; NULLs are passed over unless RESPECT NULLS is said.`,
    input: optionalFrom(1, anyArg('value'), symbolArg('nulls', ['RESPECT', 'IGNORE'])),
    output: forceNullable(argument(0)),
    skipsNulls: false,
    state: (call) => {
      const type = call.types[0]!;
      const isList = respectsNulls(call) || call.retracts === true;
      return [isList ? withNullable(array(type), false) : withNullable(type, true)];
    },
    createAccumulator: (site) => {
      const respects = respectsNulls(site);
      const retracts = site.retracts === true;
      if (!respects && !retracts) return new EndAccumulator(first);
      return new ListedEnd({ first, respects, retracts, equal: equalityOf(site.types[0]!) });
    },
    examples: [[`${name}(a) FROM (VALUES (1)) AS t(a)`, '1']],
  });
}

function respectsNulls({ literals }: CallShape): boolean {
  return literals[1] === 'RESPECT';
}

class EndAccumulator implements RowAccumulator {
  readonly #first: boolean;
  #value: unknown = null;

  constructor(first: boolean) {
    this.#first = first;
  }

  add([value]: readonly unknown[]): void {
    if (value !== null && (this.#value === null || !this.#first)) this.#value = value;
  }

  merge(state: readonly unknown[]): void {
    this.add(state);
  }

  state(): readonly unknown[] {
    return [this.#value];
  }

  value(): unknown {
    return this.#value;
  }
}

interface EndOptions {
  readonly first: boolean;
  /** Whether NULL is a value. */
  readonly respects: boolean;
  /** Whether the value at the end may be taken out again. */
  readonly retracts: boolean;
  readonly equal: Equality;
}

/** Keeps all values in order where they may be taken out, else none or the one at the end. */
class ListedEnd implements RowAccumulator {
  readonly #options: EndOptions;
  readonly #values: unknown[] = [];

  constructor(options: EndOptions) {
    this.#options = options;
  }

  add([value]: readonly unknown[]): void {
    const { first, respects, retracts } = this.#options;
    if (value === null && !respects) return;
    if (retracts || this.#values.length === 0) this.#values.push(value);
    else if (!first) this.#values[0] = value;
  }

  retract([value]: readonly unknown[]): void {
    const { equal } = this.#options;
    const index = this.#values.findIndex((other) =>
      value === null || other === null ? value === other : equal(value, other),
    );
    if (index >= 0) this.#values.splice(index, 1);
  }

  merge([values]: readonly unknown[]): void {
    for (const value of values as readonly unknown[]) this.add([value]);
  }

  state(): readonly unknown[] {
    return [[...this.#values]];
  }

  value(): unknown {
    return this.#values.at(this.#options.first ? 0 : -1) ?? null;
  }
}
