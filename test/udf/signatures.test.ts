import type { Vector } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import {
  asyncUdf,
  DataTypes,
  type Decimal,
  ScalarFunction,
  type Signature,
  TableEnvironment,
  type TypeInferenceCall,
  udaf,
  udf,
  udtaf,
  udtf,
} from '../../src/index.ts';

const { BIGINT, DECIMAL, DOUBLE, INT, STRING } = DataTypes;

let env: TableEnvironment;
beforeAll(() => {
  env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
});
afterAll(() => env.close());

async function rows(sql: string): Promise<unknown[]> {
  return (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
}

async function typeOf(call: string): Promise<string> {
  const { schema } = await env.executeSql(`SELECT ${call} FROM (VALUES (1)) AS t(n)`);
  return String(schema.columns[0]?.dataType);
}

describe('types before the function', () => {
  test('parameters have the JavaScript types of the SQL types', () => {
    udf([BIGINT().notNull(), STRING(), DECIMAL(10, 2)], STRING(), (id, name, price) => {
      expectTypeOf(id).toEqualTypeOf<bigint>();
      expectTypeOf(name).toEqualTypeOf<string | null>();
      expectTypeOf(price).toEqualTypeOf<Decimal | null>();
      return `${id} ${name} ${price}`;
    });
    udf(
      [DataTypes.ARRAY(INT().notNull()), DataTypes.MAP(STRING(), DOUBLE())],
      INT(),
      (list, map) => {
        expectTypeOf(list).toEqualTypeOf<readonly number[] | null>();
        expectTypeOf(map).toEqualTypeOf<ReadonlyMap<string | null, number | null> | null>();
        return list?.length;
      },
    );
    udf(
      [DOUBLE()],
      DOUBLE(),
      (column) => {
        expectTypeOf(column).toEqualTypeOf<Vector>();
        return column;
      },
      { funcType: 'arrow' },
    );
    asyncUdf([INT()], STRING(), async (n) => {
      expectTypeOf(n).toEqualTypeOf<number | null>();
      return String(n);
    });
    udtf([STRING().notNull()], [STRING(), INT()], function* (text) {
      expectTypeOf(text).toEqualTypeOf<string>();
      yield [text, text.length];
    });
    udaf([DOUBLE().notNull()], DOUBLE(), {
      createAccumulator: () => ({ sum: 0 }),
      accumulate(acc, value) {
        expectTypeOf(acc).toEqualTypeOf<{ sum: number }>();
        expectTypeOf(value).toEqualTypeOf<number>();
        acc.sum += value;
      },
      getValue: (acc) => acc.sum,
    });
    udtaf([INT().notNull()], INT(), {
      createAccumulator: (): number[] => [],
      accumulate: (acc, n) => {
        acc.push(n);
      },
      emitValue: (acc) => acc,
    });
    // @ts-expect-error: a parameter of another type
    udf([BIGINT()], STRING(), (id: string) => id);
    // @ts-expect-error: a parameter that may be null
    udf([BIGINT()], STRING(), (id: bigint) => String(id));
    // @ts-expect-error: a result of another type
    udf([INT()], INT(), () => 'one');
    // @ts-expect-error: a result without NULL
    udf([INT()], INT().notNull(), () => null);
    // @ts-expect-error: a column of another type
    udtf([INT()], [STRING(), INT()], () => [['a', 'b']]);
    const number = { createAccumulator: () => 0, accumulate() {}, getValue: () => 1 };
    // @ts-expect-error: an accumulator that `accumulate` cannot change
    udaf([INT()], INT(), number);
    // @ts-expect-error: a function that returns a promise
    udf([INT()], INT(), async (n) => n);
  });

  test('all kinds run', async () => {
    env.createTemporarySystemFunction(
      'label',
      udf([BIGINT().notNull(), STRING()], STRING(), (id, name) => `${id}: ${name ?? '-'}`),
    );
    expect(await rows("SELECT label(1, 'a'), label(2, CAST(NULL AS STRING))")).toEqual([
      ['1: a', '2: -'],
    ]);
    env.createTemporarySystemFunction(
      'later',
      asyncUdf([INT().notNull()], INT(), async (n) => n + 1, { concurrency: 2 }),
    );
    env.createTemporarySystemFunction(
      'parts',
      udtf([STRING().notNull()], [STRING()], (s) => s.split(','), { resultNames: ['part'] }),
    );
    env.createTemporarySystemFunction(
      'total',
      udaf([INT().notNull()], BIGINT(), {
        createAccumulator: () => ({ sum: 0 }),
        accumulate: (acc, n) => {
          acc.sum += n;
        },
        getValue: (acc) => acc.sum,
      }),
    );
    expect(await rows("SELECT later(1), part FROM TABLE(parts('a,b'))")).toEqual([
      [2, 'a'],
      [2, 'b'],
    ]);
    expect(await rows('SELECT total(n) FROM (VALUES (1), (NULL), (3)) AS t(n)')).toEqual([[4n]]);
  });

  test('NULL for a parameter that is NOT NULL: no call, and the result is NULL', async () => {
    const types = { inputTypes: [INT().notNull(), INT()], resultType: INT().notNull() };
    const one = INT().notNull();
    env.createTemporarySystemFunction(
      'add',
      udf((a, b) => a + (b ?? 0), types),
    );
    const table = '(VALUES (1, 2), (NULL, 2), (1, NULL)) AS t(a, b)';
    expect(await rows(`SELECT add(a, b) FROM ${table}`)).toEqual([[3], [null], [1]]);
    expect(await rows('SELECT add(CAST(NULL AS INT), 1), add(1, 2)')).toEqual([[null, 3]]);
    expect(await typeOf('add(1, n)')).toBe('INT NOT NULL');
    expect(await typeOf('add(CAST(NULL AS INT), n)')).toBe('INT');
    const later = asyncUdf(async (n: number) => n.toFixed(1), {
      inputTypes: [one],
      resultType: STRING(),
    });
    env.createTemporarySystemFunction('later', later);
    expect(await rows(`SELECT later(a) FROM ${table}`)).toEqual([['1.0'], [null], ['1.0']]);
    const twice = udtf((n: number) => [n.toFixed(), n.toFixed()], {
      inputTypes: [one],
      resultTypes: [STRING()],
    });
    env.createTemporarySystemFunction('twice', twice);
    expect(await rows(`SELECT b, x FROM ${table}, LATERAL TABLE(twice(b)) AS l(x)`)).toHaveLength(
      4,
    );
  });
});

describe('types by the call', () => {
  test('overloads: the exact one, else the first that accepts', async () => {
    env.createTemporarySystemFunction(
      'show',
      udf((value) => `${typeof value} ${value}`, {
        overloads: [
          { inputTypes: [BIGINT()], resultType: STRING() },
          { inputTypes: [INT()], resultType: DataTypes.VARCHAR(20) },
          { inputTypes: [STRING(), STRING()], resultType: STRING() },
        ],
      }),
    );
    expect(
      await rows(
        "SELECT show(1), show(CAST(1 AS BIGINT)), show(CAST(1 AS TINYINT)), show('a', 'b')",
      ),
    ).toEqual([['number 1', 'bigint 1', 'bigint 1', 'string a']]);
    expect(await typeOf('show(n)')).toBe('VARCHAR(20)');
    await expect(rows('SELECT show(TRUE)')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENTS',
      message: expect.stringContaining('show(STRING, STRING)'),
    });
  });

  test('getTypeInference: variadic, generic, by a literal', async () => {
    env.createTemporarySystemFunction(
      'largest',
      udf((...values: number[]) => Math.max(...values), {
        getTypeInference: ({ argumentTypes }) =>
          argumentTypes.length === 0
            ? null
            : { inputTypes: argumentTypes.map(() => DOUBLE()), resultType: DOUBLE() },
      }),
    );
    expect(await rows('SELECT largest(1, 2.5, 2), largest(7)')).toEqual([[2.5, 7]]);
    await expect(rows('SELECT largest()')).rejects.toMatchObject({ code: 'INVALID_ARGUMENTS' });

    class OrElse extends ScalarFunction {
      getTypeInference({
        argumentTypes: [value],
        argumentValues,
      }: TypeInferenceCall): Signature | null {
        return value === undefined || argumentValues[1] === null ? null : { resultType: value };
      }
      eval(value: unknown, other: unknown): unknown {
        return value ?? other;
      }
    }
    env.createTemporarySystemFunction('or_else', udf(new OrElse()));
    expect(await rows("SELECT or_else('a', 'b'), or_else(CAST(NULL AS INT), 5)")).toEqual([
      ['a', 5],
    ]);
    expect(await typeOf("or_else(CAST('2020-01-01' AS DATE), NULL)").catch((e) => e.code)).toBe(
      'INVALID_ARGUMENTS',
    );
    expect(await typeOf('or_else(n, n)')).toBe('INT NOT NULL');
  });

  test('what goes wrong with them', async () => {
    const broken = (infer: () => unknown) =>
      udf(() => 1, { getTypeInference: infer as () => Signature });
    env.createTemporarySystemFunction(
      'g',
      broken(() => ({ resultType: 'INT' })),
    );
    await expect(rows('SELECT g(1)')).rejects.toMatchObject({
      code: 'UDF_TYPES',
      message: expect.stringContaining("'g' cannot say its types for the arguments (INT NOT NULL)"),
    });
    env.createTemporarySystemFunction(
      'g',
      broken(() => ({ inputTypes: [], resultType: INT() })),
    );
    await expect(rows('SELECT g(1)')).rejects.toMatchObject({ code: 'UDF_TYPES' });
    env.createTemporarySystemFunction(
      'g',
      broken(() => {
        throw new Error('no');
      }),
    );
    await expect(rows('SELECT g(1)')).rejects.toMatchObject({ code: 'UDF_TYPES' });
    expect(() => udf(() => 1, { overloads: [] })).toThrow('overloads must be a list');
    expect(() => udf(() => 1, {})).toThrow('resultType must be a DataTypes value');
  });
});

test('the types of a call are not those of the statement before', async () => {
  const same = udf((value) => value, {
    getTypeInference: ({ argumentTypes: [type] }) => ({
      inputTypes: [type!],
      resultType: type!.asNullable(),
    }),
  });
  env.createTemporarySystemFunction('same', same);
  const next = udf([INT().notNull()], INT().notNull(), (n) => n + 1);
  env.createTemporarySystemFunction('following', next);
  const from = "FROM (VALUES (1, 'x', 2.5E0), (2, CAST(NULL AS STRING), 0.5E0)) AS t(n, s, x)";
  expect(await rows(`SELECT same(n) ${from}`)).toEqual([[1], [2]]);
  expect(await rows(`SELECT same(s) ${from}`)).toEqual([['x'], [null]]);
  expect(await rows(`SELECT SUM(same(x)), MAX(same(n)) ${from}`)).toEqual([[3, 2]]);
  expect(await rows(`SELECT following(n) ${from}`)).toEqual([[2], [3]]);
  const half = `(SELECT NULLIF(n, 1) AS n ${from})`;
  expect(await rows(`SELECT following(n) FROM ${half}`)).toEqual([[null], [3]]);
  expect(
    await rows(`SELECT SUM(following(n)), COUNT(following(n)), COUNT(*) FROM ${half}`),
  ).toEqual([[3, 1n, 2n]]);
});

test('options that do not exist, or not yet', () => {
  const make = udf as unknown as (...args: readonly unknown[]) => unknown;
  const types = { resultType: INT() };
  expect(() => make(() => 1, { ...types, determinstic: false })).toThrow("'determinstic'");
});

test('names of another number than the columns, and names that stand twice', () => {
  const make = (...resultNames: readonly string[]) =>
    udtf(() => [], { resultTypes: [INT(), INT()], resultNames });
  expect(() => make('a')).toThrow('resultNames has 1 names for 2 columns');
  expect(() => make('a', 'b', 'c')).toThrow('resultNames has 3 names for 2 columns');
  expect(() => make('a', 'a')).toThrow("resultNames has 'a' twice");
});
