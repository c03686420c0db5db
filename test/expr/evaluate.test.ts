import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRow } from '../../src/expr/evaluate.ts';
import type { Case, Cast, Expr } from '../../src/expr/expr.ts';
import { literal } from '../../src/expr/tree.ts';
import { BOOLEAN, DOUBLE, INT, STRING } from '../../src/types/types.ts';
import { branch, CONTEXT, col, fn, lit, row, UNKNOWN } from './support.ts';

function evaluate(expr: Expr, ...values: readonly unknown[]): unknown {
  return compileRow(expr, CONTEXT)(row(...values), 0);
}

/** An expression that fails whenever it is evaluated. */
const FAILS = fn('=', fn('/', lit(1), lit(0)), lit(1));

const truth = fc.constantFrom(true, false, null);

describe('logic', () => {
  test('follows the three-valued tables', () => {
    fc.assert(
      fc.property(fc.array(truth, { minLength: 2, maxLength: 4 }), (values) => {
        const operands = values.map((_, i) => col(i, BOOLEAN));
        const and = values.includes(false) ? false : values.includes(null) ? null : true;
        const or = values.includes(true) ? true : values.includes(null) ? null : false;
        expect(evaluate(fn('AND', ...operands), ...values)).toBe(and);
        expect(evaluate(fn('OR', ...operands), ...values)).toBe(or);
      }),
    );
  });

  test('what is decided is not evaluated further', () => {
    expect(evaluate(fn('AND', lit(false), FAILS))).toBe(false);
    expect(evaluate(fn('OR', lit(true), FAILS))).toBe(true);
    expect(() => evaluate(fn('AND', UNKNOWN, FAILS))).toThrow(
      expect.objectContaining({ code: 'DIVISION_BY_ZERO' }),
    );
  });
});

describe('calls', () => {
  test('a strict function of NULL is NULL and is not called', () => {
    expect(evaluate(fn('/', col(0), col(1)), null, 0)).toBeNull();
    expect(evaluate(fn('/', col(0), col(1)), 7, 2)).toBe(3);
  });

  test('COALESCE and IF leave out what they do not need', () => {
    const bad = fn('/', lit(1), lit(0));
    expect(evaluate(fn('COALESCE', lit(1), bad))).toBe(1);
    expect(evaluate(fn('IF', lit(true), lit(2), bad))).toBe(2);
    expect(evaluate(fn('IF', UNKNOWN, bad, lit(3)))).toBe(3);
  });

  test('IN a list of literals knows NULL', () => {
    const expr = fn('IN', col(0), lit(1), literal(INT, null));
    expect([1, 2, null].map((value) => evaluate(expr, value))).toEqual([true, null, null]);
  });

  test('IN a list of columns knows NULL', () => {
    const expr = fn('IN', col(0), col(1), lit(5));
    expect(evaluate(expr, 5, null)).toBe(true);
    expect(evaluate(expr, 4, null)).toBeNull();
    expect(evaluate(expr, 4, 3)).toBe(false);
  });
});

describe('CASE and CAST', () => {
  test('only the branch that counts is evaluated', () => {
    const expr: Case = {
      kind: 'Case',
      type: INT,
      branches: [
        branch(fn('=', col(0), lit(0)), lit(-1)),
        branch(fn('>', fn('/', lit(10), col(0)), lit(4)), lit(1)),
      ],
      otherwise: lit(0),
    };
    expect([0, 2, 5, null].map((value) => evaluate(expr, value))).toEqual([-1, 1, 0, 0]);
  });

  test('a safe cast gives NULL where another one fails', () => {
    const cast = (safe: boolean): Cast => ({
      kind: 'Cast',
      type: INT,
      input: literal(STRING, 'x'),
      safe,
    });
    expect(evaluate(cast(true))).toBeNull();
    expect(() => evaluate(cast(false))).toThrow(expect.objectContaining({ code: 'CAST_FAILED' }));
  });

  test('NaN is neither equal to nor less than anything, but is different', () => {
    const nan = literal(DOUBLE, Number.NaN);
    const values = ['=', '<', '>=', '<>', 'IS NOT DISTINCT FROM'].map((op) =>
      evaluate(fn(op, nan, nan)),
    );
    expect(values).toEqual([false, false, false, true, false]);
  });
});
