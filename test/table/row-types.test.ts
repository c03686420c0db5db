import type { Temporal } from 'temporal-polyfill';
import { afterAll, describe, expect, expectTypeOf, test } from 'vitest';
import {
  atan2,
  col,
  type Decimal,
  type Expression,
  ifThenElse,
  lit,
  Over,
  pi,
  type Row,
  rowNumber,
  Table,
  TableEnvironment,
  type TableResult,
  Tumble,
  withAllColumns,
} from '../../src/index.ts';

/**
 * What TypeScript knows of rows and expressions. The lines with `@ts-expect-error` must not compile;
 * most of them are in functions that are never called.
 */
const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
afterAll(() => tEnv.close());

const orders = tEnv.fromValues([
  { id: 1n, customer: 'ann', price: 2.5, quantity: 2 },
  { id: 2n, customer: 'bob', price: 1.5, quantity: 4 },
]);
const customers = tEnv.fromValues([{ name: 'ann', city: 'Oslo' }]);

/** The row of a Table, for comparison. */
const expectRow = <R extends object>(_: Table<R>) => expectTypeOf<R>();

function compiles(_: () => unknown): void {}

describe('the row of a Table', () => {
  test('is that of the values', async () => {
    expectRow(orders).toEqualTypeOf<{
      id: bigint;
      customer: string;
      price: number;
      quantity: number;
    }>();
    const [first] = await orders.orderBy(col('id')).toArray();
    expectTypeOf(first!.id).toEqualTypeOf<bigint>();
    expect(first!.customer).toBe('ann');
    for await (const { price } of orders.execute().collect()) expectTypeOf(price).toBeNumber();
    const arrays = await orders.toArray({ rowFormat: 'array' });
    expectTypeOf(arrays).toEqualTypeOf<unknown[][]>();
    const mapped = await orders.toArray({ typeMapping: { bigint: 'string' } });
    expectTypeOf(mapped).toEqualTypeOf<Row[]>();
    expectTypeOf(tEnv.sqlQuery<{ n: bigint }>).returns.toEqualTypeOf<Table<{ n: bigint }>>();
    const counted = await tEnv.executeSql<{ n: bigint }>('SELECT COUNT(*) AS n FROM (VALUES 1, 2)');
    expectTypeOf(await counted.toArray()).toEqualTypeOf<{ n: bigint }[]>();
    const three = await tEnv.sql<{ n: number }>`SELECT ${3} AS n`;
    const [only] = await three.toArray();
    expectTypeOf(only!.n).toBeNumber();
    expect(only).toEqual({ n: 3 });
  });

  test('is carried on by select', () => {
    const total = orders.select(
      col('id'),
      col('customer').as('who'),
      orders.col('price').times(orders.col('quantity')).as('total'),
      orders.col('quantity').plus(1),
    );
    expectRow(total).toEqualTypeOf<{ id: bigint; who: string; total: number; _c3: number }>();
    expect(total.getResolvedSchema().columns.map(({ name }) => name)).toEqual([
      'id',
      'who',
      'total',
      '_c3',
    ]);
    // A column that is computed of one whose type is not known.
    expectRow(orders.select(col('price').plus(1).as('p'))).toEqualTypeOf<{ p: unknown }>();
    expectRow(orders.select(withAllColumns())).toEqualTypeOf<Row>();
    const computed = [col('id'), col('price')];
    expectRow(orders.select(...computed)).toEqualTypeOf<Row>();
  });

  test('is carried on by as, and by operations on columns', () => {
    expectRow(customers.as('who', 'where')).toEqualTypeOf<{ who: unknown; where: unknown }>();
    expectRow(customers.addColumns(lit(1).as('one'))).branded.toEqualTypeOf<{
      name: string;
      city: string;
      one: number;
    }>();
    expectRow(customers.addOrReplaceColumns(lit(1).as('city'))).branded.toEqualTypeOf<{
      name: string;
      city: number;
    }>();
    expectRow(customers.renameColumns(col('city').as('town'))).toEqualTypeOf<{
      name: string;
      town: string;
    }>();
    expectRow(customers.dropColumns(col('city'))).toEqualTypeOf<{ name: string }>();
  });

  test('is carried on by join and groupBy', () => {
    const condition = col('customer').isEqual(col('name'));
    const inner = orders.join(customers, condition).select(col('id'), col('city'));
    expectRow(inner).toEqualTypeOf<{ id: bigint; city: string }>();
    const outer = orders.leftOuterJoin(customers, condition).select(col('id'), col('city'));
    expectRow(outer).toEqualTypeOf<{ id: bigint; city: string | null }>();
    const grouped = orders
      .groupBy(col('customer'))
      .select(col('customer'), orders.col('id').count().as('n'));
    expectRow(grouped).toEqualTypeOf<{ customer: string; n: bigint }>();
    expectTypeOf(orders.where(col('price').isGreater(1)).union(orders)).toEqualTypeOf(orders);
  });

  test('is carried on by keys with names, aggregates that make columns, and windows', () => {
    const digits = orders.groupBy(col('quantity').mod(10).as('digit'), col('customer'));
    expectRow(digits.select(col('digit'), orders.col('id').max().as('m'))).toEqualTypeOf<{
      digit: unknown;
      m: bigint | null;
    }>();
    const total = digits.aggregate(orders.col('price').sum().as('total'));
    expectRow(total.select(col('customer'), col('total'))).toEqualTypeOf<{
      customer: string;
      total: number | null;
    }>();
    const all = orders.aggregate(orders.col('id').count().as('n')).select(col('n'));
    expectRow(all).toEqualTypeOf<{ n: bigint }>();
    // An expression of unknown type may be a row, whose fields become columns.
    expectRow(digits.aggregate(col('price').sum().as('t')).select(col('t'))).toEqualTypeOf<{
      t: unknown;
    }>();
    const timed = tEnv.fromValues([{ id: 1n, ts: new Date(0) }]);
    const window = Tumble.over(lit(1).hours()).on(col('ts')).as('w');
    const windowed = timed.window(window).groupBy(col('w'), col('id').mod(2).as('odd'));
    expectRow(
      windowed.select(col('odd'), col('w').start().as('s'), timed.col('id').count().as('n')),
    ).toEqualTypeOf<{ odd: unknown; s: Temporal.PlainDateTime; n: bigint }>();
    const over = Over.partitionBy(col('id')).orderBy(col('ts')).as('o');
    expectRow(
      timed.overWindow(over).select(timed.col('id').sum().over('o').as('s')),
    ).toEqualTypeOf<{ s: bigint | null }>();
    compiles(() => {
      // @ts-expect-error: the window is over a column of another table
      orders.window(window);
      // @ts-expect-error: so are its order and its partitions
      orders.overWindow(over);
      // @ts-expect-error: no such column of the aggregate
      total.select(col('totl'));
      // @ts-expect-error: neither a column nor a key
      digits.select(col('digt'));
    });
  });

  test('knows which columns there are', () => {
    compiles(() => {
      // @ts-expect-error: no such column
      orders.select(col('prcie'));
      // @ts-expect-error: no such column
      orders.col('prcie');
      // @ts-expect-error: no such column inside of an expression
      orders.where(col('price').plus(col('prcie')).isGreater(1));
      // @ts-expect-error: no such column among the arguments of a function
      orders.select(atan2(col('price'), col('prcie')));
      // @ts-expect-error: the column was not selected
      orders.select(col('id')).where(col('price').isGreater(1));
      // @ts-expect-error: the column was renamed
      orders.renameColumns(col('id').as('key')).select(col('id'));
      // @ts-expect-error: the column was dropped
      orders.dropColumns(col('id')).orderBy(col('id'));
      // @ts-expect-error: no such column in either table
      orders.join(customers, col('customer').isEqual(col('nme')));
      // @ts-expect-error: both tables have the column
      orders.join(tEnv.fromValues([{ id: 1n }]), lit(true));
      orders.join(tEnv.from('t'), lit(true));
      // @ts-expect-error: no such key
      orders.groupBy(col('cstomer'));
      const window = Tumble.over(lit(1).hours()).on(col('ts')).as('w');
      // @ts-expect-error: the window has another name
      orders.window(window).groupBy(col('v'));
      // A table whose columns are not known takes every name.
      tEnv.from('t').select(col('whatever'));
    });
  });
});

describe('the type of an expression', () => {
  const { id, price, name, maybe } = {
    id: orders.col('id'),
    price: orders.col('price'),
    name: customers.col('name'),
    maybe: orders.leftOuterJoin(customers, col('customer').isEqual(col('name'))).col('city'),
  };

  test('comes from its operands', () => {
    expectTypeOf(price.plus(1)).toEqualTypeOf<Expression<number, 'price'>>();
    expectTypeOf(id.plus(1n)).toEqualTypeOf<Expression<bigint, 'id'>>();
    expectTypeOf(price.plus(id)).toEqualTypeOf<Expression<number | bigint, 'price' | 'id'>>();
    expectTypeOf(price.isGreater(1)).toEqualTypeOf<Expression<boolean, 'price'>>();
    expectTypeOf(name.upperCase()).toEqualTypeOf<Expression<string, 'name'>>();
    expectTypeOf(maybe.upperCase()).toEqualTypeOf<Expression<string | null, 'city'>>();
    expectTypeOf(name.concat(maybe)).toEqualTypeOf<Expression<string | null, 'name' | 'city'>>();
    expectTypeOf(maybe.ifNull('?')).toEqualTypeOf<Expression<string, 'city'>>();
    expectTypeOf(maybe.isNull()).toEqualTypeOf<Expression<boolean, 'city'>>();
    expectTypeOf(name.charLength()).toEqualTypeOf<Expression<number, 'name'>>();
    expectTypeOf(price.round(1)).toEqualTypeOf<Expression<number, 'price'>>();
    expectTypeOf(pi()).toEqualTypeOf<Expression<number, never>>();
    expectTypeOf(rowNumber().over('w')).toEqualTypeOf<Expression<bigint, never>>();
    expectTypeOf(col('x').charLength()).toEqualTypeOf<Expression<number | null, 'x'>>();
    expectTypeOf(ifThenElse(price.isGreater(1), lit('a'), lit('b'))).toEqualTypeOf<
      Expression<string, 'price'>
    >();
    expectTypeOf(price.cast<Decimal>('DECIMAL(10, 2)')).toEqualTypeOf<
      Expression<Decimal, 'price'>
    >();
  });

  test('decides what it goes with', () => {
    compiles(() => {
      // @ts-expect-error: a number and a text
      price.plus('x');
      // @ts-expect-error: a number and a text
      price.isEqual('x');
      // @ts-expect-error: a number and a column of texts
      price.isEqual(name);
      // @ts-expect-error: no function of numbers
      price.upperCase();
      // @ts-expect-error: no function of texts
      name.sqrt();
      // @ts-expect-error: no condition
      orders.where(price);
      // @ts-expect-error: no unit
      orders.col('price').floor('MINUTES');
      // @ts-expect-error: not the type of the others
      price.between(1, 'x');
      // An expression whose type is not known goes with everything.
      price.plus(col('x'));
      col('x').plus(price).upperCase();
      orders.where(col('customer').upperCase().isEqual('ANN').and(col('price').isNotNull()));
    });
  });
});

test('a Table of known rows is a Table for everything that takes one', () => {
  tEnv.createTemporaryView('orders', orders);
  expect(tEnv.from('orders')).toBeInstanceOf(Table);
});

test('a Table or a result of known rows is one of any rows', () => {
  const table: Table = orders;
  const wider: Table<{ id: bigint }> = orders;
  const results: (result: TableResult) => void = () => {};
  compiles(() => {
    results(orders.execute());
    // @ts-expect-error: the rows have no such column
    const other: Table<{ nothing: bigint }> = orders;
    return other;
  });
  const made = (): Table => orders.select(col('id'), orders.col('price').plus(1).as('more'));
  expect([table, wider, made()].every((one) => one instanceof Table)).toBe(true);
});
