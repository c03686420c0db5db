import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { type Batch, batchOf } from '../../src/columnar/batch.ts';
import type { Column } from '../../src/columnar/column.ts';
import { createAggregates } from '../../src/exec/compile/aggregates.ts';
import { isEmitted } from '../../src/exec/compile/compiled-aggregates.ts';
import type { AggregateCall } from '../../src/expr/expr.ts';
import { inputRef } from '../../src/expr/tree.ts';
import type { AggregateFunctionDefinition } from '../../src/functions/definition.ts';
import { builtinDefinitions } from '../../src/functions/registry.ts';
import { type DataType, sameType } from '../../src/types/data-type.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { BOOLEAN } from '../../src/types/types.ts';
import { contextOf } from '../exec/task-context.ts';
import { columnOf, type Encoding, someValue, TESTED_TYPES } from './random-columns.ts';

const arena = Arena.create(64 * 1024 * 1024);

const definitions = builtinDefinitions()
  .filter((d): d is AggregateFunctionDefinition => d.kind === 'aggregate')
  .filter((d) => d.compiled !== null);

function typesOf(definition: AggregateFunctionDefinition): readonly DataType[] {
  return TESTED_TYPES.filter((type) => {
    const inferred = definition.input.infer({ types: [type], literals: [undefined] });
    return inferred !== null && sameType(inferred[0]!, type, false);
  });
}

interface Rows {
  readonly values: readonly unknown[];
  readonly filters: readonly unknown[];
  readonly groups: readonly number[];
  readonly selection: readonly boolean[] | null;
}

interface Case {
  readonly type: DataType;
  readonly batches: readonly Rows[];
  readonly encoding: Encoding;
  readonly grouped: boolean;
  readonly filtered: boolean;
  readonly distinct: boolean;
}

const GROUPS = 3;

/** As any values; the sums of floating-point ones do not depend on the order they are added in. */
function summedValue(type: DataType): fc.Arbitrary<unknown> {
  if (type.kind !== 'FLOAT' && type.kind !== 'DOUBLE') return someValue(type);
  const special = [Number.NaN, -0, 0, 0.5, Infinity, -Infinity, 2 ** 15];
  return fc.oneof(fc.constantFrom(...special), fc.integer({ min: -999, max: 999 }));
}

function rowsOf(type: DataType, nullable: boolean): fc.Arbitrary<Rows> {
  return fc.integer({ min: 0, max: 40 }).chain((rows) => {
    const length = { minLength: rows, maxLength: rows };
    const value = summedValue(type);
    return fc.record({
      values: fc.array(nullable ? fc.option(value, { freq: 3 }) : value, length),
      filters: fc.array(fc.option(fc.boolean()), length),
      groups: fc.array(fc.integer({ min: 0, max: GROUPS - 2 }), length),
      selection: fc.option(fc.array(fc.boolean(), length)),
    });
  });
}

function caseOf(types: readonly DataType[]): fc.Arbitrary<Case> {
  return fc.constantFrom(...types).chain((type) =>
    fc.boolean().chain((nullable) =>
      fc.record({
        type: fc.constant(type),
        batches: fc.array(rowsOf(type, nullable), { minLength: 1, maxLength: 3 }),
        encoding: fc.constantFrom<Encoding>('plain', 'plain', 'dictionary'),
        grouped: fc.boolean(),
        filtered: fc.boolean(),
        distinct: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
      }),
    ),
  );
}

function batchFor(c: Case, rows: Rows, region: Region): { batch: Batch; ids: Int32Array | null } {
  const schema = schemaOf([field('x', c.type), field('f', BOOLEAN)]);
  const columns = [
    columnOf(c.type, rows.values, region, c.encoding),
    columnOf(BOOLEAN, rows.filters, region),
  ];
  const all = [...rows.values.keys()];
  const counting = rows.selection === null ? all : all.filter((row) => rows.selection![row]);
  const vector = (values: readonly number[]): Int32Array => {
    const view = region.int32(region.alloc(values.length * 4 + 4), values.length);
    view.set(values);
    return view;
  };
  const batch = batchOf(schema, columns, all.length);
  return {
    batch: rows.selection === null ? batch : { ...batch, selection: vector(counting) },
    ids: c.grouped ? vector(counting.map((row) => rows.groups[row]!)) : null,
  };
}

function callOf(definition: AggregateFunctionDefinition, c: Case): AggregateCall {
  return {
    definition,
    type: definition.output({ types: [c.type], literals: [undefined] }),
    args: [inputRef(0, c.type)],
    distinct: c.distinct,
    filter: c.filtered ? inputRef(1, BOOLEAN) : null,
  };
}

const valuesOf = (columns: readonly Column[], rows: number): unknown[][] =>
  columns.map((column) => Array.from({ length: rows }, (_, i) => column.get(i)));

/** Results, and unless DISTINCT, the states and the results of merging each batch's states. */
function aggregate(calls: readonly AggregateCall[], c: Case, region: Region, compile: boolean) {
  const ctx = contextOf(region, { compile });
  const schema = schemaOf([field('x', c.type), field('f', BOOLEAN)]);
  const groups = c.grouped ? GROUPS : 1;
  const all = createAggregates(calls, schema, ctx);
  const merged = createAggregates(calls, schema, ctx);
  for (const rows of c.batches) {
    const { batch, ids } = batchFor(c, rows, region);
    all.update(batch, ids, groups);
    if (c.distinct) continue;
    const partial = createAggregates(calls, schema, ctx);
    partial.update(batch, ids, groups);
    const identity = region.int32(region.alloc(groups * 4), groups).map((_, g) => g);
    const target = region.int32(region.alloc(groups * 4), groups);
    target.set(identity);
    merged.merge(partial.stateColumns(groups), c.grouped ? target : null, groups);
    partial.close();
  }
  const results = valuesOf(all.results(groups), groups);
  if (c.distinct) return { results };
  const states = valuesOf(all.stateColumns(groups), groups);
  const ofMerged = valuesOf(merged.results(groups), groups);
  all.close();
  merged.close();
  return { results, states, ofMerged };
}

/** Decimals whose sums pass 10^38 and come back. */
const LARGE_DECIMALS = TESTED_TYPES.filter(
  (type) => type.kind === 'DECIMAL' && type.precision === 38,
);

/** The exact sum of the values that count, per group; null: there are none. */
function exactSums(c: Case): (bigint | null)[] {
  const sums: (bigint | null)[] = Array.from({ length: c.grouped ? GROUPS : 1 }, () => null);
  for (const { values, filters, groups, selection } of c.batches) {
    for (const [row, value] of values.entries()) {
      if (value === null || selection?.[row] === false) continue;
      if (c.filtered && filters[row] !== true) continue;
      const group = c.grouped ? groups[row]! : 0;
      sums[group] = (sums[group] ?? 0n) + (value as bigint);
    }
  }
  return sums;
}

const RUNS = Number(process.env['COMPILE_RUNS'] ?? 60);

describe('compiled and interpreted aggregates are equal', () => {
  test.for(definitions.map((d) => [d.name, d] as const))('%s', ([, definition]) => {
    fc.assert(
      fc.property(caseOf(typesOf(definition)), (c) => {
        using region = new Region(arena);
        const calls = [callOf(definition, c)];
        expect(aggregate(calls, c, region, true)).toEqual(aggregate(calls, c, region, false));
      }),
      { numRuns: RUNS },
    );
  });

  test('several calls at once', () => {
    const types = TESTED_TYPES.filter((type) =>
      definitions.every((d) => d.compiled === 'count' || typesOf(d).includes(type)),
    );
    fc.assert(
      fc.property(caseOf(types), (c) => {
        using region = new Region(arena);
        const calls = definitions.map((d) => callOf(d, { ...c, distinct: false }));
        const plain = { ...c, distinct: false };
        expect(aggregate(calls, plain, region, true)).toEqual(
          aggregate(calls, plain, region, false),
        );
      }),
      { numRuns: RUNS },
    );
  });
});

test.each([true, false])('only the final sum of decimals must fit; compiled: %s', (compiled) => {
  const sum = definitions.find(({ name }) => name === 'SUM')!;
  fc.assert(
    fc.property(caseOf(LARGE_DECIMALS), (any) => {
      using region = new Region(arena);
      const c = { ...any, distinct: false };
      const expected = exactSums(c).map((exact) =>
        exact === null || exact >= 10n ** 38n || exact <= -(10n ** 38n) ? null : exact,
      );
      const { results, ofMerged } = aggregate([callOf(sum, c)], c, region, compiled);
      expect(results).toEqual([expected]);
      expect(ofMerged).toEqual([expected]);
    }),
    { numRuns: RUNS },
  );
});

test.each([true, false])('sums of decimals come back from far; compiled: %s', (compiled) => {
  using region = new Region(arena);
  const max = 10n ** 38n - 1n;
  const rows = (values: readonly bigint[]): Rows => ({
    values,
    filters: values.map(() => true),
    groups: values.map(() => 0),
    selection: null,
  });
  const c: Case = {
    type: LARGE_DECIMALS[0]!,
    batches: [rows([max, max, max]), rows([-max, -max]), rows([-max, 7n])],
    encoding: 'plain',
    grouped: false,
    filtered: true,
    distinct: false,
  };
  const calls = definitions
    .filter(({ name }) => name === 'SUM' || name === 'SUM0')
    .map((definition) => callOf(definition, c));
  const { results, ofMerged } = aggregate(calls, c, region, compiled);
  expect(results).toEqual([[7n], [7n]]);
  expect(ofMerged).toEqual(results);
});

test('calls in different forms at once', () => {
  const text = TESTED_TYPES.filter((type) => type.kind === 'VARCHAR');
  const names = ['MIN', 'COUNT', 'MAX', 'LISTAGG'];
  fc.assert(
    fc.property(caseOf(text), (c) => {
      using region = new Region(arena);
      const plain = { ...c, distinct: false };
      const calls = names.flatMap((name) => {
        const definition = builtinDefinitions().find((d) => d.name === name);
        return definition?.kind === 'aggregate' ? [callOf(definition, plain)] : [];
      });
      expect(aggregate(calls, plain, region, true)).toEqual(aggregate(calls, plain, region, false));
    }),
    { numRuns: RUNS },
  );
});

test('aggregates of numbers are emitted', () => {
  const missing = definitions.flatMap((definition) =>
    typesOf(definition)
      .filter((type) => type.kind !== 'VARCHAR' && !('precision' in type && type.precision === 9))
      .map((type): AggregateCall => {
        return {
          definition,
          type: definition.output({ types: [type], literals: [undefined] }),
          args: [inputRef(0, type)],
          distinct: false,
          filter: null,
        };
      })
      .filter((call) => !isEmitted(call))
      .map((call) => `${definition.name}(${call.args[0]!.type.kind})`),
  );
  expect(missing).toEqual([]);
});
