import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';
import { sortedRows } from './sorted-rows.ts';

/** A key type: how it is declared, and the value that a small number stands for. */
interface KeyKind {
  readonly sql: string;
  readonly value: (n: number) => unknown;
}

const KEYS: readonly KeyKind[] = [
  { sql: 'INT', value: (n) => n },
  { sql: 'INT', value: (n) => n * 10_000_019 - 2_000_000_000 },
  { sql: 'BIGINT', value: (n) => BigInt(n) - 7n },
  { sql: 'BIGINT', value: (n) => BigInt.asIntN(64, BigInt(n) * 0x9e3779b97f4a7c15n) },
  { sql: 'SMALLINT', value: (n) => n - 20 },
  { sql: 'STRING', value: (n) => `k${n}` },
  { sql: 'STRING', value: (n) => `a rather long key, number ${n}` },
  { sql: 'DOUBLE', value: (n) => n / 4 },
  { sql: 'BOOLEAN', value: (n) => n % 2 === 0 },
];

const TYPES = ['INNER', 'LEFT', 'RIGHT', 'FULL'] as const;

interface Row {
  readonly id: number;
  readonly a: number | null;
  readonly b: number;
  readonly x: number;
}

const environments: { readonly name: string; readonly tEnv: TableEnvironment }[] = [];

beforeAll(() => {
  for (const parallelism of [1, 4]) {
    for (const batchRows of [1, 16_384]) {
      const tEnv = TableEnvironment.create({
        config: {
          'parallelism.default': parallelism,
          'table.exec.batch-rows': batchRows,
          'table.exec.inline-rows': parallelism === 1 ? 100_000 : 0,
        },
      });
      environments.push({ name: `${parallelism} tasks, batches of ${batchRows}`, tEnv });
    }
  }
});

afterAll(async () => {
  for (const { tEnv } of environments) await tEnv.close();
});

/** Keys of a side: some numbers, each number of a range in some order, or one after the other. */
const arbitraryNumbers = fc.oneof(
  fc.array(fc.option(fc.integer({ min: 0, max: 12 }), { freq: 8 }), { maxLength: 30 }),
  fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 30 }),
  fc.integer({ min: 1, max: 30 }).chain((n) =>
    fc.shuffledSubarray(
      Array.from({ length: n }, (_, i) => i),
      { minLength: n },
    ),
  ),
  fc.integer({ min: 1, max: 30 }).map((n) => Array.from({ length: n }, (_, i) => i)),
);

const arbitraryRows: fc.Arbitrary<Row[]> = arbitraryNumbers.chain((numbers) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 9 })), {
      minLength: numbers.length,
      maxLength: numbers.length,
    })
    .map((rest) => numbers.map((a, id) => ({ id, a, b: rest[id]![0], x: rest[id]![1] }))),
);

/** The pairs of ids that a join of two nested loops gives. */
function naive(
  left: readonly Row[],
  right: readonly Row[],
  matches: (l: Row, r: Row) => boolean,
  type: string,
): string[] {
  const pairs = left.flatMap((l) => right.filter((r) => matches(l, r)).map((r) => [l, r] as const));
  const found = pairs.map(([l, r]) => `${l.id},${r.id}`);
  const withLeft = new Set(pairs.map(([l]) => l));
  const withRight = new Set(pairs.map(([, r]) => r));
  if (type === 'LEFT' || type === 'FULL') {
    for (const l of left) if (!withLeft.has(l)) found.push(`${l.id},null`);
  }
  if (type === 'RIGHT' || type === 'FULL') {
    for (const r of right) if (!withRight.has(r)) found.push(`null,${r.id}`);
  }
  return found.sort();
}

test('joins are those of nested loops', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryRows,
      arbitraryRows,
      fc.constantFrom(...KEYS),
      fc.boolean(),
      fc.boolean(),
      async (left, right, kind, twoKeys, hasResidual) => {
        const columns = `id INT NOT NULL, a ${kind.sql}, b INT NOT NULL, x INT NOT NULL`;
        const valuesOf = (rows: readonly Row[]) =>
          rows.map(({ id, a, b, x }) => [id, a === null ? null : kind.value(a), b, x]);
        const same = (l: Row, r: Row) =>
          l.a !== null &&
          r.a !== null &&
          kind.value(l.a) === kind.value(r.a) &&
          (!twoKeys || l.b === r.b) &&
          (!hasResidual || l.x < r.x);
        const on = `l.a = r.a${twoKeys ? ' AND l.b = r.b' : ''}${hasResidual ? ' AND l.x < r.x' : ''}`;
        for (const { name, tEnv } of environments) {
          for (const view of ['l', 'r']) tEnv.dropTemporaryView(view);
          tEnv.createTemporaryView('l', tEnv.fromValues(valuesOf(left), columns));
          tEnv.createTemporaryView('r', tEnv.fromValues(valuesOf(right), columns));
          for (const type of TYPES) {
            const sql = `SELECT l.id, r.id FROM l ${type} JOIN r ON ${on}`;
            const shown = `${name}: ${sql}`;
            const expected = naive(left, right, same, type);
            expect({ shown, rows: await sortedRows(tEnv, sql) }).toEqual({ shown, rows: expected });
          }
          for (const not of ['', 'NOT ']) {
            const sql = `SELECT l.id FROM l WHERE ${not}EXISTS (SELECT * FROM r WHERE ${on})`;
            const shown = `${name}: ${sql}`;
            const expected = left
              .filter((l) => right.some((r) => same(l, r)) === (not === ''))
              .map(({ id }) => `${id}`)
              .sort();
            expect({ shown, rows: await sortedRows(tEnv, sql) }).toEqual({ shown, rows: expected });
          }
          const sums = `SELECT SUM(l.x + r.x), COUNT(*) FROM l JOIN r ON ${on}`;
          const pairs = left.flatMap((l) => right.filter((r) => same(l, r)).map((r) => l.x + r.x));
          const total = pairs.length === 0 ? 'null' : pairs.reduce((sum, x) => sum + x, 0);
          const [row] = await (await tEnv.executeSql(sums)).toArray();
          expect(Object.values(row as object).map(String)).toEqual([`${total}`, `${pairs.length}`]);
        }
      },
    ),
    { numRuns: 12 },
  );
});
