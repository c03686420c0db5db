import type { DataType } from '../../../types/data-type.ts';
import { decimalFromNumber, decimalToNumber } from '../../../types/decimal.ts';
import { BIGINT, DOUBLE } from '../../../types/types.ts';
import { defineAggregate } from '../../define.ts';
import type { RowAccumulator } from '../../definition.ts';
import { arg, averageType, forceNullable, sequence } from '../../type-strategies.ts';

/** VAR_POP(a). */
export const VAR_POP = variance(
  'VAR_POP',
  [],
  'population variance',
  (v) => v,
  0,
  '0.6666666666666666',
);
/** VAR_SAMP(a). */
export const VAR_SAMP = variance('VAR_SAMP', ['VARIANCE'], 'sample variance', (v) => v, 1, '1.0');
/** STDDEV_POP(a). */
export const STDDEV_POP = variance(
  'STDDEV_POP',
  [],
  'population standard deviation',
  Math.sqrt,
  0,
  '0.816496580927726',
);
/** STDDEV_SAMP(a). */
export const STDDEV_SAMP = variance(
  'STDDEV_SAMP',
  ['STDDEV'],
  'sample standard deviation',
  Math.sqrt,
  1,
  '1.0',
);

function variance(
  name: string,
  aliases: readonly string[],
  words: string,
  finish: (variance: number) => number,
  /** How many rows less than there are the squares are divided by. */
  less: 0 | 1,
  example: string,
) {
  return defineAggregate({
    name,
    aliases,
    doc: `The ${words} of the values that are not NULL, of their type.`,
    input: sequence(arg('value', 'NUMERIC')),
    output: forceNullable(averageType),
    state: () => [{ ...BIGINT, nullable: false }, DOUBLE, DOUBLE],
    createAccumulator: ({ types, result }) =>
      new VarianceAccumulator(types[0]!, result, finish, less),
    examples: [[`${name}(a) FROM (VALUES (1e0), (2e0), (3e0)) AS t(a)`, example]],
  });
}

/** Source: Welford, "Note on a method for calculating corrected sums of squares and products". */
class VarianceAccumulator implements RowAccumulator {
  readonly #scale: number;
  readonly #result: DataType;
  readonly #finish: (variance: number) => number;
  readonly #less: number;
  #count = 0;
  #mean = 0;
  /** The sum of the squared distances from the mean. */
  #squares = 0;

  constructor(
    type: DataType,
    result: DataType,
    finish: (variance: number) => number,
    less: number,
  ) {
    this.#scale = type.kind === 'DECIMAL' ? type.scale : 0;
    this.#result = result;
    this.#finish = finish;
    this.#less = less;
  }

  add([value]: readonly unknown[]): void {
    const x = this.#number(value);
    this.#count++;
    // Rows were taken out before they were added.
    if (this.#count === 0) {
      this.#reset();
      return;
    }
    const distance = x - this.#mean;
    this.#mean += distance / this.#count;
    this.#squares += distance * (x - this.#mean);
  }

  retract([value]: readonly unknown[]): void {
    const x = this.#number(value);
    this.#count--;
    if (this.#count === 0) {
      this.#reset();
      return;
    }
    const distance = x - this.#mean;
    this.#mean -= distance / this.#count;
    this.#squares -= distance * (x - this.#mean);
  }

  merge([rows, mean, squares]: readonly unknown[]): void {
    const count = Number(rows as bigint);
    const total = this.#count + count;
    if (total === 0) return;
    const distance = (mean as number) - this.#mean;
    this.#squares += (squares as number) + (distance * distance * this.#count * count) / total;
    this.#mean += (distance * count) / total;
    this.#count = total;
  }

  state(): readonly unknown[] {
    return [BigInt(this.#count), this.#mean, this.#squares];
  }

  value(): unknown {
    if (this.#count <= this.#less) return null;
    const variance = Math.max(0, this.#squares) / (this.#count - this.#less);
    return fromNumber(this.#finish(variance), this.#result);
  }

  #reset(): void {
    this.#mean = 0;
    this.#squares = 0;
  }

  #number(value: unknown): number {
    return typeof value === 'bigint' ? decimalToNumber(value, this.#scale) : (value as number);
  }
}

function fromNumber(value: number, type: DataType): unknown {
  switch (type.kind) {
    case 'DECIMAL':
      return decimalFromNumber(value, type);
    case 'DOUBLE':
      return value;
    case 'FLOAT':
      return Math.fround(value);
    case 'BIGINT':
      return BigInt(Math.trunc(value));
    default:
      return Math.trunc(value);
  }
}
