import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TableRuntimeError, ValidationError } from '../../src/common/errors.ts';
import { Decimal } from '../../src/types/decimal-value.ts';

const small = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }))
  .map(([unscaled, scale]) => new Decimal(unscaled, scale));

describe('Decimal', () => {
  test('is made of texts, integers and numbers', () => {
    expect(String(Decimal.from('1.50'))).toBe('1.50');
    expect(String(Decimal.from(0.1))).toBe('0.1');
    expect(String(Decimal.from(-3n))).toBe('-3');
    expect(String(Decimal.from(structuredClone(new Decimal(150n, 2))))).toBe('1.50');
  });

  test('computes exactly', () => {
    const price = Decimal.from('0.10');
    expect(String(price.plus('0.2'))).toBe('0.30');
    expect(String(price.minus(1))).toBe('-0.90');
    expect(String(price.times('3.0'))).toBe('0.300');
    expect(String(Decimal.from(1).dividedBy(3))).toBe('0.333333');
    expect(String(Decimal.from(2).dividedBy(3, 2))).toBe('0.67');
    expect(String(Decimal.from('-7.5').mod(2))).toBe('-1.5');
    expect(String(Decimal.from('2.345').round(2))).toBe('2.35');
    expect(String(Decimal.from('-2.5').abs().round())).toBe('3');
  });

  test('laws', () => {
    fc.assert(
      fc.property(small, small, small, (a, b, c) => {
        expect(a.plus(b).minus(b).equals(a)).toBe(true);
        expect(
          a
            .plus(b)
            .times(c)
            .equals(a.times(c).plus(b.times(c))),
        ).toBe(true);
        expect(Math.sign(a.compareTo(b)) + Math.sign(b.compareTo(a))).toBe(0);
        expect(Decimal.from(a.toString()).equals(a)).toBe(true);
      }),
    );
  });

  test('compares and prints', () => {
    expect(Decimal.from('1.5').equals('1.50')).toBe(true);
    expect(Decimal.from('2') > Decimal.from('1.9')).toBe(true);
    expect(+Decimal.from('1.5')).toBe(1.5);
    expect(`${Decimal.from('1.50')}`).toBe('1.50');
    expect(JSON.stringify({ a: Decimal.from('1.50') })).toBe('{"a":"1.50"}');
    expect(inspect(Decimal.from('1.50'))).toBe('Decimal(1.50)');
  });

  test('refuses what is no decimal', () => {
    for (const value of ['x', '', Number.NaN, Number.POSITIVE_INFINITY, {}, null]) {
      expect(() => Decimal.from(value as never)).toThrow(ValidationError);
    }
    expect(() => new Decimal(1 as never)).toThrow('1 with scale 0 is no decimal number.');
    expect(() => new Decimal(1n, -1)).toThrow(ValidationError);
    expect(() => Decimal.from(1).dividedBy(1, 1e9)).toThrow(ValidationError);
    expect(() => Decimal.from(1).dividedBy(0)).toThrow(TableRuntimeError);
    expect(() => Decimal.from(1).mod('0.0')).toThrow('Division by zero.');
  });
});
