import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRow } from '../../src/expr/evaluate.ts';
import type { Case, Expr } from '../../src/expr/expr.ts';
import { printExpr } from '../../src/expr/print.ts';
import {
  joinConjunction,
  joinDisjunction,
  negate,
  simplify,
  splitConjunction,
  splitDisjunction,
} from '../../src/expr/simplify.ts';
import { FALSE, TRUE } from '../../src/expr/tree.ts';
import { BOOLEAN, INT } from '../../src/types/types.ts';
import { branch, CONTEXT, col, fn, lit, row, UNKNOWN } from './support.ts';

const print = (expr: Expr) => printExpr(expr, ['a', 'b', 'c']);
const simple = (expr: Expr) => print(simplify(expr, CONTEXT));
const p = col(0, BOOLEAN);
const q = col(1, BOOLEAN);

describe('simplify', () => {
  test('folds constants', () => {
    expect(simple(fn('+', col(0), fn('*', lit(2), lit(3))))).toBe('(a + 6)');
    expect(simple(fn('UPPER', lit('x')))).toBe("'X'");
  });

  test('leaves errors and what is not deterministic', () => {
    const division = fn('/', lit(1), lit(0));
    expect(simplify(division, CONTEXT)).toBe(division);
    const random = fn('RAND');
    expect(simplify(random, CONTEXT)).toBe(random);
  });

  test.each([
    [fn('AND', TRUE, p), 'a'],
    [fn('AND', FALSE, p), 'FALSE'],
    [fn('OR', TRUE, p), 'TRUE'],
    [fn('OR', FALSE, fn('OR', p, q)), '(a OR b)'],
    [fn('AND', p, fn('AND', q, p)), '(a AND b)'],
    [fn('NOT', fn('NOT', p)), 'a'],
    [fn('NOT', fn('=', col(0), col(1))), '(a <> b)'],
    [fn('NOT', fn('<', col(0), col(1))), 'NOT (a < b)'],
    [fn('NOT', fn('IS NULL', p)), 'a IS NOT NULL'],
    [fn('IS NULL', lit(1)), 'FALSE'],
  ] as const)('case %#', (expr, text) => {
    expect(simple(expr)).toBe(text);
  });

  test('drops branches that are never taken', () => {
    const choice = (when: Expr): Case => ({
      kind: 'Case',
      type: INT,
      branches: [branch(UNKNOWN, lit(1)), branch(when, col(0)), branch(p, lit(3))],
      otherwise: lit(4),
    });
    expect(simple(choice(TRUE))).toBe('a');
    expect(simple(choice(q))).toBe('CASE WHEN b THEN a WHEN a THEN 3 ELSE 4 END');
  });

  test('the same object when there is nothing to do', () => {
    const expr = fn('AND', p, fn('>', col(1), lit(1)));
    expect(simplify(expr, CONTEXT)).toBe(expr);
  });

  test('keeps the value of every condition', () => {
    const leaf = fc.constantFrom<Expr>(p, q, TRUE, FALSE, UNKNOWN);
    const { condition } = fc.letrec<{ condition: Expr }>((tie) => ({
      condition: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => fn('AND', a, b)),
        fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => fn('OR', a, b)),
        tie('condition').map((a) => fn('NOT', a)),
        tie('condition').map((a) => fn('IS NOT TRUE', a)),
      ),
    }));
    const truth = fc.constantFrom(true, false, null);
    fc.assert(
      fc.property(condition, truth, truth, (expr, a, b) => {
        const value = compileRow(expr, CONTEXT)(row(a, b), 0);
        expect(compileRow(simplify(expr, CONTEXT), CONTEXT)(row(a, b), 0)).toBe(value);
      }),
    );
  });
});

describe('conjunctions', () => {
  test('split and join', () => {
    const parts = splitConjunction(fn('AND', p, fn('AND', q, TRUE)));
    expect(parts.map(print)).toEqual(['a', 'b']);
    expect(joinConjunction([])).toBe(TRUE);
    expect(joinConjunction([p])).toBe(p);
    expect(print(joinConjunction([p, q, p]))).toBe('(a AND b)');
  });

  test('disjunctions too', () => {
    expect(splitDisjunction(fn('OR', p, fn('OR', q, p))).map(print)).toEqual(['a', 'b', 'a']);
    expect(joinDisjunction([])).toBe(FALSE);
    expect(print(joinDisjunction([p, q]))).toBe('(a OR b)');
    expect(negate(negate(p))).toBe(p);
  });
});
