import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/exec/engine.ts';
import type { ExecuteOptions } from '../../src/exec/execution.ts';
import type { Expr } from '../../src/expr/expr.ts';
import type { JoinType } from '../../src/expr/join-type.ts';
import { lookupBuiltin } from '../../src/functions/registry.ts';
import type { PhysicalPlan } from '../../src/planner/physical/nodes.ts';
import { concatSchemas } from '../../src/types/schema.ts';
import {
  exchange,
  expectNoMemoryKept,
  INLINE,
  node,
  POOLED,
  rowsOf,
  STRING,
  schema,
  testEngine,
  type,
  type Values,
  values,
} from './harness.ts';

let engine: Engine;

beforeAll(() => {
  engine = testEngine();
});

afterAll(async () => {
  await engine.close();
});

expectNoMemoryKept(() => engine);

const MODES: readonly (readonly [string, ExecuteOptions])[] = [
  ['inline', { ...INLINE, batchRows: 3 }],
  ['on the pool', { ...POOLED, batchRows: 3 }],
];

const PAIRS = schema({ k: type('INT'), v: STRING });
const OTHERS = schema({ k2: type('INT'), w: type('BIGINT') });

const pairRow = fc.tuple(
  fc.option(fc.integer({ min: 0, max: 4 })),
  fc.option(fc.constantFrom('', 'a', 'ab', 'b', 'ä')),
);
const otherRow = fc.tuple(
  fc.option(fc.integer({ min: 0, max: 4 })),
  fc.option(fc.bigInt({ min: 0n, max: 3n })),
);

function call(name: string, result: 'BOOLEAN', ...args: Expr[]): Expr {
  const definition = lookupBuiltin(name);
  if (definition?.kind !== 'scalar') throw new Error(`no function ${name}`);
  return { kind: 'Call', type: type(result), definition, args };
}

const column = (index: number, kind: 'INT' | 'BIGINT'): Expr => ({
  kind: 'InputRef',
  type: type(kind),
  index,
});
const literal = (value: unknown, kind: 'INT' | 'BIGINT'): Expr => ({
  kind: 'Literal',
  type: type(kind),
  value,
});

/** Rows in an order of their own, for comparing sets of rows. */
const sorted = (rows: readonly Values[]) => rows.map((row) => row.join('|')).toSorted();

/** What a join yields, by the book. */
function joinByTheBook(
  joinType: JoinType,
  left: readonly Values[],
  right: readonly Values[],
  matches: (l: Values, r: Values) => boolean,
): Values[] {
  const rows: Values[] = [];
  const partnered = new Set<Values>();
  for (const l of left) {
    const partners = right.filter((r) => matches(l, r));
    for (const r of partners) partnered.add(r);
    if (joinType === 'semi' || joinType === 'anti') {
      if (partners.length > 0 === (joinType === 'semi')) rows.push(l);
    } else {
      for (const r of partners) rows.push([...l, ...r]);
      const keepsLeft = joinType === 'left' || joinType === 'full';
      if (partners.length === 0 && keepsLeft) rows.push([...l, null, null]);
    }
  }
  if (joinType === 'right' || joinType === 'full') {
    for (const r of right) if (!partnered.has(r)) rows.push([null, null, ...r]);
  }
  return rows;
}

const JOIN_TYPES = ['inner', 'left', 'right', 'full', 'semi', 'anti'] as const;

describe.each(MODES)('joins %s', (_, options) => {
  function joined(joinType: JoinType, left: PhysicalPlan, right: PhysicalPlan) {
    const leftOnly = joinType === 'semi' || joinType === 'anti';
    return leftOnly ? left.schema : concatSchemas(left.schema, right.schema);
  }

  test.each(
    JOIN_TYPES.flatMap((joinType) =>
      (['left', 'right'] as const).flatMap((build) =>
        [false, true].map((residual) => [joinType, build, residual] as const),
      ),
    ),
  )('hash join: %s, build %s, residual %s', async (joinType, build, residual) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(pairRow, { maxLength: 12 }),
        fc.array(otherRow, { maxLength: 12 }),
        fc.boolean(),
        async (leftRows, rightRows, nullSafe) => {
          const left = values(PAIRS, leftRows);
          const right = values(OTHERS, rightRows);
          const plan = node('HashJoin', [left, right], {
            schema: joined(joinType, left, right),
            joinType,
            leftKeys: [0],
            rightKeys: [0],
            nullSafe: [nullSafe],
            residual: residual
              ? call('>', 'BOOLEAN', column(3, 'BIGINT'), literal(1n, 'BIGINT'))
              : null,
            build,
          });
          const expected = joinByTheBook(joinType, leftRows, rightRows, (l, r) => {
            const equal = l[0] === r[0] && (nullSafe || l[0] !== null);
            return equal && (!residual || (r[1] !== null && (r[1] as bigint) > 1n));
          });
          expect(sorted(await rowsOf(engine, plan, options))).toEqual(sorted(expected));
        },
      ),
      { numRuns: options.inlineRowsMax === 0 ? 4 : 30 },
    );
  });

  test.each(JOIN_TYPES)('nested loop join: %s', async (joinType) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(pairRow, { maxLength: 8 }),
        fc.array(otherRow, { maxLength: 8 }),
        fc.boolean(),
        async (leftRows, rightRows, conditional) => {
          const left = values(PAIRS, leftRows);
          const right = values(OTHERS, rightRows);
          const plan = node('NestedLoopJoin', [left, right], {
            schema: joined(joinType, left, right),
            joinType,
            condition: conditional
              ? call('<', 'BOOLEAN', column(0, 'INT'), column(2, 'INT'))
              : null,
          });
          const expected = joinByTheBook(joinType, leftRows, rightRows, (l, r) => {
            if (!conditional) return true;
            return l[0] !== null && r[0] !== null && (l[0] as number) < (r[0] as number);
          });
          expect(sorted(await rowsOf(engine, plan, options))).toEqual(sorted(expected));
        },
      ),
      { numRuns: options.inlineRowsMax === 0 ? 4 : 30 },
    );
  });

  test('rows of the streaming side keep their order in a left join', async () => {
    const left = values(
      PAIRS,
      [3, 0, 1, 2, 1, 5].map((k) => [k, `${k}`]),
    );
    const right = values(
      OTHERS,
      [1, 3, 1].map((k, i) => [k, BigInt(i)]),
    );
    const plan = node('HashJoin', [left, right], {
      schema: joined('left', left, right),
      joinType: 'left',
      leftKeys: [0],
      rightKeys: [0],
      nullSafe: [false],
      residual: null,
      build: 'right',
    });
    const rows = await rowsOf(engine, plan, options);
    expect(rows.map((row) => [row[0], row[3]])).toEqual([
      [3, 1n],
      [0, null],
      [1, 0n],
      [1, 2n],
      [2, null],
      [1, 0n],
      [1, 2n],
      [5, null],
    ]);
  });
});

describe.each(MODES)('sorts %s', (_, options) => {
  const numRuns = options.inlineRowsMax === 0 ? 4 : 40;
  const keyOrder = fc.tuple(fc.boolean(), fc.boolean());

  function byTheBook(rows: readonly Values[], keys: readonly (readonly [boolean, boolean])[]) {
    return rows.toSorted((a, b) => {
      for (const [i, [descending, nullsFirst]] of keys.entries()) {
        const [x, y] = [a[i], b[i]];
        if (x === y) continue;
        if (x === null || y === null) return (x === null) === nullsFirst ? -1 : 1;
        const less =
          typeof x === 'string'
            ? Buffer.compare(Buffer.from(x), Buffer.from(String(y))) < 0
            : Number(x) < Number(y);
        return less === descending ? 1 : -1;
      }
      return 0;
    });
  }

  test('a sort is stable and knows directions and NULLs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(pairRow, { maxLength: 30 }),
        fc.tuple(keyOrder, keyOrder),
        async (pairs, order) => {
          const rows = pairs.map(([k, v], i) => [k, v, i]);
          const input = values(schema({ k: type('INT'), v: STRING, i: type('INT') }), rows);
          const keys = order.map(([descending, nullsFirst], i) => ({
            column: i,
            descending,
            nullsFirst,
          }));
          const plan = node('Sort', [exchange(input)], { keys });
          expect(await rowsOf(engine, plan, options)).toEqual(byTheBook(rows, order));
        },
      ),
      { numRuns },
    );
  });

  test('the first rows of an order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(pairRow, { maxLength: 30 }),
        fc.tuple(keyOrder, keyOrder),
        fc.nat(6),
        fc.nat(12),
        async (pairs, order, offset, limit) => {
          const rows = pairs.map(([k, v], i) => [k, v, i]);
          const input = values(schema({ k: type('INT'), v: STRING, i: type('INT') }), rows);
          const keys = order.map(([descending, nullsFirst], i) => ({
            column: i,
            descending,
            nullsFirst,
          }));
          const plan = node('SortLimit', [input], { keys, offset, limit });
          const expected = byTheBook(rows, order).slice(offset, offset + limit);
          expect(await rowsOf(engine, plan, options)).toEqual(expected);
        },
      ),
      { numRuns },
    );
  });
});

describe.each(MODES)('calc %s', (_, options) => {
  test('filters, then computes', async () => {
    const input = values(
      PAIRS,
      [5, 1, 4, null, 3].map((k) => [k, `${k}`]),
    );
    const plan = node('Calc', [input], {
      schema: schema({ v: STRING, k: type('INT') }),
      condition: call('>', 'BOOLEAN', column(0, 'INT'), literal(2, 'INT')),
      projections: [{ kind: 'InputRef', type: STRING, index: 1 }, column(0, 'INT')],
    });
    expect(await rowsOf(engine, plan, options)).toEqual([
      ['5', 5],
      ['4', 4],
      ['3', 3],
    ]);
    const filter = {
      ...plan,
      schema: PAIRS,
      projections: [column(0, 'INT'), plan.projections[0]!],
    };
    expect((await rowsOf(engine, filter, options)).length).toBe(3);
    const limit = node('Limit', [filter], { offset: 1, limit: 1 });
    expect((await rowsOf(engine, limit, options)).map(([k]) => k)).toEqual([4]);
  });
});
