import { afterAll, beforeAll, expect, test } from 'vitest';
import { TableEnvironment, TableError } from '../../src/index.ts';

let tEnv: TableEnvironment;
beforeAll(() => {
  tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
});
afterAll(() => tEnv.close());

function strangers(): Record<string, unknown> {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const inItself: unknown[] = [];
  inItself.push(inItself);
  let deep: unknown = 1;
  for (let i = 0; i < 20_000; i++) deep = [deep];
  const sparse: unknown[] = [1];
  sparse[2] = 3;
  return {
    NaN: Number.NaN,
    'minus 0': -0,
    Infinity: Number.POSITIVE_INFINITY,
    unsafe: 2 ** 53 + 2,
    symbol: Symbol('s'),
    function: () => 1,
    cyclic,
    inItself,
    deep,
    sparse,
    'invalid date': new Date(Number.NaN),
    'lone surrogate': 'a\ud800b',
    prototype: JSON.parse('{"__proto__":1,"constructor":2}'),
    'no prototype': Object.create(null),
    'typed array': new Float64Array(2),
    map: new Map([[{}, 1]]),
    set: new Set([1]),
    promise: Promise.resolve(1),
    bigint: 2n ** 200n,
    class: class A {},
    buffer: new ArrayBuffer(3),
    undefined: undefined,
  };
}

const TYPES =
  'INT, BIGINT, DOUBLE, DECIMAL(10;2), STRING, BOOLEAN, BYTES, DATE, TIME, TIMESTAMP(3), ARRAY<INT>, MAP<STRING;INT>, ROW<a INT>, MULTISET<STRING>'
    .split(', ')
    .map((type) => type.replace(';', ', '));

test.each(Object.entries(strangers()))('%s is a value or a TableError', async (_, value) => {
  const attempts = [
    () => tEnv.fromValues([[value]]).toArray(),
    () => tEnv.fromValues([[[value]]]).toArray(),
    async () => (await tEnv.executeSql('SELECT ?', { params: [value] })).toArray(),
    ...TYPES.map((type) => () => tEnv.fromValues([[value]], `a ${type}`).toArray()),
    ...TYPES.map((type) => () => tEnv.fromIterable([[value]], `a ${type}`).toArray()),
  ];
  for (const attempt of attempts) {
    const outcome = await Promise.resolve()
      .then(attempt)
      .catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(TableError);
  }
  expect({}).not.toHaveProperty('a');
});

test('a signal that is none is refused, and the environment closes', async () => {
  const env = TableEnvironment.create();
  for (const signal of [1, {}, 'x', () => 1]) {
    // What the types forbid, and JavaScript does not.
    const options = { signal } as unknown as { signal: AbortSignal };
    const attempt = (async () => (await env.executeSql('SELECT 1', options)).toArray())();
    await expect(attempt).rejects.toBeInstanceOf(TableError);
  }
  await env.close();
});

test('a key of the configuration is a text', async () => {
  const config = tEnv.getConfig();
  for (const key of [Symbol('s'), 1, {}, null]) {
    // What the types forbid, and JavaScript does not.
    expect(() => config.set(key as unknown as string, '1')).toThrow(TableError);
    expect(() => config.set('some.key', Object(key) as unknown as string)).toThrow(TableError);
  }
  expect(await tEnv.fromValues([[1]], 'a INT').toArray()).toEqual([{ a: 1 }]);
});

test('a name that is too long for the file system is an error of that file', () => {
  expect(() => tEnv.fromFile(`/tmp/${'x'.repeat(300)}.csv`)).toThrow(
    expect.objectContaining({ code: 'FILE_ERROR' }),
  );
});

test.runIf(process.platform === 'linux')('a folder that takes no folders is refused', async () => {
  await tEnv.executeSql(
    "CREATE TABLE nowhere (n INT) WITH ('connector' = 'filesystem', 'path' = '/proc/none/x.csv')",
  );
  await expect(tEnv.executeSql('INSERT INTO nowhere VALUES (1)')).rejects.toMatchObject({
    code: 'FILE_ERROR',
  });
});
