import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  asyncUdf,
  DataTypes,
  ptf,
  TableEnvironment,
  udaf,
  udf,
  udtaf,
  udtf,
} from '../../src/index.ts';
import type { UserFunction } from '../../src/udf/user-function.ts';

const { ARRAY, DOUBLE, FIELD, INT, MAP, MULTISET, ROW, STRING, VARCHAR } = DataTypes;
const ORDER = ROW([
  FIELD('items', ARRAY(ROW([FIELD('price', DOUBLE()), FIELD('the name', VARCHAR(3))]))),
  FIELD('totals', MAP(STRING(), INT())),
  FIELD('tags', MULTISET(INT())),
]);

let env: TableEnvironment;
beforeAll(async () => {
  env = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
  await env.executeSql('CREATE TABLE t (x INT)');
  await env.executeSql('INSERT INTO t VALUES (7)');
});
afterAll(() => env.close());

describe.each([
  ['worker', {}],
  ['inline', { execution: 'inline' }],
  ['process', { isolation: 'process' }],
] as const)('the part of a result that does not fit is named: %s', (_, place) => {
  const scalar = (result: () => unknown, resultType = ORDER as Parameters<typeof ARRAY>[0]) =>
    udf(result, { inputTypes: [INT()], resultType, ...place });

  async function message(fn: UserFunction, sql = 'SELECT f(x) FROM t'): Promise<string> {
    env.createTemporarySystemFunction('f', fn);
    const error = await env.executeSql(sql).then(
      (result) =>
        result.toArray().then(
          () => new Error('no error'),
          (thrown) => thrown,
        ),
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'UdfError', functionName: 'f' });
    return (error as Error).message;
  }

  test.each([
    [
      () => ({ items: [{ price: 1 }, { price: 'x' }] }),
      "must return DOUBLE in result.items[1].price, but returned 'x' for (7).",
    ],
    [
      () => ({ items: [{ 'the name': 'abcd' }] }),
      "must return VARCHAR(3) in result.items[0]['the name'], but returned 'abcd' for (7).",
    ],
    [() => ({ totals: { eur: 1, usd: 1.5 } }), "INT in result.totals['usd'], but returned 1.5"],
    [() => ({ totals: new Map([[5, 1]]) }), 'STRING in result.totals key 5, but returned 5'],
    [() => ({ tags: [1, 2, Symbol.for('s')] }), 'INT in result.tags[2], but returned Symbol(s)'],
    [() => [[], null], 'but returned [[], NULL] for (7). A ROW of 3 fields has no 2 values.'],
    [() => ({ itmes: [] }), "but returned { itmes: [] } for (7). Did you mean 'items'?"],
    [() => new Date(0), 'MULTISET<INT>>, but returned Date'],
    [
      () => ({
        get items() {
          throw new RangeError('no items');
        },
      }),
      'failed for (7): RangeError: no items',
    ],
  ])('of scalar functions (%#)', async (result, expected) => {
    expect(await message(scalar(result))).toContain(expected);
  });

  test('texts inside others are not too long', async () => {
    expect(await message(scalar(() => ['abc', 'abcd'], ARRAY(VARCHAR(3))))).toContain(
      "VARCHAR(3) in result[1], but returned 'abcd'",
    );
  });

  test('of table functions, also of rows behind many others', async () => {
    const rows = 'SELECT * FROM LATERAL TABLE(f(1))';
    const many = udtf(
      function* () {
        for (let i = 0; i < 100_000; i++) yield ['abc', 1];
        yield ['abc', 'x'];
      },
      { inputTypes: [INT()], resultTypes: [VARCHAR(3), INT()], resultNames: ['a', 'b'], ...place },
    );
    expect(await message(many, rows)).toContain("INT in rows[100000].b, but returned 'x' for (1)");
    const one = udtf(() => ['abc', 'abcd'], {
      inputTypes: [INT()],
      resultTypes: [VARCHAR(3)],
      ...place,
    });
    expect(await message(one, rows)).toContain("VARCHAR(3) in rows[1].f0, but returned 'abcd'");
    const none = udtf(() => 5 as never, { inputTypes: [INT()], resultTypes: [INT()], ...place });
    expect(await message(none, rows)).toContain(
      'must return rows of ROW<`f0` INT>, but returned 5',
    );
  });

  test('of async, arrow, aggregate and process table functions', async () => {
    const types = { inputTypes: [INT()], resultType: ARRAY(INT()), ...place };
    expect(await message(asyncUdf(async () => [1, 2.5], types))).toContain(
      'INT in result[1], but returned 2.5 for (7)',
    );
    expect(await message(udf(() => [['x']], { ...types, funcType: 'arrow' }))).toContain(
      "INT in result[0][0], but returned 'x' for whole columns",
    );
    const start = { createAccumulator: () => ({}), accumulate: () => {} };
    expect(await message(udaf({ ...start, getValue: () => [1n, 'x'] }, types))).toContain(
      "INT in result[1], but returned 'x'.",
    );
    const pair = { ...types, resultType: ROW([FIELD('a', INT()), FIELD('b', INT())]) };
    const emits = udtaf(
      {
        ...start,
        emitValue: () => [
          [1, 1],
          [1, 'x'],
        ],
      },
      pair,
    );
    expect(await message(emits)).toContain("INT in rows[1].b, but returned 'x'.");
    const process = ptf(
      {
        *eval() {
          yield [1];
          yield ['x'];
        },
      },
      {
        arguments: { input: { table: 'row' } },
        resultTypes: [INT()],
        resultNames: ['a'],
        ...place,
      },
    );
    expect(await message(process, 'SELECT * FROM f(TABLE t)')).toContain(
      "INT in rows[1].a, but returned 'x' for ({ x: 7 })",
    );
  });

  test('rows that are changed for the next one are what they were', async () => {
    const options = { inputTypes: [INT()], resultTypes: [INT(), INT()], ...place };
    const rows = async (fn: UserFunction, sql = 'SELECT f.* FROM LATERAL TABLE(f(1)) AS f') => {
      env.createTemporarySystemFunction('f', fn);
      return (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
    };
    const list = udtf(function* () {
      const row = [0, 0];
      for (let i = 1; i <= 3; i++) {
        row.fill(i);
        yield row;
      }
    }, options);
    const changed = [
      [1, 1],
      [2, 2],
      [3, 3],
    ];
    expect(await rows(list)).toEqual(changed);
    const object = udtf(function* () {
      const row = { f0: 0, f1: 0 };
      for (let i = 1; i <= 3; i++) yield Object.assign(row, { f0: i, f1: i });
    }, options);
    expect(await rows(object)).toEqual(changed);
    const emits = udtaf(
      {
        createAccumulator: () => ({}),
        accumulate: () => {},
        *emitValue() {
          const row = [0, 0];
          for (let i = 1; i <= 3; i++) {
            row.fill(i);
            yield row;
          }
        },
      },
      {
        inputTypes: [INT()],
        resultType: ROW([FIELD('f0', INT()), FIELD('f1', INT())]),
        ...place,
      },
    );
    expect(
      await rows(emits, 'SELECT r.* FROM (SELECT f(x) AS all_rows FROM t), UNNEST(all_rows) AS r'),
    ).toEqual(changed);
  });

  test('memory that was handed to another thread is no empty value', async () => {
    const detached = () => {
      const bytes = new Uint8Array(8);
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      return bytes;
    };
    for (const type of [DataTypes.BYTES(), ARRAY(INT())]) {
      expect(await message(scalar(detached, type))).toContain('but returned a detached Uint8Array');
    }
  });

  test('promises, revoked proxies and lists without end', async () => {
    const revoked = () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    };
    const process = (result: () => unknown) =>
      ptf(
        { eval: result },
        {
          arguments: { input: { table: 'row' } },
          resultTypes: [INT()],
          resultNames: ['a'],
          ...place,
        },
      );
    const rows = 'SELECT * FROM f(TABLE t)';
    expect(await message(process(revoked), rows)).toContain('TypeError: Cannot perform');
    // A rejection that nobody looks at would end the program.
    const rejects = () => Promise.reject(new Error('nobody looks'));
    expect(await message(process(rejects), rows)).toContain('but returned Promise');
    expect(await message(scalar(rejects))).toContain(
      'only scalar functions may return promises, and are then made with asyncUdf(...)',
    );
    const created = udaf(
      { createAccumulator: rejects, accumulate: () => {}, getValue: () => 1 },
      { inputTypes: [INT()], resultType: INT(), ...place },
    );
    expect(await message(created)).toContain('Nobody waits for createAccumulator');
    const holes = () => new Array(2 ** 32 - 1);
    for (const type of [ARRAY(INT()), DataTypes.VARIANT(), MULTISET(INT())]) {
      expect(await message(scalar(holes, type))).toContain('(4294967295 in all)]');
    }
  });

  test('a row that is taken back was collected before', async () => {
    const changing = (taken: unknown) =>
      udtaf(
        {
          createAccumulator: () => ({}),
          accumulate: () => {},
          emitUpdateWithRetract(
            _: object,
            out: { collect(row: unknown): void; retract(row: unknown): void },
          ) {
            out.collect([1, 2]);
            out.retract({ b: 2, a: 1 });
            out.retract(taken);
          },
        },
        {
          inputTypes: [INT()],
          resultType: ROW([FIELD('a', INT()), FIELD('b', INT())]),
          ...('execution' in place ? {} : { captures: { taken } }),
          ...place,
        },
      );
    expect(await message(changing([1, 2]))).toBe(
      "Function 'f' takes back a row that it did not collect, or took back before: [1, 2].",
    );
    expect(await message(changing([1, 'x']))).toContain("INT in row.b, but returned 'x'");
  });
});
