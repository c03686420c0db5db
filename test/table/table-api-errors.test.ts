import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AnyExpression,
  call,
  col,
  descriptor,
  type Expression,
  type GroupWindow,
  lit,
  Over,
  range,
  rowInterval,
  Session,
  Slide,
  type Table,
  TableEnvironment,
  Tumble,
  UNBOUNDED_ROW,
  withColumns,
} from '../../src/index.ts';

let tEnv: TableEnvironment;
let other: TableEnvironment;
let orders: Table;
beforeAll(async () => {
  tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
  other = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
  await tEnv.executeSql('CREATE TABLE orders (id BIGINT, price DOUBLE, ts TIMESTAMP(3))');
  orders = tEnv.from('orders');
});
afterAll(async () => {
  await tEnv.close();
  await other.close();
});

/** The error of a call, by its code and a part of its message. */
function expectError(run: () => unknown, code: string, text = ''): void {
  expect(run).toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) }));
}

describe('an operation fails at once', () => {
  test('for a column that is not there, with the nearest name', () => {
    expectError(() => orders.select(col('prcie')), 'COLUMN_NOT_FOUND', "'price'");
    expectError(() => orders.where(col('idd').isNull()), 'COLUMN_NOT_FOUND', "'id'");
    expectError(() => orders.col('prcie'), 'COLUMN_NOT_FOUND', "'price'");
    expectError(() => orders.dropColumns(col('prcie')), 'COLUMN_NOT_FOUND', "'price'");
    expectError(() => orders.renameColumns(col('x').as('y')), 'COLUMN_NOT_FOUND');
    expectError(() => orders.select(withColumns(range('id', 'prcie'))), 'COLUMN_NOT_FOUND');
    expectError(() => orders.select(withColumns(range(1, 9))), 'INVALID_ARGUMENT', 'from 1 to 3');
  });

  test('for types that do not go together', () => {
    expectError(() => orders.select(col('ts').plus(lit('a'))), 'INVALID_ARGUMENTS', 'TIMESTAMP(3)');
    expectError(() => orders.where(col('price')), 'NOT_A_CONDITION');
    expectError(() => orders.select(call('nope', col('id'))), 'FUNCTION_NOT_FOUND');
    expectError(() => orders.select(col('id').cast('INTT')), 'INVALID_TYPE');
    expectError(() => orders.where(col('price').sum().isGreater(1)), 'AGGREGATE_NOT_ALLOWED');
  });

  test('for names that are taken', () => {
    expectError(() => orders.addColumns(lit(1).as('id')), 'DUPLICATE_COLUMN');
    expectError(() => orders.as('a', 'a'), 'DUPLICATE_COLUMN');
    expectError(() => orders.as('a', 'b', 'c', 'd'), 'ALIAS_COLUMNS');
    expectError(() => orders.join(orders), 'COLUMN_AMBIGUOUS', 'renameColumns');
  });

  test('for windows that are not there, or not possible', () => {
    const window = Tumble.over(lit(1).hour()).on(col('ts')).as('w');
    const grouped = orders.window(window).groupBy(col('w'));
    expectError(() => grouped.select(col('v').start()), 'WINDOW_NOT_FOUND', "'v'");
    expectError(() => orders.select(col('w').start()), 'WINDOW_NOT_FOUND');
    expectError(() => orders.select(col('id').count().over('w')), 'WINDOW_NOT_FOUND');
    const mixed = Over.orderBy(col('ts')).preceding(UNBOUNDED_ROW).following(lit(1).hour());
    expectError(() => mixed.as('w'), 'INVALID_ARGUMENT', 'both rows, or both ranges');
  });

  test('for windows of rows that are none', () => {
    const of = (window: {
      on(time: AnyExpression): { as<const W extends string>(name: W): GroupWindow<W> };
    }) => window.on(col('ts')).as('w');
    expectError(() => of(Tumble.over(rowInterval(0))), 'INVALID_ARGUMENT', 'from 1 on');
    for (const rows of [-1, 1.5, Number.NaN]) {
      expectError(() => rowInterval(rows), 'INVALID_ARGUMENT', `not the number ${rows}`);
    }
    expectError(() => of(Session.withGap(rowInterval(5))), 'WINDOW_TABLE', 'a time');
    const mixed = Slide.over(rowInterval(5)).every(lit(1).hour());
    expectError(() => of(mixed), 'WINDOW_TABLE', 'both times, or both numbers of rows');
    const rows = of(Tumble.over(rowInterval(5)));
    const grouped = orders.window(rows).groupBy(col('w'));
    expectError(() => grouped.select(col('w').end()), 'WINDOW_PROPERTY', 'no end');
    const made = grouped.aggregate(col('price').sum().as('s'));
    expectError(() => made.select(col('w').start()), 'WINDOW_PROPERTY', 'no start');
    const onPrice = Tumble.over(rowInterval(5)).on(col('price')).as('w');
    expectError(() => orders.window(onPrice).groupBy(col('w')), 'WINDOW_TABLE', 'DOUBLE');
    const many = of(Slide.over(rowInterval(20_000)).every(rowInterval(1)));
    expectError(() => orders.window(many).groupBy(col('w')), 'INVALID_ARGUMENT', 'at most 10000');
  });

  test('for what is no expression, no table, no number of rows', () => {
    expectError(() => orders.select('id' as never), 'INVALID_ARGUMENT', 'an expression');
    expectError(() => orders.orderBy(), 'INVALID_ARGUMENT');
    expectError(() => orders.fetch(-1), 'INVALID_ARGUMENT');
    expectError(() => orders.union({} as never), 'INVALID_ARGUMENT', 'a Table');
    const elsewhere = other.fromValues([{ n: 1 }]);
    expectError(() => orders.join(elsewhere), 'INVALID_ARGUMENT', 'the same environment');
    expectError(() => orders.select(lit(Symbol('x') as never)), 'INVALID_VALUE');
    expectError(() => orders.dropColumns(col('*')), 'INVALID_ARGUMENT');
    const argument = lit(1).asArgument('a');
    expectError(() => orders.select(argument), 'INVALID_ARGUMENT', 'argument of a parameter');
    expectError(() => orders.select(descriptor('id')), 'INVALID_ARGUMENT', 'a descriptor');
    expectError(() => orders.toChangelog('op' as never), 'INVALID_ARGUMENT', 'an expression');
  });

  test('for expressions that are nested too deep', () => {
    let deep: Expression = col('id').upperCase();
    for (let i = 0; i < 20_000; i++) deep = call('UPPER', deep);
    expectError(() => orders.select(deep), 'NESTING_LIMIT');
  });
});

test('long chains of operators are as good as short ones', () => {
  let sum: Expression<never> = col('id').plus(0);
  for (let i = 0; i < 1000; i++) sum = sum.plus(1);
  expect(orders.select(sum.as('s')).getResolvedSchema().columns[0]!.name).toBe('s');
});

describe('values that do not fit', () => {
  test('name their column and their row', async () => {
    const given = [{ n: 1 }, { n: 'x' }];
    const hint = "It is in row 2: { n: 'x' }.";
    expect(() => tEnv.fromValues(given, 'n INT')).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', hint }),
    );
    expect(() => tEnv.fromValues([{ n: 1 }, { n: { a: 1 } }])).toThrow(
      "The value { a: 1 } does not fit the type of the values before, INT (column 'n'). It is in row 2: { n: { a: 1 } }.",
    );
    const later = tEnv.fromIterable(given, 'n INT').execute();
    await expect(later.toArray()).rejects.toMatchObject({ code: 'INVALID_VALUE', hint });
    const changes = [
      ['+I', 1],
      ['+I', 'x'],
    ] as const;
    expect(() => tEnv.fromChangelog(changes, 'n INT')).toThrow("It is in row 2: ['+I', 'x'].");
  });

  test('errors of executeInsert show no statement that the program does not have', async () => {
    await tEnv.executeSql('CREATE TEMPORARY TABLE numbers (n INT)');
    const texts = tEnv.fromValues([{ n: 'x' }]);
    await expect(texts.executeInsert('numbers')).rejects.toMatchObject({
      code: 'INSERT_TYPES',
      source: null,
      span: null,
      message:
        "Column 'n' of 'numbers' cannot hold the query's values. Query schema: [n: STRING]. Sink schema: [n: INT].",
    });
  });
});
