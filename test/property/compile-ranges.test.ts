import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { type Batch, batchOf } from '../../src/columnar/batch.ts';
import { type Column, FixedColumn } from '../../src/columnar/column.ts';
import { narrowCopy, readableIn } from '../../src/columnar/narrow-copy.ts';
import { createAggregates } from '../../src/exec/compile/aggregates.ts';
import { createProjection } from '../../src/exec/compile/projection.ts';
import type { TaskContext } from '../../src/exec/operator.ts';
import type { AggregateCall, Expr } from '../../src/expr/expr.ts';
import { call, inputRef, literal } from '../../src/expr/tree.ts';
import { lookupBuiltin } from '../../src/functions/registry.ts';
import { type DataType, withNullable } from '../../src/types/data-type.ts';
import { isNumeric } from '../../src/types/families.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { BIGINT, decimal, INT } from '../../src/types/types.ts';
import { contextOf } from '../exec/task-context.ts';
import { outcome } from './outcome.ts';
import { columnOf } from './random-columns.ts';

const arena = Arena.create(64 * 1024 * 1024);
const RUNS = Number(process.env['COMPILE_RUNS'] ?? 300);

const TYPES: readonly DataType[] = [
  decimal(18, 0),
  decimal(18, 6),
  decimal(9, 2),
  decimal(15, 2),
  decimal(4, 4),
  decimal(38, 10),
  BIGINT,
  INT,
].map((type) => withNullable(type, true));

/** A call with the casts of its arguments that a binder makes; the first argument if there is none. */
function fn(name: string, ...args: readonly Expr[]): Expr {
  const definition = lookupBuiltin(name);
  if (definition?.kind !== 'scalar') throw new Error(`no function ${name}`);
  const literals = args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined));
  const types = definition.input.infer({ types: args.map((arg) => arg.type), literals });
  if (types === null) return args[0]!;
  const given = args.map((arg, i) => (arg.kind === 'Literal' ? arg : as(types[i]!, arg)));
  const type = definition.output({ types: given.map((arg) => arg.type), literals });
  return isNumeric(type) ? call(definition, type, given) : args[0]!;
}

function as(type: DataType, input: Expr): Expr {
  return { kind: 'Cast', type: withNullable(type, true), input, safe: false };
}

/** Numbers of so many bits, and those at the ends. */
function numbers(type: DataType, bits: number): fc.Arbitrary<unknown> {
  const ends = type.kind === 'DECIMAL' ? 10n ** BigInt(type.precision) : 2n ** 63n;
  const limit = type.kind === 'INT' ? 2n ** 31n : ends;
  const most = 2n ** BigInt(bits) < limit ? 2n ** BigInt(bits) - 1n : limit - 1n;
  const any = fc.oneof(
    fc.bigInt({ min: -most, max: most }),
    fc.constantFrom(-most, most, 0n, 1n, -1n),
  );
  return type.kind === 'INT' ? any.map(Number) : any;
}

const constant = fc
  .constantFrom(decimal(1, 0), decimal(10, 5), decimal(18, 2), decimal(30, 3))
  .chain((type) => numbers(type, 127).map((value): Expr => literal(type, value)));

const anyType = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 38 }), fc.nat(38))
    .map(([precision, scale]): DataType => decimal(precision, Math.min(precision, scale))),
  fc.constantFrom<DataType>(BIGINT, INT),
);

function tree(depth: number): fc.Arbitrary<Expr> {
  const leaf = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.nat(TYPES.length - 1).map((i): Expr => inputRef(i, TYPES[i]!)),
    },
    { weight: 1, arbitrary: constant },
  );
  if (depth === 0) return leaf;
  const below = tree(depth - 1);
  const places = fc.integer({ min: 0, max: 12 }).map((n) => literal(INT, n));
  return fc.oneof(
    leaf,
    fc.tuple(fc.constantFrom('+', '-', '*', '/'), below, below).map((call) => fn(...call)),
    fc.tuple(fc.constantFrom('NEGATE', 'FLOOR', 'CEIL', 'ABS'), below).map((call) => fn(...call)),
    fc.tuple(fc.constantFrom('ROUND', 'TRUNCATE'), below, places).map((call) => fn(...call)),
    fc.tuple(anyType, below).map(([type, input]) => as(type, input)),
  );
}

const rows = fc.tuple(...TYPES.map(() => fc.integer({ min: 1, max: 64 }))).chain((bits) =>
  fc.array(fc.tuple(...TYPES.map((type, i) => fc.option(numbers(type, bits[i]!), { freq: 8 }))), {
    minLength: 1,
    maxLength: 12,
  }),
);

/** The columns of rows, with the ranges of their values; any bits lie where there is none. */
function batchFor(given: readonly (readonly unknown[])[], region: Region): Batch {
  const columns = TYPES.map((type, i) => {
    const values = given.map((row) => row[i]);
    return ranged(columnOf(type, values, region, 'plain'), values, region);
  });
  return batchOf(schemaOf(TYPES.map((type, i) => field(`c${i}`, type))), columns);
}

function ranged(column: Column, given: readonly unknown[], region: Region): Column {
  const known = given.filter((value) => value !== null).map((value) => BigInt(value as bigint));
  if (column.layout !== 'fixed' || column.width > 8 || known.length === 0) return column;
  const { type, length, values, width, validity, nullCount } = column;
  for (const [row, value] of given.entries()) {
    if (value === null) values[row] = values instanceof BigInt64Array ? -(2n ** 63n) : -(2 ** 31);
  }
  const [least = 0n] = known.toSorted((a, b) => (a < b ? -1 : 1));
  const [greatest = 0n] = known.toSorted((a, b) => (a > b ? -1 : 1));
  const range = { least, greatest };
  const whole = new FixedColumn(type, length, values, width, validity, nullCount, range);
  return readableIn(narrowCopy(whole, region), region);
}

function project(exprs: readonly Expr[], batch: Batch, ctx: TaskContext): unknown {
  const output = schemaOf(exprs.map(({ type }, i) => field(`r${i}`, type)));
  const projection = createProjection(exprs, batch.schema, output, ctx);
  try {
    const { columns, length } = projection.project(batch);
    return columns.map((column) => Array.from({ length }, (_, row) => column.get(row)));
  } finally {
    projection.close();
  }
}

/** The sums of three times all rows: as many as are found are added at once. */
function sums(exprs: readonly Expr[], batch: Batch, ctx: TaskContext): unknown {
  const definition = lookupBuiltin('SUM');
  if (definition?.kind !== 'aggregate') throw new Error('no function SUM');
  const calls = exprs.map((arg): AggregateCall => {
    const type = definition.output({ types: [arg.type], literals: [undefined] });
    return { definition, type, args: [arg], distinct: false, filter: null };
  });
  const states = createAggregates(calls, batch.schema, ctx);
  try {
    for (let i = 0; i < 3; i++) {
      const done = states.updateFound?.(batch, null, null, [], 1) ?? 0;
      const rest = ctx.region.int32(ctx.region.alloc(4 * batch.length), batch.length - done);
      for (const i of rest.keys()) rest[i] = done + i;
      states.update({ ...batch, selection: rest }, null, 1);
    }
    return states.results(1).map((column) => column.get(0));
  } finally {
    states.close();
  }
}

test.each([
  ['expressions', project],
  ['sums', sums],
])('%s of columns with ranges are those of the interpreter', (_, compute) => {
  const exprs = fc.array(tree(4), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(exprs, rows, (given, values) => {
      using region = new Region(arena);
      const batch = batchFor(values, region);
      const [compiled, interpreted] = [true, false].map((compile) =>
        outcome(() => compute(given, batch, contextOf(region, { compile }))),
      );
      expect(compiled).toEqual(interpreted);
    }),
    { numRuns: RUNS },
  );
});
