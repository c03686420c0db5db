import { validationError } from '../../../common/errors.ts';
import type { DataType } from '../../../types/data-type.ts';
import { decimalToNumber } from '../../../types/decimal.ts';
import { isNumeric } from '../../../types/families.ts';
import { array, BIGINT, DOUBLE } from '../../../types/types.ts';
import { defineAggregate } from '../../define.ts';
import type { AggregateSite, RowAccumulator } from '../../definition.ts';
import { arg, argOf, forceNullable, optionalFrom } from '../../type-strategies.ts';

/** One percentage, or an array of several. */
const percentage = argOf('percentage <NUMERIC | ARRAY<NUMERIC>>', (call, index) => {
  const type = call.types[index]!;
  const number = type.kind === 'ARRAY' ? type.element : type;
  if (!isNumeric(number)) return null;
  return type.kind === 'ARRAY' ? array(DOUBLE) : DOUBLE;
});

/** PERCENTILE(value, percentage [, frequency]). */
export const PERCENTILE = defineAggregate({
  name: 'PERCENTILE',
  doc: 'The exact percentile of the values that are not NULL, or several; between two values it is interpolated.',
  input: optionalFrom(2, arg('value', 'NUMERIC'), percentage, arg('frequency', 'INTEGER_NUMERIC')),
  output: forceNullable((call) => (call.types[1]!.kind === 'ARRAY' ? array(DOUBLE) : DOUBLE)),
  skipsNulls: false,
  state: () => [
    { ...array(DOUBLE), nullable: false },
    { ...array(BIGINT), nullable: false },
    array(DOUBLE),
  ],
  createAccumulator: (site) => new PercentileAccumulator(site),
  examples: [['PERCENTILE(a, 0.5) FROM (VALUES (1), (2), (4)) AS t(a)', '2.0']],
});

class PercentileAccumulator implements RowAccumulator {
  readonly #type: DataType;
  readonly #several: boolean;
  readonly #counts = new Map<number, bigint>();
  #percentages: readonly number[] | null = null;

  constructor(site: AggregateSite) {
    this.#type = site.types[0]!;
    this.#several = site.types[1]!.kind === 'ARRAY';
  }

  add(args: readonly unknown[]): void {
    this.#change(args, 1n);
  }

  retract(args: readonly unknown[]): void {
    this.#change(args, -1n);
  }

  merge([values, counts, percentages]: readonly unknown[]): void {
    for (const [i, value] of (values as readonly number[]).entries()) {
      this.#count(value, (counts as readonly bigint[])[i]!);
    }
    this.#percentages ??= percentages as readonly number[] | null;
  }

  state(): readonly unknown[] {
    return [[...this.#counts.keys()], [...this.#counts.values()], this.#percentages];
  }

  value(): unknown {
    const sorted = [...this.#counts].filter(([, count]) => count > 0n).sort(([a], [b]) => a - b);
    if (sorted.length === 0 || this.#percentages === null) return null;
    const results = this.#percentages.map((p) => percentile(sorted, p));
    return this.#several ? results : results[0];
  }

  #change([value, percentages, frequency = 1n]: readonly unknown[], sign: bigint): void {
    this.#percentages ??= checkPercentages(this.#several ? percentages : [percentages]);
    if (value === null || frequency === null) return;
    const times = BigInt(frequency as number | bigint);
    if (times <= 0n) return;
    const scale = this.#type.kind === 'DECIMAL' ? this.#type.scale : 0;
    const number = typeof value === 'bigint' ? decimalToNumber(value, scale) : (value as number);
    this.#count(number, sign * times);
  }

  #count(value: number, by: bigint): void {
    const count = (this.#counts.get(value) ?? 0n) + by;
    if (count === 0n) this.#counts.delete(value);
    else this.#counts.set(value, count);
  }
}

function checkPercentages(values: unknown): readonly number[] {
  const percentages = values as readonly number[];
  if (percentages.every((p) => p >= 0 && p <= 1)) return percentages;
  throw validationError('INVALID_FUNCTION_ARGUMENT', {
    function: 'PERCENTILE',
    reason: 'a percentage must be between 0 and 1',
  });
}

/** The value at a share of the way through the rows, from the values and how often they come. */
function percentile(sorted: readonly (readonly [number, bigint])[], share: number): number {
  const total = sorted.reduce((sum, [, count]) => sum + Number(count), 0);
  const position = (total - 1) * share;
  const lower = Math.floor(position);
  const a = valueAt(sorted, lower);
  const b = valueAt(sorted, Math.ceil(position));
  return a === b ? a : (lower + 1 - position) * a + (position - lower) * b;
}

function valueAt(sorted: readonly (readonly [number, bigint])[], index: number): number {
  let passed = 0;
  for (const [value, count] of sorted) {
    passed += Number(count);
    if (index < passed) return value;
  }
  return sorted.at(-1)![0];
}
