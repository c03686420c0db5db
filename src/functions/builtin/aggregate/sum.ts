import { type DataType, withNullable } from '../../../types/data-type.ts';
import { fitPrecision } from '../../../types/decimal.ts';
import { decimalSum } from '../../../types/decimal-types.ts';
import { BIGINT, decimal } from '../../../types/types.ts';
import { defineAggregate } from '../../define.ts';
import type { CallShape, RowAccumulator } from '../../definition.ts';
import { arg, forceNullable, notNull, sequence } from '../../type-strategies.ts';

/** SUM(a). */
export const SUM = defineAggregate({
  name: 'SUM',
  doc: 'The sum of the values that are not NULL; NULL if there is none. Integers wrap around, a decimal that does not fit is NULL.',
  input: sequence(arg('value', 'NUMERIC')),
  output: forceNullable(sumType),
  state: ({ result }) => [withNullable(result, true), { ...BIGINT, nullable: false }],
  createAccumulator: ({ result }) => new SumAccumulator(result, null),
  compiled: 'sum',
  examples: [
    ['SUM(a) FROM (VALUES (1), (2)) AS t(a)', '3'],
    ['SUM(a) FROM (VALUES (CAST(NULL AS INT))) AS t(a)', 'NULL'],
  ],
});

/** SUM0(a): SUM that is 0 of no rows. */
export const SUM0 = defineAggregate({
  name: 'SUM0',
  aliases: ['$SUM0'],
  doc: 'The sum of the values that are not NULL; 0 if there is none.',
  input: sequence(arg('value', 'NUMERIC')),
  output: notNull(sumType),
  state: ({ result }) => [withNullable(result, true), { ...BIGINT, nullable: false }],
  createAccumulator: ({ result }) => new SumAccumulator(result, zeroOf(result)),
  compiled: 'sum0',
  examples: [],
});

function sumType(call: CallShape): DataType {
  const type = call.types[0]!;
  if (type.kind !== 'DECIMAL') return type;
  const { precision, scale } = decimalSum(type.scale);
  return decimal(precision, scale);
}

function zeroOf(type: DataType): number | bigint {
  return type.kind === 'BIGINT' || type.kind === 'DECIMAL' ? 0n : 0;
}

/** Reduces a sum to what its type holds: integers wrap around, decimals become NULL. */
function fitSum(type: DataType, sum: number | bigint): number | bigint | null {
  switch (type.kind) {
    case 'TINYINT':
      return ((sum as number) << 24) >> 24;
    case 'SMALLINT':
      return ((sum as number) << 16) >> 16;
    case 'INT':
      return (sum as number) | 0;
    case 'BIGINT':
      return BigInt.asIntN(64, sum as bigint);
    case 'DECIMAL':
      return fitPrecision(sum as bigint, type.precision);
    case 'FLOAT':
      return Math.fround(sum as number);
    default:
      return sum;
  }
}

class SumAccumulator implements RowAccumulator {
  readonly #type: DataType;
  readonly #ofNone: number | bigint | null;
  /** Null once it has overflown. */
  #sum: number | bigint | null;
  #count = 0n;

  constructor(type: DataType, ofNone: number | bigint | null) {
    this.#type = type;
    this.#ofNone = ofNone;
    this.#sum = zeroOf(type);
  }

  add([value]: readonly unknown[]): void {
    this.#count++;
    this.#accumulate(value as number | bigint, false);
  }

  retract([value]: readonly unknown[]): void {
    this.#count--;
    this.#accumulate(value as number | bigint, true);
  }

  merge([sum, count]: readonly unknown[]): void {
    this.#count += count as bigint;
    if (sum === null) this.#sum = null;
    else this.#accumulate(sum as number | bigint, false);
  }

  state(): readonly unknown[] {
    return [this.#sum, this.#count];
  }

  value(): unknown {
    return this.#count === 0n ? this.#ofNone : this.#sum;
  }

  #accumulate(value: number | bigint, negate: boolean): void {
    const sum = this.#sum;
    if (sum === null) return;
    if (typeof sum === 'bigint') {
      const term = value as bigint;
      this.#sum = fitSum(this.#type, negate ? sum - term : sum + term);
    } else {
      const term = value as number;
      this.#sum = fitSum(this.#type, negate ? sum - term : sum + term);
    }
  }
}
