// A first query: rows of the program itself, one statement, typed values back.
import { TableEnvironment } from '../src/index.ts';

const tEnv = TableEnvironment.create();
try {
  const orders = tEnv.fromValues(
    [
      { id: 1, item: 'tea', price: '4.50' },
      { id: 2, item: 'cup', price: '12.00' },
      { id: 3, item: 'pot', price: '31.25' },
    ],
    'id BIGINT, item STRING, price DECIMAL(10, 2)',
  );
  tEnv.createTemporaryView('orders', orders);
  const result = await tEnv.executeSql(
    'SELECT id, item, price * 2 AS pair FROM orders WHERE price > ?',
    {
      params: [5],
    },
  );
  for await (const row of result.collect()) console.log(row);
} finally {
  await tEnv.close();
}
