import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataTypes, TableEnvironment, testFunction, udaf } from '../../src/index.ts';

const { ARRAY, BIGINT, DOUBLE, FIELD, INT, ROW, STRING, TIMESTAMP } = DataTypes;

/** Accumulators that cannot travel as their type says, and what the error must say of them. */
const WRONG: readonly {
  readonly what: string;
  readonly type: ReturnType<typeof ROW>;
  readonly create: () => object;
  readonly accumulate: (acc: never, value: number) => void;
  readonly hint: RegExp;
}[] = [
  {
    what: 'a field that the type does not have',
    type: ROW([FIELD('n', INT())]),
    create: () => ({ n: 0 }),
    accumulate: (acc: { extra?: string }) => {
      acc.extra = 'lost';
    },
    hint: /does not fit ROW<`n` INT>/,
  },
  {
    what: 'a value of another type, made by accumulate',
    type: ROW([FIELD('n', INT())]),
    create: () => ({ n: 0 }),
    accumulate: (acc: { n: unknown }) => {
      acc.n = 'x';
    },
    hint: /'x' does not fit INT \(field 'n'\)/,
  },
  {
    what: 'a number where functions get a bigint',
    type: ROW([FIELD('n', BIGINT())]),
    create: () => ({ n: 0 }),
    accumulate: () => {},
    hint: /The value 0 does not fit BIGINT \(field 'n'\)/,
  },
  {
    what: 'the same inside of an array',
    type: ROW([FIELD('all', ARRAY(BIGINT()))]),
    create: () => ({ all: [] }),
    accumulate: (acc: { all: number[] }, value) => {
      acc.all.push(value);
    },
    hint: /does not fit ARRAY<BIGINT> \(field 'all'\)/,
  },
  {
    what: 'a Date where functions get a PlainDateTime',
    type: ROW([FIELD('last', TIMESTAMP(3))]),
    create: () => ({ last: null }),
    accumulate: (acc: { last: Date | null }) => {
      acc.last = new Date(0);
    },
    hint: /does not fit TIMESTAMP\(3\) \(field 'last'\)/,
  },
  {
    what: 'a field that is not there yet',
    type: ROW([FIELD('least', DOUBLE())]),
    create: () => ({}),
    accumulate: (acc: { least?: number }, value) => {
      acc.least = value;
    },
    hint: /undefined does not fit DOUBLE \(field 'least'\)/,
  },
  {
    what: 'a field that cannot be set',
    type: ROW([FIELD('n', INT())]),
    create: () =>
      new (class {
        #n = 0;
        get n(): number {
          return this.#n;
        }
      })(),
    accumulate: () => {},
    hint: /properties that can be set/,
  },
  {
    what: 'an array of another length',
    type: ROW([FIELD('a', INT()), FIELD('b', INT())]),
    create: () => [0],
    accumulate: () => {},
    hint: /does not fit ROW<`a` INT, `b` INT>/,
  },
  {
    what: 'rows inside of an array',
    type: ROW([FIELD('parts', ARRAY(ROW([FIELD('n', BIGINT())])))]),
    create: () => ({ parts: [] }),
    accumulate: (acc: { parts: unknown[] }, n) => {
      acc.parts.push({ n });
    },
    hint: /field 'parts'/,
  },
];

const envs: TableEnvironment[] = [];
beforeAll(async () => {
  for (const [parallelism, compile, batchRows] of [
    ['1', 'auto', '65536'],
    ['1', 'off', '65536'],
    ['2', 'auto', '1000'],
    ['4', 'off', '65536'],
  ] as const) {
    const config = {
      'parallelism.default': parallelism,
      'table.exec.compile': compile,
      'table.exec.batch-rows': batchRows,
      'table.exec.inline-rows': 0,
    };
    const env = TableEnvironment.create({ config });
    await env.executeSql('CREATE TABLE t (k INT, x INT)');
    const rows = Array.from({ length: 5000 }, (_, x) => ({ k: x % 3, x }));
    await env.fromValues(rows).executeInsert('t');
    envs.push(env);
  }
});
afterAll(async () => {
  for (const env of envs) await env.close();
});

describe('an accumulator of the wrong type is found at any parallelism', () => {
  test.each(WRONG)('$what', async ({ type, create, accumulate, hint }) => {
    const fn = udaf(
      [INT().notNull()],
      STRING(),
      {
        createAccumulator: create,
        accumulate: accumulate as (acc: object, value: number) => void,
        retract: () => {},
        merge: () => {},
        getValue: () => 'done',
      },
      { name: 'wrong', accumulatorType: type as never },
    );
    const wrong = {
      code: 'UDF_ACCUMULATOR',
      functionName: 'wrong',
      hint: expect.stringMatching(hint),
    };
    for (const [i, env] of envs.entries()) {
      env.createTemporarySystemFunction('wrong', fn);
      for (const sql of [
        'SELECT k, wrong(x) FROM t GROUP BY k',
        'SELECT wrong(x) FROM t',
        'SELECT k, wrong(DISTINCT x) FROM t WHERE x < 9 GROUP BY k',
        'SELECT wrong(x) OVER (PARTITION BY k ORDER BY x ROWS 1 PRECEDING) FROM t WHERE x < 9',
      ]) {
        const result = await env.executeSql(sql);
        await expect(result.toArray(), `${sql} in ${i}`).rejects.toMatchObject(wrong);
      }
      env.dropTemporarySystemFunction('wrong');
    }
    for (const accumulators of [1, 2]) {
      await expect(testFunction(fn, [[1], [2]], { accumulators })).rejects.toMatchObject(wrong);
    }
  });

  test('NULL is null, and what fits is merged as it is', async () => {
    const least = udaf(
      [DOUBLE().notNull()],
      STRING(),
      {
        createAccumulator: (): { least: number | null; kinds: string[] } => ({
          least: null,
          kinds: [],
        }),
        accumulate(acc, value) {
          if (acc.least === null || value < acc.least) acc.least = value;
        },
        merge(acc, others) {
          for (const { least: other } of others) {
            acc.kinds.push(typeof other);
            if (other !== null && (acc.least === null || other < acc.least)) acc.least = other;
          }
        },
        getValue: (acc) => `${acc.least} ${acc.kinds.sort().join(' ')}`,
      },
      { accumulatorType: ROW([FIELD('least', DOUBLE()), FIELD('kinds', ARRAY(STRING()))]) },
    );
    const { results } = await testFunction(least, [[3], [1]], { accumulators: 3 });
    expect(results).toEqual(['1 number object']);
  });
});
