import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  AggregateFunctionDefinition,
  AggregateSite,
  RowAccumulator,
} from '../../src/functions/definition.ts';
import { lookupBuiltin } from '../../src/functions/registry.ts';
import { resolveCall } from '../../src/functions/resolve.ts';
import type { DataType } from '../../src/types/data-type.ts';
import * as types from '../../src/types/types.ts';

const context = { timeZone: 'UTC', now: 0n, config: new Map<string, string>() };

function aggregate(name: string): AggregateFunctionDefinition {
  const definition = lookupBuiltin(name);
  if (definition?.kind !== 'aggregate') throw new Error(`${name} is no aggregate`);
  return definition;
}

function siteOf(name: string, type: DataType, retracts: boolean): AggregateSite {
  const call = { types: [type], literals: [undefined] };
  const { result } = resolveCall(aggregate(name), call);
  return { ...call, result, context, retracts };
}

function accumulator(name: string, type: DataType, retracts = false): RowAccumulator {
  return aggregate(name).createAccumulator(siteOf(name, type, retracts));
}

/** Values of integer columns, NULLs left out: the operator passes over them. */
const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 20 });

const NAMES = [
  'COUNT',
  'SUM',
  'SUM0',
  'AVG',
  'MIN',
  'MAX',
  'VAR_POP',
  'STDDEV_SAMP',
  'FIRST_VALUE',
  'LAST_VALUE',
  'ARRAY_AGG',
  'COLLECT',
];

/** Whether two results are equal, up to rounding. */
function expectSame(actual: unknown, expected: unknown): void {
  if (typeof actual === 'number' && typeof expected === 'number') {
    expect(actual).toBeCloseTo(expected, 6);
  } else expect(actual).toEqual(expected);
}

describe.each(NAMES)('%s', (name) => {
  test('merging partial states is adding all rows', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const whole = accumulator(name, types.DOUBLE);
        const left = accumulator(name, types.DOUBLE);
        const right = accumulator(name, types.DOUBLE);
        for (const value of first) {
          whole.add([value]);
          left.add([value]);
        }
        for (const value of second) {
          whole.add([value]);
          right.add([value]);
        }
        left.merge(right.state());
        expectSame(left.value(), whole.value());
      }),
    );
  });

  test('the state has the declared types', () => {
    for (const retracts of [false, true]) {
      const site = siteOf(name, types.DOUBLE, retracts);
      const instance = aggregate(name).createAccumulator(site);
      expect(instance.state().length).toBe(aggregate(name).state(site).length);
    }
  });

  test('retracting undoes adding', () => {
    fc.assert(
      fc.property(values, values, (kept, removed) => {
        const without = accumulator(name, types.DOUBLE, true);
        const both = accumulator(name, types.DOUBLE, true);
        for (const value of kept) {
          without.add([value]);
          both.add([value]);
        }
        for (const value of removed) both.add([value]);
        for (const value of [...removed].reverse()) both.retract?.([value]);
        if (!NAMES.slice(8, 11).includes(name)) expectSame(both.value(), without.value());
        else if (removed.length === 0) expectSame(both.value(), without.value());
      }),
    );
  });
});

describe('results', () => {
  test('integer sums wrap around, decimal ones become NULL', () => {
    const sum = accumulator('SUM', types.INT);
    sum.add([2147483647]);
    sum.add([1]);
    expect(sum.value()).toBe(-2147483648);
    const decimals = accumulator('SUM', types.decimal(38, 0));
    decimals.add([10n ** 38n - 1n]);
    decimals.add([1n]);
    expect(decimals.value()).toBeNull();
  });

  test('an average keeps the type of its argument', () => {
    const integers = accumulator('AVG', types.INT);
    for (const value of [-1, -2, -2]) integers.add([value]);
    expect(integers.value()).toBe(-1);
    const decimals = accumulator('AVG', types.decimal(5, 2));
    for (const value of [100n, 101n, 101n]) decimals.add([value]);
    expect(decimals.value()).toBe(1006667n);
  });

  test('no rows: COUNT and SUM0 are 0, others NULL', () => {
    expect(accumulator('COUNT', types.INT).value()).toBe(0n);
    expect(accumulator('SUM0', types.BIGINT).value()).toBe(0n);
    for (const name of ['SUM', 'AVG', 'MIN', 'VAR_POP', 'FIRST_VALUE', 'ARRAY_AGG']) {
      expect(accumulator(name, types.INT).value()).toBeNull();
    }
  });

  test('a subquery as a value has one row at most', () => {
    const single = accumulator('SINGLE_VALUE', types.INT);
    single.add([1]);
    expect(single.value()).toBe(1);
    expect(() => single.add([2])).toThrow(expect.objectContaining({ code: 'MORE_THAN_ONE_ROW' }));
  });
});
