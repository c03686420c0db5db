import { validationError } from '../../../common/errors.ts';
import { withNullable } from '../../../types/data-type.ts';
import { BIGINT } from '../../../types/types.ts';
import { defineAggregate } from '../../define.ts';
import type { RowAccumulator } from '../../definition.ts';
import { anyArg, argument, forceNullable, sequence } from '../../type-strategies.ts';

/** SINGLE_VALUE(a): what a scalar subquery gives. */
export const SINGLE_VALUE = defineAggregate({
  name: 'SINGLE_VALUE',
  tableApi: { method: 'singleValue' },
  doc: 'The value of the only row, NULL of no row; more than one row is an error.',
  input: sequence(anyArg('value')),
  output: forceNullable(argument(0)),
  skipsNulls: false,
  state: ({ types }) => [withNullable(types[0]!, true), { ...BIGINT, nullable: false }],
  createAccumulator: () => new SingleValueAccumulator(),
  examples: [['SINGLE_VALUE(a) FROM (VALUES (1)) AS t(a)', '1']],
});

class SingleValueAccumulator implements RowAccumulator {
  #value: unknown = null;
  #count = 0n;

  add([value]: readonly unknown[]): void {
    this.merge([value, 1n]);
  }

  retract(): void {
    this.#count--;
    if (this.#count === 0n) this.#value = null;
  }

  merge([value, count]: readonly unknown[]): void {
    if (count === 0n) return;
    this.#count += count as bigint;
    if (this.#count > 1n) throw validationError('MORE_THAN_ONE_ROW', {});
    this.#value = value;
  }

  state(): readonly unknown[] {
    return [this.#value, this.#count];
  }

  value(): unknown {
    return this.#value;
  }
}
