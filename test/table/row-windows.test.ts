import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  call,
  col,
  DataTypes,
  lit,
  rowInterval,
  Slide,
  type Table,
  TableEnvironment,
  Tumble,
  udaf,
} from '../../src/index.ts';

let tEnv: TableEnvironment;
let greetings: Table<{ t: bigint; n: number; who: string }>;
beforeAll(() => {
  tEnv = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
  greetings = tEnv.fromValues(
    [
      [16n, 3, 'Hello world'],
      [8n, 3, 'Hello world'],
      [1n, 1, 'Hi'],
      [4n, 2, 'Hello'],
      [2n, 2, 'Hello'],
    ],
    't BIGINT, n INT, who STRING',
  );
});
afterAll(() => tEnv.close());

/** The rows, in the order of their texts. */
async function rowsOf<R extends object>(table: Table<R>): Promise<unknown[][]> {
  const rows = await table.toArray({ rowFormat: 'array' });
  return rows.sort((a, b) => (String(a) < String(b) ? -1 : 1));
}

const tumble = (rows: number) => Tumble.over(rowInterval(rows)).on(col('t')).as('w');
const slide = (size: number, every: number) =>
  Slide.over(rowInterval(size)).every(rowInterval(every)).on(col('t')).as('w');
const times = col('t').cast('STRING').listAgg();

describe('windows that count rows', () => {
  // The case of Flink's GroupWindowITCase: a group of one row has no window of two.
  test('slide through each group by itself', async () => {
    const table = greetings
      .window(slide(2, 1))
      .groupBy(col('w'), col('who'))
      .select(col('who'), col('n').count(), col('n').avg(), col('t').count().distinct());
    expect(await rowsOf(table)).toEqual([
      ['Hello world', 2n, 3, 2n],
      ['Hello', 2n, 2, 2n],
    ]);
  });

  test.each([
    ['tumble in the order of the time; the last one is not full', tumble(2), ['1,2', '4,8']],
    ['of one row', tumble(1), ['1', '16', '2', '4', '8']],
    ['overlap', slide(3, 2), ['1,2,4', '4,8,16']],
    ['leave rows out', slide(2, 3), ['1,2', '8,16']],
    ['overlap more than once, by a slide that does not divide the size', slide(4, 3), ['1,2,4,8']],
    ['are never full', tumble(6), []],
  ])('%s', async (_, window, expected) => {
    const table = greetings.window(window).groupBy(col('w')).select(times);
    expect((await rowsOf(table)).flat()).toEqual(expected);
  });

  test('over processing time count the rows as they come', async () => {
    const table = greetings
      .addColumns(call('PROCTIME').as('p'))
      .window(Tumble.over(rowInterval(2)).on(col('p')).as('w'))
      .groupBy(col('w'))
      .select(times);
    expect((await rowsOf(table)).flat()).toEqual(['1,4', '16,8']);
  });

  test('have keys with names, and aggregates that make columns', async () => {
    const table = greetings
      .window(slide(2, 1))
      .groupBy(col('n').mod(2).as('odd'), col('w'))
      .aggregate(col('t').max().as('last'))
      .select(col('odd'), col('last'));
    expect(await rowsOf(table)).toEqual([
      [0, 4n],
      [1, 16n],
      [1, 8n],
    ]);
  });

  test('give the whole row to functions, without columns of their own', async () => {
    const widths = udaf(
      {
        createAccumulator: () => ({ columns: '' }),
        accumulate(acc: { columns: string }, row: object) {
          acc.columns = Object.keys(row).join();
        },
        getValue: (acc: { columns: string }) => acc.columns,
      },
      { resultType: DataTypes.STRING() },
    );
    const table = greetings.window(tumble(5)).groupBy(col('w')).aggregate(widths).select(col('*'));
    expect(await rowsOf(table)).toEqual([['t,n,who']]);
  });
});

test('the processing time of a window is when its row is computed', async () => {
  const before = Date.now();
  const day = Tumble.over(lit(1).day()).on(lit('2024-01-01 00:00:00').toTimestamp()).as('w');
  const grouped = greetings.window(day).groupBy(col('w'));
  const rows = [
    ...(await grouped.select(col('w').proctime().as('p')).toArray({ rowFormat: 'array' })),
    ...(await grouped
      .aggregate(lit(1).count().as('n'))
      .select(col('w').proctime(), col('n'))
      .toArray({ rowFormat: 'array' })),
    ...(await tEnv
      .sqlQuery(`SELECT TUMBLE_PROCTIME(ts, INTERVAL '1' DAY)
        FROM (VALUES TIMESTAMP '2024-01-01 00:00:00') AS v(ts) GROUP BY TUMBLE(ts, INTERVAL '1' DAY)`)
      .toArray({ rowFormat: 'array' })),
  ];
  const instants = rows.map(([p]) => (p as { epochMilliseconds: number }).epochMilliseconds);
  expect(instants).toHaveLength(3);
  expect(instants.every((at) => at >= before && at <= Date.now())).toBe(true);
});
