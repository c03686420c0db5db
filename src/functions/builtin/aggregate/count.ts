import { BIGINT } from '../../../types/types.ts';
import { defineAggregate } from '../../define.ts';
import type { RowAccumulator } from '../../definition.ts';
import { anyArg, explicit, notNull, varyingSequence } from '../../type-strategies.ts';

/** COUNT(*), COUNT(a), COUNT(DISTINCT a, b). */
export const COUNT = defineAggregate({
  name: 'COUNT',
  doc: 'The number of rows in which no argument is NULL; without arguments, of all rows.',
  input: varyingSequence(anyArg('value')),
  output: notNull(explicit(BIGINT)),
  state: () => [{ ...BIGINT, nullable: false }],
  createAccumulator: () => new CountAccumulator(),
  compiled: 'count',
  examples: [
    ['COUNT(*) FROM (VALUES (1), (2))', '2'],
    ['COUNT(a) FROM (VALUES (1), (CAST(NULL AS INT))) AS t(a)', '1'],
  ],
});

class CountAccumulator implements RowAccumulator {
  #count = 0n;

  add(): void {
    this.#count++;
  }

  retract(): void {
    this.#count--;
  }

  merge([count]: readonly unknown[]): void {
    this.#count += count as bigint;
  }

  state(): readonly unknown[] {
    return [this.#count];
  }

  value(): bigint {
    return this.#count;
  }
}
