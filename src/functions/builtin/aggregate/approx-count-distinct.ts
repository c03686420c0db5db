import { nodeCrypto } from '../../../common/node-crypto.ts';
import { BIGINT, BYTES } from '../../../types/types.ts';
import { keyOf } from '../../compare.ts';
import { defineAggregate } from '../../define.ts';
import type { RowAccumulator } from '../../definition.ts';
import { anyArg, explicit, notNull, sequence } from '../../type-strategies.ts';

/** Registers are chosen by this many bits: 2^12 registers err by about 1.6 %. */
const INDEX_BITS = 12;
const REGISTERS = 2 ** INDEX_BITS;

/** APPROX_COUNT_DISTINCT(a). */
export const APPROX_COUNT_DISTINCT = defineAggregate({
  name: 'APPROX_COUNT_DISTINCT',
  doc: 'About how many different values there are, NULLs aside; the error is about 2 %.',
  input: sequence(anyArg('value')),
  output: notNull(explicit(BIGINT)),
  state: () => [{ ...BYTES, nullable: false }],
  createAccumulator: ({ types }) => new HyperLogLog(keyOf(types[0]!)),
  examples: [['APPROX_COUNT_DISTINCT(a) FROM (VALUES (1), (2), (1)) AS t(a)', '2']],
});

/**
 * Keeps for each register the longest run of zeros that a hash began with.
 *
 * Source: Flajolet et al., "HyperLogLog: the analysis of a near-optimal cardinality estimation
 * algorithm".
 */
class HyperLogLog implements RowAccumulator {
  readonly #keyOf: (value: unknown) => unknown;
  readonly #registers = new Uint8Array(REGISTERS);

  constructor(key: (value: unknown) => unknown) {
    this.#keyOf = key;
  }

  add([value]: readonly unknown[]): void {
    const key = this.#keyOf(value);
    const hash = nodeCrypto()
      .createHash('md5')
      .update(`${typeof key}${String(key)}`)
      .digest();
    const index = hash.readUInt16BE(0) >>> (16 - INDEX_BITS);
    const rank = Math.clz32(hash.readUInt32BE(2)) + 1;
    if (rank > this.#registers[index]!) this.#registers[index] = rank;
  }

  merge([state]: readonly unknown[]): void {
    const other = state as Uint8Array;
    for (let i = 0; i < REGISTERS; i++) {
      if (other[i]! > this.#registers[i]!) this.#registers[i] = other[i]!;
    }
  }

  state(): readonly unknown[] {
    return [this.#registers.slice()];
  }

  value(): bigint {
    let sum = 0;
    let zeros = 0;
    for (const rank of this.#registers) {
      sum += 2 ** -rank;
      if (rank === 0) zeros++;
    }
    const estimate = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / sum;
    // For few values counting the empty registers is more exact.
    const few = estimate <= 2.5 * REGISTERS && zeros > 0;
    return BigInt(Math.round(few ? REGISTERS * Math.log(REGISTERS / zeros) : estimate));
  }
}
