import { afterAll, describe, expect, expectTypeOf, test } from 'vitest';
import { DataTypes, Decimal, TableEnvironment } from '../../src/index.ts';

const tEnv = TableEnvironment.create({ config: { 'table.result.type-mapping.bigint': 'string' } });
afterAll(() => tEnv.close());

const SQL = `SELECT CAST(1 AS BIGINT) AS id, 'a' AS name, CAST(2.50 AS DECIMAL(5, 2)) AS price
             UNION ALL SELECT CAST(2 AS BIGINT), CAST(NULL AS STRING), NULL ORDER BY id`;

describe('toArray with the columns that are expected', () => {
  test('rows have their types and their values', async () => {
    const result = await tEnv.executeSql(SQL);
    const rows = await result.toArray({
      id: DataTypes.BIGINT(),
      name: DataTypes.STRING(),
      price: DataTypes.DECIMAL(10, 4),
    });
    expectTypeOf(rows).toEqualTypeOf<
      { id: bigint | null; name: string | null; price: Decimal | null }[]
    >();
    expect(rows).toEqual([
      { id: 1n, name: 'a', price: Decimal.from('2.50') },
      { id: 2n, name: null, price: null },
    ]);
  });

  test('options and nothing are as before', async () => {
    const arrays = await (await tEnv.executeSql(SQL)).toArray({ rowFormat: 'array' });
    expectTypeOf(arrays).toEqualTypeOf<unknown[][]>();
    expect(arrays[0]?.[0]).toBe('1');
    expectTypeOf(await (await tEnv.executeSql(SQL)).toArray()).toEqualTypeOf<
      Record<string, unknown>[]
    >();
  });

  const { BIGINT, INT, STRING, DECIMAL } = DataTypes;
  test.each([
    [{ id: INT(), name: STRING(), price: DECIMAL(5, 2) }, "'id' is BIGINT NOT NULL, not INT"],
    [{ id: BIGINT(), name: STRING().notNull(), price: DECIMAL(5, 2) }, "'name' is"],
    [{ id: BIGINT(), name: STRING() }, "it also has 'price'"],
    [
      { id: BIGINT(), title: STRING(), price: DECIMAL(5, 2) },
      "it has no column 'title', but 'id', 'name', 'price'",
    ],
  ])('%j is an error', async (columns, reason) => {
    const result = await tEnv.executeSql(SQL);
    await expect(result.toArray(columns)).rejects.toMatchObject({
      code: 'RESULT_SCHEMA',
      message: expect.stringContaining(reason),
    });
    // The result can still be read.
    expect(await result.toArray()).toHaveLength(2);
  });
});
