import { expect, test } from 'vitest';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';

test('an endless iterable, a user function and a limit', async () => {
  await using tEnv = TableEnvironment.create({ mode: 'batch' });
  let read = 0;
  let closed = false;
  function* endless() {
    try {
      for (;;) yield { n: read++ };
    } finally {
      closed = true;
    }
  }
  const twice = udf((n: number) => n * 2, {
    inputTypes: [DataTypes.INT()],
    resultType: DataTypes.INT(),
  });
  tEnv.createTemporarySystemFunction('twice', twice);
  const table = tEnv.fromIterable(
    endless(),
    DataTypes.ROW([DataTypes.FIELD('n', DataTypes.INT())]),
  );
  tEnv.createTemporaryView('numbers', table);
  const result = await tEnv.executeSql('SELECT twice(n) AS m FROM numbers LIMIT 3 OFFSET 20000');
  expect(await result.toArray()).toEqual([{ m: 40_000 }, { m: 40_002 }, { m: 40_004 }]);
  expect(read).toBeLessThan(400_000);
  await expect.poll(() => closed).toBe(true);
});
