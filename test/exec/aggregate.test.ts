import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/exec/engine.ts';
import type { ExecuteOptions } from '../../src/exec/execution.ts';
import type { AggregateCall } from '../../src/expr/expr.ts';
import { lookupBuiltin } from '../../src/functions/registry.ts';
import type { PhysicalPlan } from '../../src/planner/physical/nodes.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import {
  exchange,
  expectNoMemoryKept,
  INLINE,
  node,
  POOLED,
  rowsOf,
  STRING,
  scan,
  schema,
  testEngine,
  type,
  type Values,
  values,
} from './harness.ts';
import { RangeSource } from './range-source.ts';

let engine: Engine;

beforeAll(() => {
  engine = testEngine();
});

afterAll(async () => {
  await engine.close();
});

expectNoMemoryKept(() => engine);

const ROWS = schema({ k: type('INT'), s: STRING, n: type('BIGINT'), f: type('BOOLEAN') });

const row = fc.tuple(
  fc.option(fc.integer({ min: 0, max: 3 })),
  fc.option(fc.constantFrom('', 'a', 'b')),
  fc.option(fc.bigInt({ min: -5n, max: 5n })),
  fc.option(fc.boolean()),
);

function call(
  name: string,
  result: DataType,
  column: number | null,
  rest: Partial<AggregateCall> = {},
): AggregateCall {
  const definition = lookupBuiltin(name);
  if (definition?.kind !== 'aggregate') throw new Error(`no aggregate ${name}`);
  const args =
    column === null
      ? []
      : [{ kind: 'InputRef', type: ROWS.fields[column]!.type, index: column } as const];
  return { definition, type: result, args, distinct: false, filter: null, ...rest };
}

const BIGINT = type('BIGINT');
const FILTER = { kind: 'InputRef', type: type('BOOLEAN'), index: 3 } as const;
const CALLS = [
  call('COUNT', BIGINT, 2),
  call('SUM', BIGINT, 2),
  call('MIN', STRING, 1),
  call('MAX', BIGINT, 2, { filter: FILTER }),
];
const DISTINCT = [call('COUNT', BIGINT, 2, { distinct: true }), call('SUM', BIGINT, 2)];
const DISTINCT_FILTER = [call('SUM', BIGINT, 2, { distinct: true, filter: FILTER })];

/** Key columns, then one column a call. */
function output(keys: readonly number[], calls: readonly AggregateCall[]) {
  return schemaOf([
    ...keys.map((key) => ROWS.fields[key]!),
    ...calls.map((c, i) => field(`c${i}`, c.type)),
  ]);
}

function single(
  input: PhysicalPlan,
  keys: readonly number[],
  calls: readonly AggregateCall[],
): PhysicalPlan {
  return node('HashAggregate', [input], {
    schema: output(keys, calls),
    phase: 'single',
    keys,
    calls,
  });
}

/** The same as two phases around an exchange. */
function twoPhases(
  input: PhysicalPlan,
  keys: readonly number[],
  calls: readonly AggregateCall[],
): PhysicalPlan {
  const states = calls.flatMap((c, i) =>
    c.definition
      .state({ types: c.args.map((arg) => arg.type), literals: [], result: c.type })
      .map((state, s) => field(`s${i}_${s}`, state)),
  );
  const partial = node('HashAggregate', [input], {
    schema: schemaOf([...keys.map((key) => ROWS.fields[key]!), ...states]),
    phase: 'partial',
    keys,
    calls,
  });
  const groups = keys.map((_, i) => i);
  const met = exchange(partial, keys.length > 0 ? 'hash' : 'single', groups);
  const final = node('HashAggregate', [met], {
    schema: output(keys, calls),
    phase: 'final',
    keys: groups,
    calls,
  });
  return exchange(final);
}

/** The groups of rows, in the order of their first row. */
function groupsOf(rows: readonly Values[], keys: readonly number[]): [Values, Values[]][] {
  const groups = new Map<string, [Values, Values[]]>();
  if (keys.length === 0) groups.set('', [[], []]);
  for (const r of rows) {
    const values = keys.map((key) => r[key]);
    const name = keys.length === 0 ? '' : JSON.stringify(values.map(String));
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [values, [r]]);
    else group[1].push(r);
  }
  return [...groups.values()];
}

const numbers = (rows: readonly Values[]) =>
  rows.map((r) => r[2]).filter((n): n is bigint => n !== null);
const sum = (all: readonly bigint[]) => (all.length === 0 ? null : all.reduce((a, b) => a + b, 0n));
const most = (all: readonly bigint[]) => all.toSorted((a, b) => Number(b - a))[0] ?? null;
const byTheBook = (rows: readonly Values[], keys: readonly number[]) =>
  groupsOf(rows, keys).map(([key, group]) => {
    const texts = group.map((r) => r[1]).filter((s) => s !== null) as string[];
    return [
      ...key,
      BigInt(numbers(group).length),
      sum(numbers(group)),
      texts.toSorted()[0] ?? null,
      most(numbers(group.filter((r) => r[3] === true))),
    ];
  });

const MODES: readonly (readonly [string, ExecuteOptions])[] = [
  ['inline', { ...INLINE, batchRows: 3 }],
  ['inline, interpreted', { ...INLINE, batchRows: 3, compile: false }],
  ['on the pool', { ...POOLED, batchRows: 3 }],
];
const KEYS = [[], [0], [1], [1, 0]];

const sorted = (rows: readonly Values[]) => rows.map((r) => r.join('|')).toSorted();

describe.each(MODES)('aggregates %s', (_, options) => {
  const numRuns = options.inlineRowsMax === 0 ? 5 : 25;
  const rows = fc.array(row, { maxLength: 25 });

  test.each(KEYS)('one phase by %s %s', async (...keys) => {
    await fc.assert(
      fc.asyncProperty(rows, async (input) => {
        const plan = single(values(ROWS, input), keys, CALLS);
        expect(await rowsOf(engine, plan, options)).toEqual(byTheBook(input, keys));
      }),
      { numRuns },
    );
  });

  test.each(KEYS)('two phases by %s %s', async (...keys) => {
    await fc.assert(
      fc.asyncProperty(rows, async (input) => {
        const halves = [values(ROWS, input.slice(0, 9)), values(ROWS, input.slice(9))];
        const plan = twoPhases(node('Union', halves, {}), keys, CALLS);
        const found = await rowsOf(engine, plan, options);
        expect(sorted(found)).toEqual(sorted(byTheBook(input, keys)));
      }),
      { numRuns },
    );
  });

  test.each(KEYS)('DISTINCT by %s %s', async (...keys) => {
    await fc.assert(
      fc.asyncProperty(rows, async (input) => {
        const grouped = exchange(values(ROWS, input), 'hash', keys);
        const source = keys.length > 0 ? grouped : values(ROWS, input);
        const found = await rowsOf(engine, single(source, keys, DISTINCT), options);
        const expected = groupsOf(input, keys).map(([key, group]) => [
          ...key,
          BigInt(new Set(numbers(group)).size),
          sum(numbers(group)),
        ]);
        expect(sorted(found)).toEqual(sorted(expected));
        const filtered = await rowsOf(engine, single(source, keys, DISTINCT_FILTER), options);
        const sums = groupsOf(input, keys).map(([key, group]) => [
          ...key,
          sum([...new Set(numbers(group.filter((r) => r[3] === true)))]),
        ]);
        expect(sorted(filtered)).toEqual(sorted(sums));
      }),
      { numRuns },
    );
  });
});

test('groups of few rows are handed on, rows then pass ungrouped, and all meet again', async () => {
  const rows = 400_000;
  const source = scan(new RangeSource(rows, { splitRows: 10_000 }));
  const input = node('Union', [source, source], {});
  const keySchema = schemaOf([source.schema.fields[0]!]);
  const count = call('COUNT', BIGINT, null);
  const partial = node('HashAggregate', [input], {
    schema: schemaOf([...keySchema.fields, field('s0', BIGINT)]),
    phase: 'partial',
    keys: [0],
    calls: [count],
  });
  const final = node('HashAggregate', [exchange(partial, 'hash', [0])], {
    schema: schemaOf([...keySchema.fields, field('c0', BIGINT)]),
    phase: 'final',
    keys: [0],
    calls: [count],
  });
  const found = await rowsOf(engine, exchange(final), { ...POOLED, batchRows: 4096 });
  expect(found.length).toBe(rows);
  expect(found.every(([, twice]) => twice === 2n)).toBe(true);
  expect(new Set(found.map(([n]) => n)).size).toBe(rows);
});
