import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDecimals,
  decimalFromNumber,
  decimalToNumber,
  divideDecimals,
  divideHalfUp,
  fitPrecision,
  moduloDecimals,
  multiplyDecimals,
  parseDecimal,
  printDecimal,
  rescale,
} from '../../src/types/decimal.ts';

const digits = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
const scale = fc.integer({ min: 0, max: 38 });

describe('decimals', () => {
  test('print and parse round-trip', () => {
    fc.assert(
      fc.property(digits, scale, (unscaled, s) => {
        const parsed = parseDecimal(printDecimal(unscaled, s));
        expect(rescale(parsed?.unscaled ?? 0n, parsed?.scale ?? 0, s)).toBe(unscaled);
      }),
    );
  });

  test('rounding is half up, away from zero', () => {
    expect([25n, -25n, 24n, -26n].map((n) => rescale(n, 1, 0))).toEqual([3n, -3n, 2n, -3n]);
    fc.assert(
      fc.property(digits, fc.bigInt({ min: 1n, max: 10n ** 20n }), (a, b) => {
        const q = divideHalfUp(a, b);
        const error = a - q * b;
        expect((error < 0n ? -error : error) * 2n <= b).toBe(true);
        expect(divideHalfUp(-a, b)).toBe(-q);
        expect(divideHalfUp(a, -b)).toBe(-q);
      }),
    );
  });

  test('arithmetic', () => {
    const to = { precision: 10, scale: 2 };
    expect(addDecimals(150n, 2, 5n, 1, to)).toBe(200n);
    expect(multiplyDecimals(15n, 1, 15n, 1, to)).toBe(225n);
    expect(divideDecimals(10n, 0, 3n, 0, to)).toBe(333n);
    expect(divideDecimals(200n, 2, 3n, 0, { precision: 3, scale: 1 })).toBe(7n);
    expect(moduloDecimals(-75n, 1, 2n, 0, to)).toBe(-150n);
    expect(multiplyDecimals(10n ** 9n, 0, 10n, 0, to)).toBeNull();
  });

  test.each([
    ['1.50', 150n, 2],
    ['-.5', -5n, 1],
    [' +1e3 ', 1000n, 0],
    ['12.5e-2', 125n, 3],
    ['000', 0n, 0],
  ])('parse %s', (text, unscaled, s) => {
    expect(parseDecimal(text)).toEqual({ unscaled, scale: s });
  });

  test.each(['', '.', '-', '1.2.3', 'abc', '1e', '1e999999999', '0x10', '1 2'])(
    'no number: %s',
    (text) => {
      expect(parseDecimal(text)).toBeNull();
    },
  );

  test('numbers', () => {
    expect(decimalFromNumber(12.345, { precision: 5, scale: 2 })).toBe(1235n);
    expect(decimalFromNumber(1e21, { precision: 22, scale: 0 })).toBe(10n ** 21n);
    expect(decimalFromNumber(Number.NaN, { precision: 5, scale: 2 })).toBeNull();
    expect(fitPrecision(100n, 2)).toBeNull();
    fc.assert(
      fc.property(digits, scale, (unscaled, s) => {
        expect(decimalToNumber(unscaled, s)).toBe(Number(printDecimal(unscaled, s)));
      }),
    );
  });
});
