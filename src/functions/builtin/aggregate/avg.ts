import type { DataType } from '../../../types/data-type.ts';
import { divideDecimals } from '../../../types/decimal.ts';
import { decimalSum } from '../../../types/decimal-types.ts';
import { isApproximate } from '../../../types/families.ts';
import { BIGINT, DOUBLE, decimal } from '../../../types/types.ts';
import { defineAggregate } from '../../define.ts';
import type { RowAccumulator } from '../../definition.ts';
import { arg, averageType, forceNullable, sequence } from '../../type-strategies.ts';
import { joinSum, splitSum, sumState } from './decimal-sum-state.ts';

/** AVG(a). */
export const AVG = defineAggregate({
  name: 'AVG',
  doc: 'The average of the values that are not NULL, of their type; integers are cut towards zero.',
  input: sequence(arg('value', 'NUMERIC')),
  output: forceNullable(averageType),
  state: ({ types }) => sumState(types[0]!, sumStateType(types[0]!)),
  createAccumulator: ({ types, result }) => new AverageAccumulator(types[0]!, result),
  compiled: 'avg',
  examples: [
    ['AVG(a) FROM (VALUES (1), (2), (4)) AS t(a)', '2'],
    ['AVG(a) FROM (VALUES (1.0), (2.0)) AS t(a)', '1.500000'],
  ],
});

function sumStateType(type: DataType): DataType {
  if (isApproximate(type)) return DOUBLE;
  if (type.kind !== 'DECIMAL') return BIGINT;
  const { precision, scale } = decimalSum(type.scale);
  return decimal(precision, scale);
}

class AverageAccumulator implements RowAccumulator {
  readonly #type: DataType;
  readonly #result: DataType;
  /** Approximate numbers are summed up as numbers, exact ones as bigints of any size. */
  #sum: number | bigint;
  #count = 0n;

  constructor(type: DataType, result: DataType) {
    this.#type = type;
    this.#result = result;
    this.#sum = isApproximate(type) ? 0 : 0n;
  }

  add([value]: readonly unknown[]): void {
    this.#count++;
    this.#accumulate(value as number | bigint, 1);
  }

  retract([value]: readonly unknown[]): void {
    this.#count--;
    this.#accumulate(value as number | bigint, -1);
  }

  merge(state: readonly unknown[]): void {
    this.#count += state[1] as bigint;
    this.#accumulate(joinSum(state), 1);
  }

  state(): readonly unknown[] {
    return splitSum(this.#type, this.#sum, this.#count);
  }

  value(): unknown {
    const sum = this.#sum;
    const result = this.#result;
    if (this.#count === 0n) return null;
    if (typeof sum === 'number') {
      const average = sum / Number(this.#count);
      return result.kind === 'FLOAT' ? Math.fround(average) : average;
    }
    if (result.kind === 'DECIMAL' && this.#type.kind === 'DECIMAL') {
      return divideDecimals(sum, this.#type.scale, this.#count, 0, result);
    }
    const average = sum / this.#count;
    return result.kind === 'BIGINT' ? average : Number(average);
  }

  #accumulate(value: number | bigint, direction: 1 | -1): void {
    const sum = this.#sum;
    if (typeof sum === 'number') this.#sum = sum + direction * (value as number);
    else {
      const total = sum + BigInt(direction) * BigInt(value);
      this.#sum = this.#type.kind === 'DECIMAL' ? total : BigInt.asIntN(64, total);
    }
  }
}
