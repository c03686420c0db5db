import { inspect } from 'node:util';
import { tableFromArrays } from 'apache-arrow';
import { afterAll, describe, expect, test } from 'vitest';
import {
  asyncUdf,
  DataTypes,
  EnvironmentSettings,
  FormatDescriptor,
  ModelDescriptor,
  Schema,
  Table,
  TableConfig,
  TableDescriptor,
  TableEnvironment,
  TableError,
  TableResult,
  udaf,
  udf,
  udtaf,
  udtf,
} from '../../src/index.ts';

/** The interface as a caller without types sees it. */
type Untyped = Record<string, (...args: unknown[]) => unknown>;
const untyped = (value: object): Untyped => value as Untyped;

const environment = TableEnvironment.create();
afterAll(() => environment.close());

/** What is no argument of anything. */
const NONSENSE: readonly unknown[] = [
  undefined,
  null,
  5,
  '',
  {},
  [],
  [Symbol('s')],
  Object.create(null),
  () => 1,
  Symbol('s'),
];

/** Calls with each value: it may be accepted, but what is thrown must be ours. */
async function abuse(call: (value: unknown) => unknown): Promise<void> {
  for (const value of NONSENSE) {
    try {
      const result = await call(value);
      if (result !== null && typeof result === 'object' && Symbol.asyncIterator in result) {
        for await (const _ of result as AsyncIterable<unknown>) break;
      }
    } catch (error) {
      if (!(error instanceof TableError)) {
        throw new Error(`not our error for ${inspect(value)}`, { cause: error });
      }
    }
  }
}

/** The methods of a class and of those it extends. */
function methodsOf(prototype: object): readonly string[] {
  if (prototype === Object.prototype) return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype));
  const names = own
    .filter(
      ([name, { value }]) => typeof value === 'function' && !/^(constructor|close)$/.test(name),
    )
    .map(([name]) => name);
  return [...names, ...methodsOf(Object.getPrototypeOf(prototype) as object)];
}

describe('calls with wrong arguments give our errors', () => {
  const table = environment.fromArrow(tableFromArrays({ a: [1] }));

  test.each(methodsOf(TableEnvironment.prototype))('TableEnvironment.%s', async (name) => {
    await abuse((value) => untyped(environment)[name]?.(value));
    await abuse((value) => untyped(environment)[name]?.('name', value));
  });

  test.each(methodsOf(TableResult.prototype))('TableResult.%s', async (name) => {
    const quiet = name === 'print' ? [{ write: () => true }] : [];
    await abuse(async (value) => {
      const fresh = await environment.executeSql('SELECT 1 AS a');
      return untyped(fresh)[name]?.(...(value === undefined ? quiet : [value]));
    });
  });

  test.each(methodsOf(Table.prototype).filter((name) => !name.startsWith('print')))(
    'Table.%s',
    async (name) => {
      await abuse((value) => untyped(table)[name]?.(value));
    },
  );

  test('TableEnvironment.create', async () => {
    await abuse((value) => TableEnvironment.create(value as never).close());
    await abuse((value) => TableEnvironment.create({ config: value as never }).close());
    expect(() => TableEnvironment.create({ parallelism: 2 } as never)).toThrow(
      "Unsupported option 'parallelism' of an environment. Supported options: mode, config,",
    );
  });

  type Maker = (...args: readonly unknown[]) => unknown;
  const makers = { udf, asyncUdf, udtf, udaf, udtaf } as unknown as Record<string, Maker>;

  test.each(Object.entries(makers))('%s', async (_, make) => {
    const types = { resultType: DataTypes.INT(), resultTypes: [DataTypes.INT()] };
    await abuse((value) => make(value));
    await abuse((value) => make(value, types));
    await abuse((value) => make(() => 1, value));
    await abuse((value) => make([], types.resultType, value));
    await abuse((value) => make([], value, () => 1));
    await abuse((value) => make([value], types.resultType, () => 1));
    await abuse((value) => make([], types.resultType, () => 1, value));
    const options = ['inputTypes', 'resultType', 'resultTypes', 'funcType', 'execution'];
    for (const option of [...options, 'overloads', 'getTypeInference', 'outputMode']) {
      await abuse((value) => make(() => 1, { ...types, [option]: value }));
    }
  });

  const quiet = (name: string) => !name.startsWith('print');
  const builders: readonly (readonly [string, () => object])[] = [
    ['a schema', () => Schema.newBuilder().column('name', 'INT')],
    ['a table', () => TableDescriptor.inMemory()],
    ['a model', () => ModelDescriptor.forProvider('p')],
    ['a format', () => FormatDescriptor.forFormat('json')],
    ['settings', () => EnvironmentSettings.newInstance()],
    ['a configuration', () => new TableConfig()],
    ['a statement set', () => environment.createStatementSet()],
  ];

  test.each(builders)('%s', async (_, make) => {
    const names = methodsOf(Object.getPrototypeOf(make()) as object).filter(quiet);
    for (const name of names) {
      if (typeof untyped(make())[name] !== 'function') continue;
      await abuse((value) => untyped(make())[name]?.(value));
      await abuse((value) => untyped(make())[name]?.('name', value));
    }
  });

  test('printExplain and printSchema', async () => {
    await abuse((value) => value === undefined || untyped(table)['printExplain']?.(value));
    await abuse((value) => value === undefined || untyped(table)['printSchema']?.(value));
  });

  test.each(Object.keys(DataTypes))('DataTypes.%s', async (name) => {
    await abuse((value) => untyped(DataTypes)[name]?.(value));
  });
});

test('an environment is not made by new', () => {
  expect(() => Reflect.construct(TableEnvironment, [])).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      hint: expect.stringContaining('TableEnvironment.create'),
    }),
  );
});

test('wrong arguments are named, and so are wrong options', async () => {
  const run = (options: unknown) => environment.executeSql('SELECT 1', options as never);
  await expect(run({ parms: [1] })).rejects.toThrow(
    "Unsupported option 'parms' of a statement. Supported options: params, signal.",
  );
  await expect(run({ signal: 5 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await expect(run(null)).rejects.toThrow('must be an object, not null.');
  expect(() => environment.from(5 as never)).toThrow('A path must be a text, not the number 5.');
  expect(() => environment.createTemporaryView('v', {} as never)).toThrow(
    'What to give a name must be a Table, a list of rows, or an iterable with a schema, not an object.',
  );
  const make = () => udf(() => 1, { resultType: DataTypes.INT(), funcType: 'pandas' as never });
  expect(make).toThrow("funcType is 'general' or 'arrow'");
});

test('dates and times are readable in the output of console.log', async () => {
  const result = await environment.executeSql("SELECT DATE '2024-01-02' AS d");
  const [row] = await result.toArray();
  // Where Temporal is built in, Node decides.
  if (!('Temporal' in globalThis))
    expect(inspect(row)).toBe('{ d: Temporal.PlainDate 2024-01-02 }');
});

describe('print', () => {
  const printed = async (sql: string): Promise<string> => {
    let text = '';
    const result = await environment.executeSql(sql);
    await result.print({ write: (part) => (text += part) });
    return text;
  };

  test('shows a lone text of several lines as it is', async () => {
    expect(await printed('EXPLAIN SELECT 1 AS a')).toMatch(/^== Abstract Syntax Tree ==\nLogical/);
  });

  test('keeps the lines of a table whole', async () => {
    const text = await printed("SELECT 1 AS a, CAST('x\ny' AS STRING) AS b");
    expect(text).toContain('| 1 | x\\ny |\n');
  });
});
