import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { type Batch, batchOf } from '../../src/columnar/batch.ts';
import { sliceBatch } from '../../src/columnar/batches.ts';
import { readableIn } from '../../src/columnar/narrow-copy.ts';
import { storageOf, storageWidth } from '../../src/columnar/values.ts';
import { createAggregates } from '../../src/exec/compile/aggregates.ts';
import { createFilter } from '../../src/exec/compile/filter.ts';
import { maskForm } from '../../src/exec/compile/mask-form.ts';
import type { TaskContext } from '../../src/exec/operator.ts';
import type { AggregateCall, Expr } from '../../src/expr/expr.ts';
import { call, inputRef, literal } from '../../src/expr/tree.ts';
import { lookupBuiltin } from '../../src/functions/registry.ts';
import { type DataType, withNullable } from '../../src/types/data-type.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { BOOLEAN, decimal } from '../../src/types/types.ts';
import { storedColumn } from '../columnar/arbitrary.ts';
import { contextOf } from '../exec/task-context.ts';
import { columnOf, someValue, TESTED_TYPES } from './random-columns.ts';

const arena = Arena.create(64 * 1024 * 1024);
const RUNS = Number(process.env['COMPILE_RUNS'] ?? 250);

const TYPES = TESTED_TYPES.filter((type) => {
  const storage = storageOf(type);
  return storage !== null && storageWidth(storage) <= 8;
});
const WIDE = decimal(18, 0);
const PRODUCT = decimal(38, 0);

function fn(name: string, type: DataType, ...args: readonly Expr[]): Expr {
  const definition = lookupBuiltin(name);
  if (definition?.kind !== 'scalar') throw new Error(`no function ${name}`);
  return call(definition, type, args);
}

const condition = (name: string, ...args: readonly Expr[]): Expr =>
  fn(name, withNullable(BOOLEAN, true), ...args);

/** Columns: two of one type, and one whose squares leave 64 bits now and then. */
interface Table {
  readonly type: DataType;
  /** Values that come in rows and in conditions. */
  readonly common: readonly unknown[];
  readonly rows: readonly (readonly unknown[])[];
  readonly from: number;
}

const comparison = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');

/** Values at the ends of what narrow columns hold. */
function edgeValue(type: DataType): fc.Arbitrary<unknown> {
  const edges = [127n, 128n, -128n, -129n, 32767n, 32768n, -32768n, 0n, 1n, -1n];
  const all = type.kind === 'BIGINT' ? [...edges, 2n ** 31n - 1n, -(2n ** 31n)] : edges;
  if (type.kind === 'DECIMAL' && type.precision > 5) return fc.constantFrom(...all);
  if (type.kind === 'BIGINT' || type.kind === 'INTERVAL_DAY_TIME') return fc.constantFrom(...all);
  if (type.kind === 'INT' || type.kind === 'DATE') return fc.constantFrom(...all.map(Number));
  return someValue(type);
}

function comparisonOf(type: DataType, common: readonly unknown[]): fc.Arbitrary<Expr> {
  const [a, b] = [inputRef(0, type), inputRef(1, type)];
  const values = fc.oneof(fc.constantFrom(...common), someValue(type));
  const constant = values.map((value): Expr => literal(withNullable(type, false), value));
  const sides = fc.oneof(
    { weight: 3, arbitrary: constant.map((value): [Expr, Expr] => [a, value]) },
    constant.map((value): [Expr, Expr] => [value, b]),
    fc.constant<[Expr, Expr]>([a, b]),
  );
  // Whether NaN is IN a list with NaN is a matter of the list, not of vectors.
  const numbers = constant.filter((item) => item.kind !== 'Literal' || !Number.isNaN(item.value));
  const items = fc.array(numbers, { minLength: 1, maxLength: 9 });
  return fc.oneof(
    { weight: 5, arbitrary: fc.tuple(comparison, sides).map(([op, s]) => condition(op, ...s)) },
    items.map((list) => condition('IN', a, ...list)),
  );
}

function conditionOf(type: DataType, common: readonly unknown[]): fc.Arbitrary<Expr> {
  const one = comparisonOf(type, common);
  const some = fc.array(one, { minLength: 2, maxLength: 5 });
  const any = some.map((operands) => condition('OR', ...operands));
  const divided = fn('/', PRODUCT, literal(WIDE, 12n), inputRef(2, WIDE));
  const square = fn('*', PRODUCT, inputRef(2, WIDE), inputRef(2, WIDE));
  const other = fc.constantFrom(
    condition('>', square, literal(PRODUCT, 100n)),
    condition('>', divided, literal(WIDE, 1n)),
    condition('<>', inputRef(2, WIDE), literal(WIDE, 0n)),
    condition('IS NOT NULL', inputRef(1, type)),
    condition('NOT', condition('=', inputRef(0, type), inputRef(1, type))),
  );
  const operands = fc.array(fc.oneof({ weight: 3, arbitrary: one }, any, other), {
    minLength: 2,
    maxLength: 5,
  });
  return fc.oneof(
    one,
    any,
    operands.map((list) => condition('AND', ...list)),
    operands.map((list) => condition('OR', ...list)),
  );
}

const wide = fc.oneof(
  { weight: 20, arbitrary: fc.bigInt({ min: 1n, max: 1000n }) },
  fc.constantFrom(0n, 10n ** 18n - 1n),
);

const tables = fc
  .constantFrom(...TYPES)
  .chain((type) =>
    fc.tuple(
      fc.constant(type),
      fc.array(fc.oneof(someValue(type), edgeValue(type)), { minLength: 2, maxLength: 6 }),
      fc.constantFrom(someValue(type), edgeValue(type)),
    ),
  )
  .chain(([type, common, other]) => {
    const value = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...common) },
      { weight: 1, arbitrary: other },
    );
    const some = fc.oneof(fc.constant(value), fc.constant(fc.option(value, { freq: 4 })));
    return fc.record({
      type: fc.constant(type),
      common: fc.constant(common),
      from: fc.nat(70),
      rows: some.chain((cell) =>
        fc.array(fc.tuple(cell, cell, wide), { minLength: 1, maxLength: 200, size: 'max' }),
      ),
    });
  });

const cases = tables.chain((table) =>
  fc.tuple(fc.constant<Table>(table), conditionOf(withNullable(table.type, true), table.common)),
);

/** The rows from `from` on: of batches that begin anywhere in memory. */
function batchFor({ type, rows, from }: Table, region: Region): Batch {
  const types = [type, type, WIDE].map((t) => withNullable(t, true));
  const columns = types.map((t, i) => {
    const values = rows.map((row) => row[i]);
    return readableIn(storedColumn(columnOf(t, values, region), region), region);
  });
  const batch = batchOf(schemaOf(types.map((t, i) => field(`c${i}`, t))), columns);
  return sliceBatch(batch, Math.min(from, rows.length - 1), rows.length, region);
}

/** A result, or that there was an error. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error.code;
    throw error;
  }
}

function selected(expr: Expr, batch: Batch, ctx: TaskContext): readonly number[] {
  const filter = createFilter(expr, batch.schema, ctx);
  try {
    return [...filter.select(batch)];
  } finally {
    filter.close();
  }
}

function aggregate(name: string, ...args: readonly Expr[]): AggregateCall {
  const definition = lookupBuiltin(name);
  if (definition?.kind !== 'aggregate') throw new Error(`no function ${name}`);
  const type = definition.output({
    types: args.map((arg) => arg.type),
    literals: args.map(() => undefined),
  });
  return { definition, type, args, distinct: false, filter: null };
}

/** Sums over the rows that fulfil a condition, by the one loop or from a list of rows. */
function sums(expr: Expr, batch: Batch, ctx: TaskContext): unknown {
  const square = fn('*', PRODUCT, inputRef(2, WIDE), inputRef(2, WIDE));
  const calls = [aggregate('COUNT'), aggregate('SUM', square), aggregate('MAX', inputRef(2, WIDE))];
  const states = createAggregates(calls, batch.schema, ctx);
  try {
    let at = 0;
    while (at < batch.length) {
      const rest = sliceBatch(batch, at, batch.length, ctx.region);
      at += states.updateFound?.(rest, expr, null, [], 1) ?? 0;
      if (at === batch.length) break;
      const end = states.updateFound === undefined ? batch.length : at + 1;
      const next = sliceBatch(batch, at, end, ctx.region);
      const rows = selected(expr, next, ctx);
      const selection = ctx.region.int32(ctx.region.alloc(4 * rows.length), rows.length);
      selection.set(rows);
      if (rows.length > 0) states.update({ ...next, selection }, null, 1);
      at = end;
    }
    return states.results(1).map((column) => column.get(0));
  } finally {
    states.close();
  }
}

test.each([
  ['rows', selected],
  ['sums', sums],
])('%s of conditions that vectors test are those of the interpreter', (_, compute) => {
  fc.assert(
    fc.property(cases, ([table, expr]) => {
      using region = new Region(arena);
      const batch = batchFor(table, region);
      const [compiled, interpreted] = [true, false].map((compile) =>
        outcome(() => compute(expr, batch, contextOf(region, { compile }))),
      );
      expect(compiled).toEqual(interpreted);
    }),
    { numRuns: RUNS },
  );
});

test('many of these conditions have a form that vectors test', () => {
  const conditions = fc.sample(cases, { numRuns: 200, seed: 1 }).map(([, expr]) => expr);
  expect(conditions.filter((expr) => maskForm(expr) !== null).length).toBeGreaterThan(60);
});
