import type { DataType } from '../../../types/data-type.ts';
import { fitPrecision } from '../../../types/decimal.ts';
import { decimalSum } from '../../../types/decimal-types.ts';
import { decimal } from '../../../types/types.ts';
import { defineAggregate } from '../../define.ts';
import type { CallShape, RowAccumulator } from '../../definition.ts';
import { arg, forceNullable, notNull, sequence } from '../../type-strategies.ts';
import { joinSum, splitSum, sumState } from './decimal-sum-state.ts';

/** SUM(a). */
export const SUM = defineAggregate({
  name: 'SUM',
  doc: 'The sum of the values that are not NULL; NULL if there is none. Integers wrap around, a decimal that does not fit is NULL.',
  input: sequence(arg('value', 'NUMERIC')),
  output: forceNullable(sumType),
  state: ({ types, result }) => sumState(types[0]!, result),
  createAccumulator: ({ types, result }) => new SumAccumulator(types[0]!, result, null),
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
  state: ({ types, result }) => sumState(types[0]!, result),
  createAccumulator: ({ types, result }) => new SumAccumulator(types[0]!, result, zeroOf(result)),
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

/** Reduces a sum to what its type holds: integers wrap around, decimals are as large as they are. */
function fitSum(type: DataType, sum: number | bigint): number | bigint {
  switch (type.kind) {
    case 'TINYINT':
      return ((sum as number) << 24) >> 24;
    case 'SMALLINT':
      return ((sum as number) << 16) >> 16;
    case 'INT':
      return (sum as number) | 0;
    case 'BIGINT':
      return BigInt.asIntN(64, sum as bigint);
    case 'FLOAT':
      return Math.fround(sum as number);
    default:
      return sum;
  }
}

class SumAccumulator implements RowAccumulator {
  readonly #argument: DataType;
  readonly #type: DataType;
  readonly #ofNone: number | bigint | null;
  /** That of decimals may have more digits than its type: only the result must fit. */
  #sum: number | bigint;
  #count = 0n;

  constructor(argument: DataType, type: DataType, ofNone: number | bigint | null) {
    this.#argument = argument;
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

  merge(state: readonly unknown[]): void {
    this.#count += state[1] as bigint;
    this.#accumulate(joinSum(state), false);
  }

  state(): readonly unknown[] {
    return splitSum(this.#argument, this.#sum, this.#count);
  }

  value(): unknown {
    if (this.#count === 0n) return this.#ofNone;
    if (this.#type.kind !== 'DECIMAL') return this.#sum;
    return fitPrecision(this.#sum as bigint, this.#type.precision);
  }

  #accumulate(value: number | bigint, negate: boolean): void {
    const sum = this.#sum;
    if (typeof sum === 'bigint') {
      const term = value as bigint;
      this.#sum = fitSum(this.#type, negate ? sum - term : sum + term);
    } else {
      const term = value as number;
      this.#sum = fitSum(this.#type, negate ? sum - term : sum + term);
    }
  }
}
