import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  call,
  callSql,
  col,
  DataTypes,
  lit,
  type RetractableCollector,
  type Table,
  TableEnvironment,
  udaf,
  udf,
  udtaf,
  udtf,
  withAllColumns,
} from '../../src/index.ts';

const INT = DataTypes.INT();
const STRING = DataTypes.STRING();
const RANKED = DataTypes.ROW([DataTypes.FIELD('v', INT), DataTypes.FIELD('place', INT)]);

let env: TableEnvironment;
let table: Table;
beforeAll(() => {
  env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
  table = env.fromValues(
    [
      ['a', 1, 'x,y'],
      ['b', 2, ''],
      ['a', 3, 'z'],
      ['b', null, null],
    ],
    'k STRING, n INT, s STRING',
  );
  env.createTemporaryView('t', table);
  env.createTemporarySystemFunction(
    'top2',
    udtaf([INT.notNull()], RANKED, {
      createAccumulator: (): number[] => [],
      accumulate(acc, n) {
        acc.push(n);
        acc.sort((a, b) => b - a);
        acc.length = Math.min(2, acc.length);
      },
      *emitValue(acc) {
        for (const [i, v] of acc.entries()) yield [v, i + 1];
      },
    }),
  );
  env.createTemporarySystemFunction(
    'split',
    udtf([STRING.notNull()], [STRING], (s) => s.split(',').filter((part) => part !== '')),
  );
});
afterAll(() => env.close());

async function rows<R extends object>(from: string | Table<R>): Promise<unknown[]> {
  const result = typeof from === 'string' ? await env.executeSql(from) : from.execute();
  return (await result.toArray({ rowFormat: 'array' })) as unknown[];
}

describe('table aggregate functions', () => {
  test('of groups, of all rows, under other names', async () => {
    const grouped = table
      .groupBy(col('k'))
      .flatAggregate(call('top2', col('n')).as('most', 'place'))
      .select(withAllColumns());
    expect(grouped.getResolvedSchema().columns.map(({ name }) => name)).toEqual([
      'k',
      'most',
      'place',
    ]);
    expect(await rows(grouped)).toEqual([
      ['a', 3, 1],
      ['a', 1, 2],
      ['b', 2, 1],
    ]);
    const plusOne = table.flatAggregate(callSql('top2(n + 1)')).select(withAllColumns());
    expect(await rows(plusOne)).toEqual([
      [4, 1],
      [3, 2],
    ]);
    const upper = table
      .groupBy(col('k').upperCase().as('u'), lit('c').as('c'))
      .flatAggregate(call('top2', col('n')))
      .select(col('u'), col('c'), col('v').plus(0).as('v'), col('place'));
    expect(await rows(upper)).toContainEqual(['B', 'c', 2, 1]);
  });

  test('in SQL: the array of its rows', async () => {
    expect(await rows('SELECT k, top2(n) FROM t GROUP BY k ORDER BY k')).toEqual([
      [
        'a',
        [
          { v: 3, place: 1 },
          { v: 1, place: 2 },
        ],
      ],
      ['b', [{ v: 2, place: 1 }]],
    ]);
    expect(
      await rows(
        'SELECT k, x.* FROM (SELECT k, top2(n) AS r FROM t GROUP BY k), UNNEST(r) AS x ORDER BY k, place',
      ),
    ).toEqual([
      ['a', 3, 1],
      ['a', 1, 2],
      ['b', 2, 1],
    ]);
  });

  test('by CREATE FUNCTION', async () => {
    const { href } = new URL('./functions.ts', import.meta.url);
    await env.executeSql(`CREATE TEMPORARY FUNCTION ends AS '${href}#both'`);
    await rows('SELECT ends(n) FROM t');
    expect(
      await rows(table.flatAggregate(call('ends', col('n')).as('n')).select(withAllColumns())),
    ).toEqual([[1], [3]]);
  });

  test('by changes: what was retracted does not come', async () => {
    const changing = {
      createAccumulator: () => ({ max: 0, seen: [] as number[] }),
      accumulate(acc: { max: number; seen: number[] }, n: number) {
        acc.max = Math.max(acc.max, n);
        acc.seen.push(n);
      },
      emitUpdateWithRetract(acc: { max: number; seen: number[] }, out: RetractableCollector) {
        let last: number | null = null;
        for (const n of acc.seen) {
          if (last !== null && n <= last) continue;
          if (last !== null) out.retract([last]);
          out.collect([n]);
          last = n;
        }
      },
    };
    env.createTemporarySystemFunction(
      'greatest_of',
      udtaf(changing, { inputTypes: [INT.notNull()], resultType: INT }),
    );
    expect(
      await rows(
        table
          .groupBy(col('k'))
          .flatAggregate(call('greatest_of', col('n')))
          .select(col('*')),
      ),
    ).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
  });

  test('by changes, typed by its arguments', async () => {
    const last = udtaf([INT.notNull()], INT, {
      createAccumulator: () => ({ seen: [] as number[] }),
      accumulate(acc, n) {
        acc.seen.push(n);
      },
      emitUpdateWithRetract(acc, out) {
        for (const [i, n] of acc.seen.sort().entries()) {
          if (i > 0) out.retract(acc.seen[i - 1]!);
          out.collect(n);
        }
      },
    });
    env.createTemporarySystemFunction('last_of', last);
    expect(
      await rows(table.flatAggregate(call('last_of', col('n')).as('m')).select(col('m'))),
    ).toEqual([[3]]);
  });

  test('what goes wrong', async () => {
    const types = { inputTypes: [INT], resultType: RANKED };
    const start = { createAccumulator: () => [], accumulate: () => {} };
    const run = async (part: object) => {
      env.createTemporarySystemFunction('bad', udtaf({ ...start, ...part }, types));
      return rows(table.flatAggregate(call('bad', col('n'))).select(withAllColumns()));
    };
    await expect(run({})).rejects.toMatchObject({
      code: 'UDF_METHOD',
      message: expect.stringContaining("'emitValue'"),
    });
    await expect(run({ async emitUpdateWithRetract() {} })).rejects.toMatchObject({
      code: 'UDF_ASYNC_METHOD',
      message: expect.stringContaining("'emitUpdateWithRetract' of function 'bad' is async"),
    });
    await expect(run({ *accumulate() {}, emitValue: () => [] })).rejects.toMatchObject({
      code: 'UDF_ASYNC_METHOD',
      message: expect.stringContaining("'accumulate' of function 'bad' is a generator"),
    });
    const emitted = {
      emitUpdateWithRetract: () => Promise.reject(new Error('nobody waits')),
    };
    await expect(run(emitted)).rejects.toThrow('it returned a promise');
    await expect(run({ emitValue: () => Promise.resolve([]) })).rejects.toMatchObject({
      code: 'UDF_RESULT',
      hint: expect.stringContaining('only scalar functions may return promises'),
    });
    await expect(run({ emitValue: () => 5 })).rejects.toMatchObject({ code: 'UDF_RESULT' });
    await expect(
      run({
        emitValue: () => [
          [1, 1],
          ['x', 1],
        ],
      }),
    ).rejects.toMatchObject({
      code: 'UDF_RESULT',
      message: expect.stringContaining("must return INT in rows[1].v, but returned 'x'"),
    });
    expect(await run({ emitValue: () => null })).toEqual([]);
    const top2 = call('top2', col('n'));
    const all = withAllColumns();
    const grouped = table.groupBy(col('k'));
    expect(() => table.groupBy(col('zz')).flatAggregate(top2).select(all)).toThrow(
      "Column 'zz' not found",
    );
    expect(() => grouped.flatAggregate(callSql('top2(n)) x, (SELECT 1'))).toThrow("Unexpected ')'");
    expect(() => grouped.flatAggregate(top2.as('v', 'w', 'x')).select(all)).toThrow(
      expect.objectContaining({ code: 'ALIAS_COLUMNS' }),
    );
    expect(() => grouped.flatAggregate(top2.as('k', 'w')).select(all)).toThrow(
      expect.objectContaining({ code: 'COLUMN_AMBIGUOUS' }),
    );
    expect(() => table.groupBy(5 as never)).toThrow('an expression');
  });
});

describe('operations on rows', () => {
  test('joinLateral and leftOuterJoinLateral', async () => {
    expect(await rows(table.joinLateral(call('split', col('s')).as('word')))).toEqual([
      ['a', 1, 'x,y', 'x'],
      ['a', 1, 'x,y', 'y'],
      ['a', 3, 'z', 'z'],
    ]);
    expect(
      await rows(
        table.joinLateral(
          call('split', col('s')).as('word'),
          col('word').isNotEqual('x').and(col('n').isLess(3)),
        ),
      ),
    ).toEqual([['a', 1, 'x,y', 'y']]);
    expect(
      await rows(table.leftOuterJoinLateral(call('split', col('s')).as('word'))),
    ).toContainEqual(['b', 2, '', null]);
  });

  test('map, flatMap and aggregate: calls, and functions of the whole row', async () => {
    expect(await rows(table.map(col('n').times(2).as('twice')))).toEqual([[2], [4], [6], [null]]);
    const pair = DataTypes.ROW([DataTypes.FIELD('a', STRING), DataTypes.FIELD('b', INT)]);
    const ofRow = udf((row: { k: string; n: number }) => [row.k, row.n], { resultType: pair });
    const mapped = table.map(ofRow);
    expect(mapped.getResolvedSchema().columns.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await rows(mapped)).toEqual([
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['b', null],
    ]);
    const letters = udtf((row: { s: string | null }) => [...(row.s ?? '')], {
      resultTypes: [STRING],
    });
    expect(await rows(table.flatMap(letters))).toEqual([['x'], [','], ['y'], ['z']]);
    const total = udaf(
      {
        createAccumulator: () => ({ sum: 0 }),
        accumulate: (acc: { sum: number }, row: { n: number | null }) => {
          acc.sum += row.n ?? 0;
        },
        getValue: (acc: { sum: number }) => acc.sum,
      },
      { resultType: INT },
    );
    expect(
      await rows(table.groupBy(col('k')).aggregate(total).select(col('k'), col('f0').as('total'))),
    ).toEqual([
      ['a', 4],
      ['b', 2],
    ]);
    expect(await rows(table.aggregate(col('n').count().as('c')).select(col('c')))).toEqual([[3n]]);
  });
});
