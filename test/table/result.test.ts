import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Decimal, TableEnvironment, type TableResult } from '../../src/index.ts';

let tEnv: TableEnvironment;
beforeEach(async () => {
  tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
  await tEnv.executeSql(
    `CREATE TABLE endless (n BIGINT) WITH ('connector' = 'datagen',
     'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '100000000000')`,
  );
});
afterEach(() => tEnv.close());

const ALL = `SELECT 9007199254740993 AS big, CAST(7 AS BIGINT) AS small, 1.50 AS d,
  TIMESTAMP '2024-01-02 03:04:05.678' AS ts, DATE '2024-01-02' AS date_, X'00ff' AS data,
  MAP['a', 1] AS m, ARRAY[CAST(NULL AS BIGINT)] AS items, CAST('NaN' AS DOUBLE) AS nan,
  ROW(1, 'x') AS r`;

const withCode = (code: string) => expect.objectContaining({ code });

describe('type mapping of one call', () => {
  test('bigint, decimal, timestamp, in collect, changes and toArray', async () => {
    const typeMapping = { bigint: 'number-if-safe', decimal: 'number', timestamp: 'date' } as const;
    const expected = { big: 9007199254740993n, small: 7, d: 1.5, date_: new Date('2024-01-02') };
    const options = { typeMapping };
    const [row] = await (await tEnv.executeSql(ALL)).toArray(options);
    expect(row).toMatchObject({ ...expected, ts: new Date('2024-01-02T03:04:05.678Z') });
    for await (const collected of (await tEnv.executeSql(ALL)).collect(options)) {
      expect(collected).toEqual(row);
    }
    for await (const change of (await tEnv.executeSql(ALL)).changes(options)) {
      expect(change).toEqual({ kind: '+I', row });
    }
    const texts = { bigint: 'string', decimal: 'string', timestamp: 'string' } as const;
    const [asText] = await (await tEnv.executeSql(ALL)).toArray({ typeMapping: texts });
    expect(asText).toMatchObject({ small: '7', d: '1.50', ts: '2024-01-02T03:04:05.678' });
  });

  test('goes before the environment’s, key by key', async () => {
    tEnv.getConfig().set('table.result.type-mapping.bigint', 'string');
    tEnv.getConfig().set('table.result.type-mapping.decimal', 'string');
    const mapping = { typeMapping: { decimal: 'Decimal' } } as const;
    const [row] = await (await tEnv.executeSql(ALL)).toArray(mapping);
    expect(row).toMatchObject({ small: '7', d: Decimal.from('1.50') });
  });
});

describe('JSON', () => {
  const line = JSON.stringify({
    big: '9007199254740993',
    small: 7,
    d: '1.50',
    ts: '2024-01-02T03:04:05.678',
    date_: '2024-01-02',
    data: 'AP8=',
    m: { a: 1 },
    items: [null],
    nan: 'NaN',
    r: { EXPR$0: 1, EXPR$1: 'x' },
  });

  test('text of all rows, whatever their types', async () => {
    expect(await (await tEnv.executeSql(ALL)).toJson()).toBe(`[${line}]`);
    const none = await tEnv.executeSql('SELECT 1 AS a WHERE FALSE');
    expect(await none.toJson()).toBe('[]');
  });

  test('a stream of bytes, a row a line', async () => {
    const stream = (await tEnv.executeSql(`${ALL} UNION ALL ${ALL}`)).toReadable({
      format: 'json',
    });
    expect(await text(stream)).toBe(`${line}\n${line}\n`);
  });
});

describe('toReadable', () => {
  test('streams rows, and options of rows', async () => {
    const result = await tEnv.executeSql('SELECT n FROM endless LIMIT 3');
    const rows = await result.toReadable({ rowFormat: 'array' }).toArray();
    expect(rows).toEqual([[1n], [2n], [3n]]);
  });

  test('destroyed in the middle: the query ends', async () => {
    const result = await tEnv.executeSql('SELECT n FROM endless');
    for await (const row of result.toReadable()) {
      expect(row).toEqual({ n: 1n });
      break;
    }
    await expect(result.jobClient?.result).rejects.toThrow(withCode('CANCELLED'));
  });

  test('an error of the query is the stream’s', async () => {
    const result = await tEnv.executeSql("SELECT CAST('x' AS INT) AS a");
    await expect(result.toReadable().toArray()).rejects.toThrow(withCode('CAST_FAILED'));
    expect(() => result.toReadable({ format: 'xml' as never })).toThrow(
      withCode('INVALID_ARGUMENT'),
    );
  });
});

describe('jobs', () => {
  test('of a query: from created to finished', async () => {
    const result = await tEnv.executeSql('SELECT n FROM endless LIMIT 2');
    const job = result.getJobClient();
    expect(job?.jobId).toMatch(/^[0-9a-f-]{36}$/);
    expect(job?.status()).toBe('CREATED');
    await result.wait();
    expect(job?.status()).toBe('RUNNING');
    expect(await result.toArray()).toEqual([{ n: 1n }, { n: 2n }]);
    expect(job?.status()).toBe('FINISHED');
    expect(await job?.result).toEqual({ rows: 2, rowsSkipped: 0, functions: {} });
    await expect(job?.stopWithSavepoint('/x')).rejects.toThrow(withCode('NOT_IMPLEMENTED'));
  });

  test('cancelled while they run, before, and after', async () => {
    const sum = await tEnv.executeSql('SELECT SUM(n) AS s FROM endless');
    const reading = expect(sum.toArray()).rejects.toThrow(withCode('CANCELLED'));
    await turn();
    await sum.jobClient?.cancel();
    await reading;
    expect(sum.jobClient?.status()).toBe('CANCELED');
    const never = await tEnv.executeSql('SELECT n FROM endless');
    await never.jobClient?.cancel();
    await expect(never.toArray()).rejects.toThrow(withCode('CANCELLED'));
    const done = await tEnv.executeSql('SELECT 1 AS a');
    await done.toArray();
    await done.jobClient?.cancel();
    expect(done.jobClient?.status()).toBe('FINISHED');
  });

  test('that fail', async () => {
    const result = await tEnv.executeSql("SELECT CAST('x' AS INT) AS a");
    await expect(result.wait()).rejects.toThrow(withCode('CAST_FAILED'));
    await expect(result.toArray()).rejects.toThrow(withCode('CAST_FAILED'));
    expect(result.jobClient?.status()).toBe('FAILED');
    await expect(result.jobClient?.result).rejects.toThrow(withCode('CAST_FAILED'));
  });

  test('a job that is waited for before it is read keeps its rows', async () => {
    const result = await tEnv.executeSql('SELECT x FROM (VALUES (1), (2)) AS t (x)');
    expect((await result.jobClient?.result)?.rows).toBe(2);
    expect(await result.toArray()).toEqual([{ x: 1 }, { x: 2 }]);
    const failing = await tEnv.executeSql("SELECT CAST(s AS INT) FROM (VALUES ('a')) AS t (s)");
    await expect(failing.jobClient?.result).rejects.toThrow(withCode('CAST_FAILED'));
    await expect(failing.toArray()).rejects.toThrow(withCode('CAST_FAILED'));
  });

  test('there is none behind rows that are known', async () => {
    expect((await tEnv.executeSql('SHOW TABLES')).jobClient).toBeNull();
    const result = await tEnv.executeSql('CREATE TABLE t (a INT)');
    await result.wait();
    expect(result.jobClient).toBeNull();
    expect(result.getResultKind()).toBe('SUCCESS');
    expect(String(result.getTableSchema().columns[0]?.dataType)).toBe('STRING');
  });

  test('wait gives up after its time, and the query goes on', async () => {
    const result = await tEnv.executeSql('SELECT SUM(n) AS s FROM endless');
    await expect(result.wait(5)).rejects.toThrow(withCode('WAIT_TIMEOUT'));
    expect(result.jobClient?.status()).toBe('RUNNING');
    await result.jobClient?.cancel();
    await expect(result.toArray()).rejects.toThrow(withCode('CANCELLED'));
  });
});

describe('what is dropped', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;

  /** Collects garbage, and lets what follows from that happen, until `done`. */
  async function until(done: () => boolean): Promise<void> {
    for (let i = 0; i < 200 && !done(); i++) {
      collectGarbage();
      await turn();
    }
    expect(done()).toBe(true);
  }

  const usedBytes = () => TableEnvironment.sessionOf(tEnv).engine.arena.usedBytes;

  test.each([
    ['collect', (result: TableResult) => result.collect()],
    ['changes', (result: TableResult) => result.changes()],
    ['batches', (result: TableResult) => result.batches()],
    ['wait', (result: TableResult) => ({ next: () => result.wait() })],
  ])('%s, pulled and never ended: its run ends, and its memory is free', async (_, read) => {
    const sql = 'SELECT n FROM endless WHERE n > 0';
    // What stays with the environment is there after a first run.
    for await (const _ of (await tEnv.executeSql(sql)).collect()) break;
    const before = usedBytes();
    const pull = async () => {
      const result = await tEnv.executeSql(sql);
      await read(result).next();
      return result.jobClient;
    };
    const job = await pull();
    expect(job?.status()).toBe('RUNNING');
    await until(() => job?.status() === 'CANCELED');
    expect(usedBytes()).toBe(before);
  });

  test('a result that is never read: the rows it was to read are freed once they are replaced', async () => {
    await tEnv.executeSql('CREATE TABLE numbers (n INT)');
    const empty = usedBytes();
    await tEnv.executeSql('INSERT INTO numbers VALUES (1), (2)');
    await (async () => void (await tEnv.executeSql('SELECT n FROM numbers')))();
    await tEnv.executeSql('TRUNCATE TABLE numbers');
    await until(() => usedBytes() === empty);
    expect((await tEnv.memory()).tables).toEqual([]);
  });

  test('a job that is kept without its result reads the rows of its call', async () => {
    await tEnv.executeSql('CREATE TABLE numbers (n INT)');
    await tEnv.executeSql('INSERT INTO numbers VALUES (1), (2)');
    const job = await (async () => (await tEnv.executeSql('SELECT n FROM numbers')).jobClient)();
    await tEnv.executeSql('TRUNCATE TABLE numbers');
    for (let i = 0; i < 5; i++) {
      collectGarbage();
      await turn();
    }
    expect((await job?.result)?.rows).toBe(2);
  });

  test('a reader that is kept goes on', async () => {
    const result = await tEnv.executeSql('SELECT n FROM endless');
    const rows = result.collect();
    await rows.next();
    for (let i = 0; i < 5; i++) {
      collectGarbage();
      await turn();
    }
    expect(result.jobClient?.status()).toBe('RUNNING');
    expect(await rows.next()).toEqual({ done: false, value: { n: 2n } });
    await rows.return();
    expect(result.jobClient?.status()).toBe('CANCELED');
  });
});
