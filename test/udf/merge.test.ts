import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  DataTypes,
  ListView,
  MapView,
  TableEnvironment,
  testFunction,
  udaf,
} from '../../src/index.ts';

const { ARRAY, BIGINT, DOUBLE, FIELD, INT, MAP, ROW, STRING } = DataTypes;

let env: TableEnvironment;
beforeAll(async () => {
  env = TableEnvironment.create({
    config: { 'parallelism.default': 2, 'table.exec.inline-rows': 0 },
  });
  env.createTemporarySystemFunction(
    'mean',
    udaf(
      [DOUBLE().notNull()],
      DOUBLE(),
      {
        createAccumulator: () => ({ sum: 0, rows: 0n }),
        accumulate(acc, value) {
          acc.sum += value;
          acc.rows++;
        },
        merge(acc, others) {
          for (const { sum, rows } of others) {
            acc.sum += sum;
            acc.rows += rows;
          }
        },
        getValue: (acc) => (acc.rows === 0n ? null : acc.sum / Number(acc.rows)),
      },
      { accumulatorType: ROW([FIELD('sum', DOUBLE()), FIELD('rows', BIGINT())]) },
    ),
  );
  const numbers = Array.from({ length: 50_000 }, (_, n) => ({
    k: n % 7,
    x: n % 10 === 0 ? null : n / 4,
  }));
  await env.executeSql('CREATE TABLE t (k INT, x DOUBLE)');
  await env.fromValues(numbers).executeInsert('t');
});
afterAll(() => env.close());

async function rows(sql: string): Promise<unknown[]> {
  return (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
}

test('tasks aggregate their own rows, and merge accumulators of a declared type', async () => {
  const unlike = await env.explainSql('SELECT x, mean(k) FROM t GROUP BY x');
  expect(unlike).not.toContain('phase=');
  expect(
    await env.explainSql('SELECT k, mean(x), COUNT(*) FROM t GROUP BY k'),
  ).toMatchInlineSnapshot(`
    "== Abstract Syntax Tree ==
    LogicalProject(k=[k], EXPR$1=[$f1], EXPR$2=[$f2])
    +- LogicalAggregate(group=[k], $f1=[mean(x)], $f2=[COUNT(*)])
       +- LogicalProject(k=[k], x=[x])
          +- LogicalTableScan(table=[[default_catalog, default_database, t]], fields=[k, x])

    == Optimized Physical Plan ==
    Exchange(distribution=[single]): rows=7
    +- Calc(select=[k, $f1 AS EXPR$1, $f2 AS EXPR$2]): rows=7
       +- HashAggregate(phase=[final], groupBy=[k], select=[k, mean(...), COUNT(...)]): rows=7
          +- Exchange(distribution=[hash[k]]): rows=7
             +- HashAggregate(phase=[partial], groupBy=[k], select=[k, mean(x), COUNT(*)]): rows=7
                +- TableSourceScan(table=[[default_catalog, default_database, t]], fields=[k, x]): rows=50000

    == Optimized Execution Plan ==
    Exchange(distribution=[single])
    +- Calc(select=[k, $f1 AS EXPR$1, $f2 AS EXPR$2])
       +- HashAggregate(phase=[final], groupBy=[k], select=[k, mean(...), COUNT(...)])
          +- Exchange(distribution=[hash[k]])
             +- HashAggregate(phase=[partial], groupBy=[k], select=[k, mean(x), COUNT(*)])
                +- TableSourceScan(table=[[default_catalog, default_database, t]], fields=[k, x])

    == User-Defined Functions ==
    mean($s0_0): HashAggregate in workers, about 7 rows
    mean(x): HashAggregate in workers, about 50000 rows
    "
  `);
  expect(await rows('SELECT k, mean(x) - AVG(x), COUNT(*) FROM t GROUP BY k ORDER BY k')).toEqual(
    await rows('SELECT k, CAST(0 AS DOUBLE), COUNT(*) FROM t GROUP BY k ORDER BY k'),
  );
  expect(await rows('SELECT mean(x), mean(x) FILTER (WHERE x > 3), MAX(k) FROM t')).toEqual(
    await rows('SELECT AVG(x), AVG(x) FILTER (WHERE x > 3), MAX(k) FROM t'),
  );
  expect(await rows('SELECT mean(DISTINCT x) FROM t WHERE k > 5')).toEqual(
    await rows('SELECT AVG(DISTINCT x) FROM t WHERE k > 5'),
  );
  expect(await rows('SELECT mean(x) FROM t WHERE k > 100')).toEqual([[null]]);
});

class Seen {
  words = new ListView<string>();
  counts = new MapView<string, number>();
  total = 0;
  describe(): string {
    const counts = [...this.counts].map(([word, n]) => `${word}${n}`).sort();
    return `${[...this.words].sort().join('')} ${counts.join(' ')} ${this.total}`;
  }
}

test('accumulators arrive as what createAccumulator makes: classes, views, arrays', async () => {
  const seen = udaf(
    [STRING().notNull()],
    STRING(),
    {
      createAccumulator: () => new Seen(),
      accumulate(acc: Seen, word) {
        acc.words.add(word);
        acc.counts.put(word, (acc.counts.get(word) ?? 0) + 1);
        acc.total++;
      },
      merge(acc, others) {
        for (const other of others) {
          acc.words.addAll(other.words);
          for (const [word, n] of other.counts)
            acc.counts.put(word, (acc.counts.get(word) ?? 0) + n);
          acc.total += other.total;
        }
      },
      getValue: (acc) => acc.describe(),
    },
    {
      accumulatorType: ROW([
        FIELD('words', ARRAY(STRING())),
        FIELD('counts', MAP(STRING(), INT())),
        FIELD('total', INT()),
      ]),
    },
  );
  const words = ['b', 'a', 'b', 'c'].map((word) => [word]);
  const alone = await testFunction(seen, words);
  expect(alone.results).toEqual(['abbc a1 b2 c1 4']);
  expect(await testFunction(seen, words, { accumulators: 3 })).toEqual(alone);
  const last = udaf(
    [INT().notNull()],
    INT(),
    {
      createAccumulator: (): (number | null)[] => [null, null],
      accumulate(acc, n) {
        acc[1] = acc[0] ?? null;
        acc[0] = n;
      },
      merge(acc, others) {
        for (const [first] of others) acc[0] = Math.max(acc[0] ?? 0, first ?? 0);
      },
      getValue: (acc) => acc[0],
    },
    { accumulatorType: ROW([FIELD('a', INT()), FIELD('b', INT())]) },
  );
  expect((await testFunction(last, [[1], [5], [2]], { accumulators: 2 })).results).toEqual([5]);
});

test('an accumulator that its type cannot hold is an error, not a loss', async () => {
  const part = (accumulatorType: ReturnType<typeof INT>) =>
    udaf(
      [INT()],
      STRING(),
      {
        createAccumulator: (): { n: number; extra?: string } => ({ n: 0 }),
        accumulate(acc) {
          acc.n++;
          acc.extra = 'lost';
        },
        merge: () => {},
        getValue: (acc) => acc.extra,
      },
      { name: 'part', accumulatorType },
    );
  const type = ROW([FIELD('n', INT())]) as never;
  await expect(testFunction(part(type), [[1], [2]], { accumulators: 2 })).rejects.toMatchObject({
    code: 'UDF_ACCUMULATOR',
    functionName: 'part',
  });
  env.createTemporarySystemFunction('part', part(type));
  await expect(rows('SELECT k, part(k) FROM t GROUP BY k')).rejects.toThrow(
    /accumulator of function 'part' must be ROW<`n` INT> \('accumulatorType'\), but is /,
  );
  expect(() => part('INT' as never)).toThrow(/accumulatorType must be a DataTypes value/);
});

test('merge may not return a promise: nobody waits for it', async () => {
  const sum = (merge: () => unknown) =>
    udaf(
      {
        createAccumulator: () => ({ sum: 0 }),
        accumulate(acc: { sum: number }, k: number) {
          acc.sum += k;
        },
        merge,
        getValue: (acc: { sum: number }) => acc.sum,
      },
      {
        inputTypes: [INT().notNull()],
        resultType: DOUBLE(),
        accumulatorType: ROW([FIELD('sum', DOUBLE())]),
      },
    );
  const promises = [
    () => Promise.reject(new Error('nobody waits')),
    () => Promise.resolve(1),
    () => Object.fromEntries([['then', () => {}]]),
  ];
  for (const merge of promises) {
    env.createTemporarySystemFunction('total', sum(merge));
    await expect(rows('SELECT k, total(k) FROM t GROUP BY k')).rejects.toMatchObject({
      code: 'UDF_FAILED',
      message: expect.stringContaining('it returned a promise'),
    });
  }
});
