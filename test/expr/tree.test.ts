import { describe, expect, test } from 'vitest';
import type { Expr } from '../../src/expr/expr.ts';
import { printAggregateCall, printExpr, printSortKey } from '../../src/expr/print.ts';
import {
  callsUdf,
  contains,
  equalExprs,
  inputsUsed,
  isConstant,
  isDeterministic,
  literal,
  mapChildren,
  remapInputs,
  shiftInputs,
  substitute,
} from '../../src/expr/tree.ts';
import { lookupBuiltin } from '../../src/functions/registry.ts';
import * as types from '../../src/types/types.ts';
import { col, fn, lit } from './support.ts';

const NAMES = ['a', 'b', 'c'];
const sum = fn('+', col(0), fn('*', col(2), lit(2)));

describe('trees', () => {
  test('knows the inputs used', () => {
    expect(inputsUsed(sum, col(1))).toEqual([0, 1, 2]);
    expect(isConstant(sum)).toBe(false);
    expect(isConstant(fn('+', lit(1), lit(2)))).toBe(true);
  });

  test('keeps identity when nothing changes', () => {
    expect(mapChildren(sum, (child) => child)).toBe(sum);
    expect(shiftInputs(sum, 0)).toBe(sum);
    expect(remapInputs(sum, (index) => index)).toBe(sum);
  });

  test('replaces inputs', () => {
    expect(printExpr(shiftInputs(sum, 1), [...NAMES, 'd'])).toBe('(b + (d * 2))');
    const replaced = substitute(sum, (ref) => (ref.index === 0 ? lit(7) : ref));
    expect(printExpr(replaced, NAMES)).toBe('(7 + (c * 2))');
  });

  test('compares by structure', () => {
    expect(equalExprs(sum, fn('+', col(0), fn('*', col(2), lit(2))))).toBe(true);
    expect(equalExprs(sum, fn('+', col(0), fn('*', col(2), lit(3))))).toBe(false);
    const bytes = (value: number) => literal(types.BYTES, new Uint8Array([value]));
    expect(equalExprs(bytes(1), bytes(1))).toBe(true);
    expect(equalExprs(bytes(1), bytes(2))).toBe(false);
  });

  test('knows what is random and what is user code', () => {
    expect(isDeterministic(fn('+', fn('RAND'), lit(1)))).toBe(false);
    expect(callsUdf(sum)).toBe(false);
    expect(contains(sum, (e) => e.kind === 'Literal')).toBe(true);
  });
});

describe('printing', () => {
  test.each<[Expr, string]>([
    [fn('IN', col(0), lit(1), lit(2)), 'a IN (1, 2)'],
    [fn('NEGATE', col(0)), '-a'],
    [fn('IS NOT NULL', col(1)), 'b IS NOT NULL'],
    [fn('LIKE', lit("it's"), lit('%')), "('it''s' LIKE '%')"],
    [literal(types.INT, null), 'NULL:INT'],
    [literal(types.decimal(5, 2), 1050n), '10.50'],
    [literal(types.DATE, 0), '1970-01-01'],
    [literal(types.timestamp(3), 0n), '1970-01-01 00:00:00.000'],
    [literal(types.BYTES, new Uint8Array([1, 255])), "X'01ff'"],
    [{ kind: 'Cast', type: types.BIGINT, input: col(0), safe: true }, 'TRY_CAST(a AS BIGINT)'],
    [fn('ITEM', fn('ARRAY', col(0)), lit(1)), 'ARRAY[a][1]'],
    [fn('FIELD', fn('ROW', col(0)), lit(0)), 'ROW(a).EXPR$0'],
  ])('case %#', (expr, text) => {
    expect(printExpr(expr, NAMES)).toBe(text);
  });

  test('sort keys and aggregate calls', () => {
    const key = { expr: col(0), descending: true, nullsFirst: true };
    expect(printSortKey(key, NAMES)).toBe('a DESC NULLS FIRST');
    const definition = lookupBuiltin('COUNT');
    if (definition?.kind !== 'aggregate') throw new Error('COUNT is an aggregate');
    const call = { definition, type: types.BIGINT, args: [col(1)], distinct: true };
    const filter = fn('>', col(0), lit(0));
    expect(printAggregateCall({ ...call, filter }, NAMES)).toBe(
      'COUNT(DISTINCT b) FILTER (WHERE (a > 0))',
    );
  });
});
