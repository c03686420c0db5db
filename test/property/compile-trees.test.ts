import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { type Batch, batchOf } from '../../src/columnar/batch.ts';
import { createFilter } from '../../src/exec/compile/filter.ts';
import { createProjection } from '../../src/exec/compile/projection.ts';
import type { TaskContext } from '../../src/exec/operator.ts';
import type { Expr } from '../../src/expr/expr.ts';
import { call, inputRef, literal } from '../../src/expr/tree.ts';
import { lookupBuiltin } from '../../src/functions/registry.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { BIGINT, BOOLEAN, DOUBLE, decimal, INT, STRING } from '../../src/types/types.ts';
import { contextOf } from '../exec/task-context.ts';
import { outcome } from './outcome.ts';
import { columnOf, someValue } from './random-columns.ts';

const arena = Arena.create(64 * 1024 * 1024);
const RUNS = Number(process.env['COMPILE_RUNS'] ?? 100);

const PRICE = decimal(9, 2);
const TYPES: readonly DataType[] = [BOOLEAN, INT, BIGINT, DOUBLE, PRICE, STRING];

function fn(name: string, ...args: readonly Expr[]): Expr {
  const definition = lookupBuiltin(name);
  if (definition?.kind !== 'scalar') throw new Error(`no function ${name}`);
  const literals = args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined));
  return call(definition, definition.output({ types: args.map((a) => a.type), literals }), args);
}

/** Results of decimal arithmetic grow: they are cast back, which may make them NULL. */
function as(type: DataType, input: Expr): Expr {
  return { kind: 'Cast', type, input, safe: false };
}

function leaf(type: DataType): fc.Arbitrary<Expr> {
  const column = TYPES.indexOf(type);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<Expr>(inputRef(column, type)) },
    {
      weight: 1,
      arbitrary: fc.option(someValue(type), { freq: 5 }).map((value): Expr => literal(type, value)),
    },
  );
}

function tree(type: DataType, depth: number): fc.Arbitrary<Expr> {
  if (depth === 0) return leaf(type);
  const below = (t: DataType) => tree(t, depth - 1);
  const choices: fc.Arbitrary<Expr>[] = [
    leaf(type),
    fc.tuple(below(BOOLEAN), below(type), below(type)).map((args) => fn('IF', ...args)),
    fc.tuple(below(type), below(type)).map((args) => fn('COALESCE', ...args)),
    fc.tuple(below(type), below(type)).map((args) => fn('NULLIF', ...args)),
    fc
      .tuple(below(BOOLEAN), below(type), below(BOOLEAN), below(type), below(type))
      .map(([a, x, b, y, otherwise]) => caseOf([a, x], [b, y], otherwise, type)),
  ];
  if (type.kind === 'BOOLEAN') {
    const compared = fc.constantFrom(...TYPES.slice(1));
    const operator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=', 'IS DISTINCT FROM');
    choices.push(
      fc.tuple(below(BOOLEAN), below(BOOLEAN), below(BOOLEAN)).map((args) => fn('AND', ...args)),
      fc.tuple(below(BOOLEAN), below(BOOLEAN)).map((args) => fn('OR', ...args)),
      below(BOOLEAN).map((arg) => fn('NOT', arg)),
      fc.constantFrom(...TYPES).chain((t) => below(t).map((arg) => fn('IS NULL', arg))),
      compared.chain((t) =>
        fc.tuple(operator, below(t), below(t)).map(([name, a, b]) => fn(name, a, b)),
      ),
    );
  } else if (type.kind === 'VARCHAR') {
    choices.push(
      below(STRING).map((arg) => as(STRING, fn('UPPER', arg))),
      below(INT).map((arg) => as(STRING, arg)),
    );
  } else {
    const operator = fc.constantFrom('+', '-', '*', '/');
    const from = fc.constantFrom<DataType>(INT, BIGINT, DOUBLE, PRICE, STRING);
    choices.push(
      fc.tuple(operator, below(type), below(type)).map(([name, a, b]) => as(type, fn(name, a, b))),
      from.chain((t) => below(t).map((arg) => as(type, arg))),
      below(type).map((arg) => fn('NEGATE', arg)),
    );
  }
  return fc.oneof(...choices);
}

function caseOf(
  first: readonly [Expr, Expr],
  second: readonly [Expr, Expr],
  otherwise: Expr,
  type: DataType,
): Expr {
  const branches = [first, second].map(([when, then]) => ({ when, then }));
  return { kind: 'Case', type, branches, otherwise };
}

const rows = fc.array(fc.tuple(...TYPES.map((type) => fc.option(someValue(type), { freq: 4 }))), {
  minLength: 1,
  maxLength: 40,
});

function batchFor(values: readonly (readonly unknown[])[], region: Region): Batch {
  const columns = TYPES.map((type, i) =>
    columnOf(
      type,
      values.map((row) => row[i]),
      region,
      type.kind === 'VARCHAR' && values.length % 2 === 0 ? 'dictionary' : 'plain',
    ),
  );
  return batchOf(schemaOf(TYPES.map((type, i) => field(`c${i}`, type))), columns);
}

function project(exprs: readonly Expr[], batch: Batch, ctx: TaskContext): unknown {
  return outcome(() => {
    const output = schemaOf(exprs.map((expr, i) => field(`x${i}`, expr.type)));
    const projection = createProjection(exprs, batch.schema, output, ctx);
    return projection
      .project(batch)
      .columns.map((column) => Array.from({ length: column.length }, (_, i) => column.get(i)));
  });
}

test('compiled and interpreted expression lists are equal', () => {
  const exprs = fc.array(
    fc.constantFrom(...TYPES).chain((type) => tree(type, 2)),
    { minLength: 1, maxLength: 3 },
  );
  fc.assert(
    fc.property(exprs, rows, (list, values) => {
      using region = new Region(arena);
      const batch = batchFor(values, region);
      expect(project(list, batch, contextOf(region, { compile: true }))).toEqual(
        project(list, batch, contextOf(region, { compile: false })),
      );
    }),
    { numRuns: RUNS },
  );
});

test('compiled and interpreted conditions are equal', () => {
  fc.assert(
    fc.property(tree(BOOLEAN, 3), rows, (condition, values) => {
      using region = new Region(arena);
      const batch = batchFor(values, region);
      const select = (compile: boolean) =>
        outcome(() => {
          const filter = createFilter(condition, batch.schema, contextOf(region, { compile }));
          return [...filter.select(batch)];
        });
      const expected = select(false);
      // An operand of AND that comes first may hide a failure of another one.
      if (Array.isArray(expected)) expect(select(true)).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
});
