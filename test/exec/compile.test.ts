import { describe, expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { type Batch, batchOf } from '../../src/columnar/batch.ts';
import { builderFor, dictionaryBuilderFor } from '../../src/columnar/builders/builder-for.ts';
import { isEmittedAlone } from '../../src/exec/compile/emitted.ts';
import { createFilter } from '../../src/exec/compile/filter.ts';
import { createProjection } from '../../src/exec/compile/projection.ts';
import type { Expr } from '../../src/expr/expr.ts';
import { call, inputRef, literal } from '../../src/expr/tree.ts';
import { lookupBuiltin } from '../../src/functions/registry.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import {
  BIGINT,
  BOOLEAN,
  char,
  DATE,
  DOUBLE,
  decimal,
  INT,
  STRING,
} from '../../src/types/types.ts';
import { contextOf } from './task-context.ts';

const arena = Arena.create(16 * 1024 * 1024);
const region = new Region(arena);
const ctx = contextOf(region, { batchRows: 16 });

/** A call of a built-in by name, typed as the binder would. */
function fn(name: string, ...args: readonly Expr[]): Expr {
  const definition = lookupBuiltin(name);
  if (definition?.kind !== 'scalar') throw new Error(`no function ${name}`);
  const literals = args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined));
  return call(definition, definition.output({ types: args.map((a) => a.type), literals }), args);
}

function branchTo(then: Expr): { readonly then: Expr } {
  return { then };
}

function batchOfColumns(...columns: readonly (readonly [DataType, readonly unknown[]])[]): Batch {
  const built = columns.map(([type, values]) => {
    const builder =
      type.kind === 'VARCHAR' ? dictionaryBuilderFor(type, region) : builderFor(type, region);
    for (const value of values) builder.append(value);
    return builder.finish();
  });
  return batchOf(schemaOf(columns.map(([type], i) => field(`c${i}`, type))), built);
}

function selected(batch: Batch, rows: readonly number[]): Batch {
  const selection = region.int32(region.alloc(rows.length * 4 + 4), rows.length);
  selection.set(rows);
  return { ...batch, selection };
}

function project(expr: Expr, batch: Batch): unknown[] {
  const output = schemaOf([field('x', expr.type)]);
  const projection = createProjection([expr], batch.schema, output, ctx);
  const result = projection.project(batch);
  const column = result.columns[0]!;
  const values = Array.from({ length: result.length }, (_, i) => column.get(i));
  projection.close();
  return values;
}

const price = inputRef(0, decimal(15, 2));
const text = inputRef(0, STRING);
const one = literal(decimal(1, 0), 1n);

describe('what is emitted', () => {
  const int = inputRef(0, INT);
  const big = inputRef(1, BIGINT);
  const then = int;
  test.for<[string, Expr]>([
    ['decimal products', fn('*', price, fn('-', one, price))],
    ['decimal quotients', fn('/', price, price)],
    ['rounding', fn('ROUND', price, literal(INT, 1))],
    ['parts of dates', fn('EXTRACT', literal(char(4), 'YEAR'), inputRef(0, DATE))],
    ['comparisons of decimals', fn('<', price, price)],
    ['integer division', fn('/', int, int)],
    ['logic', fn('OR', fn('=', int, int), fn('NOT', fn('IS NULL', big)))],
    ['IN lists', fn('IN', int, literal(INT, 1), literal(INT, 2))],
    ['COALESCE', fn('COALESCE', int, literal(INT, 0))],
    ['casts to a wider type', { kind: 'Cast', type: DOUBLE, input: big, safe: false }],
    ['validity of strings', fn('IS NOT NULL', text)],
    [
      'CASE',
      {
        kind: 'Case',
        type: INT,
        branches: [{ when: fn('>', int, literal(INT, 3)), then }],
        otherwise: literal(INT, null),
      },
    ],
  ])('%s', ([, expr]) => {
    expect(isEmittedAlone(expr)).toBe(true);
  });

  test('strings and functions without a lowering are read from temporaries', () => {
    expect(isEmittedAlone(fn('=', text, literal(STRING, 'a')))).toBe(false);
  });
});

describe('filters', () => {
  const flags = inputRef(0, STRING);
  const numbers = inputRef(1, INT);
  const batch = batchOfColumns([STRING, ['a', 'b', null, 'a', 'c']], [INT, [1, 2, 3, 4, null]]);

  test('conditions over dictionary codes and numbers', () => {
    const condition = fn(
      'AND',
      fn('=', flags, literal(STRING, 'a')),
      fn('>', numbers, literal(INT, 1)),
    );
    const filter = createFilter(condition, batch.schema, ctx);
    expect([...filter.select(batch)]).toEqual([3]);
    expect([...filter.select(selected(batch, [0, 1, 2]))]).toEqual([]);
    filter.close();
  });

  test('conditions that hold for NULL strings', () => {
    const missing = fn('=', fn('COALESCE', flags, literal(STRING, 'x')), literal(STRING, 'x'));
    const filter = createFilter(missing, batch.schema, ctx);
    expect([...filter.select(batch)]).toEqual([2]);
    filter.close();
  });

  test('a constant condition', () => {
    const filter = createFilter(literal(BOOLEAN, true), batch.schema, ctx);
    expect([...filter.select(batch)]).toEqual([0, 1, 2, 3, 4]);
    filter.close();
  });
});

describe('the forms of one loop', () => {
  test('columns with and without NULL, again and again', () => {
    const types = [INT, INT, INT, INT];
    const sum = types
      .slice(1)
      .reduce<Expr>((expr, type, i) => fn('+', expr, inputRef(i + 1, type)), inputRef(0, INT));
    const schema = schemaOf(types.map((type, i) => field(`c${i}`, type)));
    const projection = createProjection([sum], schema, schemaOf([field('x', INT)]), ctx);
    for (let mask = 0; mask < 16; mask++) {
      const columns = types.map((type, i): readonly [DataType, readonly unknown[]] => {
        return [type, [1, (mask >> i) & 1 ? null : 2, 3]];
      });
      const column = projection.project(batchOfColumns(...columns)).columns[0]!;
      expect([0, 1, 2].map((row) => column.get(row))).toEqual([4, mask === 0 ? 8 : null, 12]);
    }
    projection.close();
  });
});

describe('rows that emitted code cannot compute', () => {
  test('products of decimals beyond 64 bits are computed in 128', () => {
    const big = 10n ** 15n - 1n;
    const batch = batchOfColumns([decimal(15, 2), [100n, big, null, -big, 3n]]);
    expect(project(fn('*', price, price), batch)).toEqual([10000n, big * big, null, big * big, 9n]);
  });

  test('products beyond 38 digits are NULL', () => {
    const wide = inputRef(0, decimal(38, 0));
    const batch = batchOfColumns([decimal(38, 0), [10n ** 37n, 2n, -(10n ** 30n)]]);
    expect(project(fn('*', wide, wide), batch)).toEqual([null, 4n, null]);
  });

  test('a division by zero ends the query only where the row counts', () => {
    const batch = batchOfColumns([INT, [6, 7, 8]], [INT, [2, 0, null]]);
    const quotient = fn('/', inputRef(0, INT), inputRef(1, INT));
    expect(() => project(quotient, batch)).toThrow('Division by zero');
    expect(project(quotient, selected(batch, [0, 2]))).toEqual([3, null]);
    const guarded = fn(
      'IF',
      fn('<>', inputRef(1, INT), literal(INT, 0)),
      quotient,
      literal(INT, -1),
    );
    expect(isEmittedAlone(guarded)).toBe(true);
    expect(project(guarded, batch)).toEqual([3, -1, -1]);
  });
});

describe('choices among constant strings', () => {
  const number = inputRef(0, INT);
  const batch = batchOfColumns([INT, [1, 5, null, 9]]);
  const then = literal(STRING, 'low');
  const choice: Expr = {
    kind: 'Case',
    type: STRING,
    branches: [
      { when: fn('<', number, literal(INT, 3)), then },
      { when: fn('<', number, literal(INT, 7)), ...branchTo(literal(STRING, null)) },
    ],
    otherwise: literal(STRING, 'other'),
  };

  test('become dictionary columns', () => {
    expect(project(choice, batch)).toEqual(['low', null, 'other', 'other']);
    const isLow = fn('IS NULL', number);
    const nested = fn('IF', isLow, literal(STRING, 'none'), choice);
    expect(project(nested, batch)).toEqual(['low', null, 'none', 'other']);
    expect(project(nested, selected(batch, [2, 3]))).toEqual(['none', 'other']);
  });

  test('keep their dictionary from batch to batch', () => {
    const output = schemaOf([field('x', STRING)]);
    const projection = createProjection([choice], batch.schema, output, ctx);
    const dictionaryNow = () => {
      const column = projection.project(batch).columns[0]!;
      return column.layout === 'dictionary' ? column.dictionary : null;
    };
    const first = dictionaryNow();
    expect(first).not.toBeNull();
    expect(dictionaryNow()).toBe(first);
    projection.close();
  });
});

describe('projections', () => {
  test('numbers from a seed go on from batch to batch, however few rows came before', () => {
    const random = fn('RAND', literal(INT, 7));
    const output = schemaOf([field('x', random.type)]);
    const batch = batchOfColumns([INT, [1, 2, 3]]);
    const projection = createProjection([random], batch.schema, output, {
      ...ctx,
      interpretedRows: 4,
    });
    const half = fn('<', random, literal(DOUBLE, 0.5));
    const filter = createFilter(half, batch.schema, { ...ctx, interpretedRows: 4 });
    const numbers = [1, 2, 3].flatMap(() => {
      const { columns } = projection.project(batch);
      const made = [0, 1, 2].map((row) => Number(columns[0]!.get(row)));
      expect([...filter.select(batch)]).toEqual([0, 1, 2].filter((row) => made[row]! < 0.5));
      return made;
    });
    expect(new Set(numbers).size).toBe(numbers.length);
    projection.close();
    filter.close();
  });

  test('columns pass through without a copy, or are gathered by the selection', () => {
    const batch = batchOfColumns([STRING, ['a', 'b', 'c']], [INT, [1, 2, 3]]);
    const exprs = [inputRef(1, INT), inputRef(0, STRING)];
    const output = schemaOf([field('i', INT), field('s', STRING)]);
    const projection = createProjection(exprs, batch.schema, output, ctx);
    expect(projection.project(batch).columns[0]).toBe(batch.columns[1]);
    const gathered = projection.project(selected(batch, [2, 0]));
    expect([gathered.columns[0]!.get(0), gathered.columns[1]!.get(1)]).toEqual([3, 'a']);
    projection.close();
  });

  test('functions of one dictionary column are computed per entry', () => {
    const batch = batchOfColumns([STRING, ['a', 'b', null, 'a']]);
    const expr = fn('COALESCE', fn('||', text, text), literal(STRING, '?'));
    expect(project(expr, batch)).toEqual(['aa', 'bb', '?', 'aa']);
    expect(project(expr, selected(batch, [1, 2]))).toEqual(['bb', '?']);
    expect(project(fn('NULLIF', text, literal(STRING, 'a')), batch)).toEqual([
      null,
      'b',
      null,
      null,
    ]);
  });

  test('the memory of the last batch is used again', () => {
    const batch = batchOfColumns([INT, Array.from({ length: 3000 }, (_, i) => i)]);
    const expr = fn('+', inputRef(0, INT), literal(INT, 1));
    const output = schemaOf([field('x', INT)]);
    const projection = createProjection([expr], batch.schema, output, ctx);
    const first = projection.project(batch).columns[0]!;
    const before = arena.bytesOf(region.owner);
    for (let i = 0; i < 100; i++) projection.project(batch);
    expect(arena.bytesOf(region.owner)).toBe(before);
    expect(first.get(7)).toBe(8);
    projection.close();
  });
});
