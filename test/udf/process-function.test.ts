import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  col,
  DataTypes,
  descriptor,
  ProcessTableFunction,
  ptf,
  TableEnvironment,
  udf,
} from '../../src/index.ts';

const { BIGINT, INT, STRING } = DataTypes;

/** Counts the words of each key, and says so at the end of its time. */
const tally = ptf(
  {
    *eval({ state }, { input, step }) {
      const count = (state.count.value() ?? 0) + (step ?? 1);
      state.count.update(count);
      state.words.add(input.word);
      state.by.put(input.word, (state.by.get(input.word) ?? 0n) + 1n);
      yield [state.words.get().join(''), count];
    },
  },
  {
    arguments: {
      input: { table: 'set', columns: { word: STRING().notNull() } },
      step: { type: INT(), optional: true },
    },
    state: {
      count: { value: INT() },
      words: { list: STRING() },
      by: { map: [STRING(), BIGINT()] },
    },
    resultTypes: [STRING(), INT()],
    resultNames: ['words', 'n'],
  },
);

let env: TableEnvironment;
beforeAll(async () => {
  env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
  env.createTemporarySystemFunction('tally', tally);
  await env.executeSql('CREATE TABLE t (k STRING, word STRING, ts TIMESTAMP(3))');
  await env.executeSql(`INSERT INTO t VALUES
    ('x', 'a', TIMESTAMP '2024-01-01 00:00:03'), ('y', 'b', TIMESTAMP '2024-01-01 00:00:02'),
    ('x', 'c', TIMESTAMP '2024-01-01 00:00:01'), (CAST(NULL AS STRING), 'd', TIMESTAMP '2024-01-01 00:00:04')`);
});
afterAll(() => env.close());

async function rows(sql: string): Promise<unknown[]> {
  return (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
}

function shown(result: unknown[]): string[] {
  return (result as unknown[][]).map((row) => row.join(' ')).sort();
}

describe('in SQL', () => {
  test('arguments by position and by name, DEFAULT and what is left out', async () => {
    const expected = [
      [null, 'd', 1],
      ['x', 'a', 1],
      ['x', 'ac', 2],
      ['y', 'b', 1],
    ];
    const calls = [
      'tally(TABLE t PARTITION BY k)',
      'tally(TABLE t PARTITION BY k, DEFAULT)',
      'tally(TABLE t PARTITION BY k, 1)',
      'tally(input => TABLE t PARTITION BY k)',
      "tally(step => 1, INPUT => TABLE t PARTITION BY k, uid => 'counts')",
      'TABLE(tally((SELECT k, word FROM t) PARTITION BY k, 2 - 1))',
    ];
    for (const call of calls) {
      const found = await rows(`SELECT * FROM ${call}`);
      expect(shown(found), call).toEqual(shown(expected));
    }
  });

  test('rows with NULL in a column that is NOT NULL are passed over', async () => {
    const input = "(SELECT k, NULLIF(word, 'a') AS word FROM t)";
    const found = await rows(`SELECT * FROM tally(${input} PARTITION BY k) WHERE k = 'x'`);
    expect(found).toEqual([['x', 'c', 1]]);
  });

  test('ORDER BY, the time of on_time, names that meet, aliases and joins', async () => {
    const result = await env.executeSql(
      'SELECT * FROM tally(input => TABLE t PARTITION BY k ORDER BY ts, on_time => DESCRIPTOR(ts))',
    );
    expect(result.schema.columns.map(({ name, dataType }) => `${name} ${dataType}`)).toEqual([
      'k STRING',
      'words STRING',
      'n INT',
      'rowtime TIMESTAMP(3)',
    ]);
    expect(shown(await result.toArray({ rowFormat: 'array' }))).toEqual([
      ' d 1 2024-01-01T00:00:04',
      'x c 1 2024-01-01T00:00:01',
      'x ca 2 2024-01-01T00:00:03',
      'y b 1 2024-01-01T00:00:02',
    ]);
    const joined = `SELECT c.words, t.word FROM tally(TABLE t PARTITION BY k ORDER BY word DESC) AS c(key, words, n)
      JOIN t ON t.k = c.key WHERE c.n = 2 ORDER BY 2`;
    expect(await rows(joined)).toEqual([
      ['ca', 'a'],
      ['ca', 'c'],
    ]);
    const same = ptf(
      {
        *eval(_, { input }) {
          yield [input['k']];
        },
      },
      { arguments: { input: { table: 'set' } }, resultTypes: [STRING()], resultNames: ['k'] },
    );
    env.createTemporarySystemFunction('same_name', same);
    const named = await env.executeSql('SELECT * FROM same_name(TABLE t PARTITION BY k)');
    expect(named.schema.columns.map(({ name }) => name)).toEqual(['k', 'k0']);
    await named.toArray();
  });

  test('a function that makes no rows takes no more memory for more batches', async () => {
    const silent = ptf(
      { eval: () => undefined },
      {
        arguments: { input: { table: 'row' } },
        resultTypes: [STRING(), STRING(), STRING(), STRING()],
      },
    );
    const one = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
    one.createTemporarySystemFunction('silent', silent);
    const memory: unknown[] = [];
    for (const rowCount of [20_000, 400_000]) {
      const name = `numbers_${rowCount}`;
      await one.executeSql(`CREATE TABLE ${name} (n INT)`);
      await one.fromValues(Array.from({ length: rowCount }, (_, n) => [n])).executeInsert(name);
      const { plans } = await one.explainAnalyze(`SELECT * FROM silent(input => TABLE ${name})`);
      memory.push(plans[0]!.measured?.memoryBytes);
    }
    await one.close();
    expect(memory).toEqual([2 ** 16, 2 ** 16]);
  });

  test('EXPLAIN', async () => {
    const sql = 'SELECT n FROM tally(input => TABLE t PARTITION BY k ORDER BY ts DESC, step => 2)';
    expect(await env.explainSql(sql)).toMatchInlineSnapshot(`
      "== Abstract Syntax Tree ==
      LogicalProject(n=[n])
      +- LogicalProcessTable(invocation=[tally(input => TABLE(word), step => 2)], partitionBy=[k], orderBy=[ts DESC], select=[k, words, n])
         +- LogicalTableScan(table=[[default_catalog, default_database, t]], fields=[k, word, ts])

      == Optimized Physical Plan ==
      Calc(select=[n]): rows=4
      +- ProcessTable(invocation=[tally(input => TABLE(word), step => 2)], partitionBy=[k], orderBy=[ts DESC], select=[k, words, n]): rows=4
         +- TableSourceScan(table=[[default_catalog, default_database, t]], fields=[k, word, ts]): rows=4

      == Optimized Execution Plan ==
      Calc(select=[n])
      +- ProcessTable(invocation=[tally(input => TABLE(word), step => 2)], partitionBy=[k], orderBy=[ts DESC], select=[k, words, n])
         +- TableSourceScan(table=[[default_catalog, default_database, t]], fields=[k, word, ts])

      == User-Defined Functions ==
      tally(input => TABLE(word), step => 2): ProcessTable in workers, about 4 rows
      "
    `);
  });

  test.each([
    [
      'tally(TABLE t)',
      "the rows of 'input' belong together by columns: write TABLE t PARTITION BY k",
    ],
    ['tally()', "'input' is missing"],
    ['tally(1)', "'input' is a table: write input => TABLE t"],
    [
      'tally(inputs => TABLE t PARTITION BY k)',
      "it has no argument 'inputs', but input, step and on_time",
    ],
    ['tally(TABLE t PARTITION BY k, step => 1)', 'either all arguments have a name or none'],
    ['tally(step => 1, step => 2)', "'step' is given twice"],
    ['tally(TABLE t PARTITION BY k, TABLE t)', "'step' is a value of type INT"],
    ["tally(TABLE t PARTITION BY k, DATE '2024-01-01')", "'step' must be INT, not DATE NOT NULL"],
    ['tally(TABLE t PARTITION BY k, RAND_INTEGER(3))', "'step' must be the same for all rows"],
    ['tally(TABLE t PARTITION BY k || word)', 'PARTITION BY takes columns'],
    ['tally((SELECT k FROM t) PARTITION BY k)', "the table 'input' has no column 'word'"],
    [
      'tally((SELECT k, ts AS word FROM t) PARTITION BY k)',
      "the column 'word' of 'input' must be STRING NOT NULL, but is TIMESTAMP(3)",
    ],
    [
      'tally(input => TABLE t PARTITION BY k, on_time => DESCRIPTOR(word))',
      "column 'word' is STRING, not a timestamp",
    ],
    [
      'tally(input => TABLE t PARTITION BY k, on_time => DESCRIPTOR(tz))',
      'on_time is DESCRIPTOR(column), with one column of each table',
    ],
  ])('%s is an error', async (call, reason) => {
    await expect(rows(`SELECT * FROM ${call}`)).rejects.toMatchObject({
      code: 'PROCESS_TABLE',
      message: expect.stringContaining(reason),
    });
  });

  test('where no table may stand', async () => {
    await expect(rows('SELECT tally(1)')).rejects.toMatchObject({
      code: 'TABLE_FUNCTION_NOT_ALLOWED',
    });
  });
});

describe('rows by themselves', () => {
  const twice = ptf(
    {
      *eval(_, { input, times }) {
        for (let i = 1; i <= times; i++) yield `${input['word']}${i}`;
      },
    },
    {
      arguments: {
        input: { table: 'row', passColumnsThrough: true },
        times: INT().notNull(),
      },
      resultTypes: STRING(),
      resultNames: ['made'],
    },
  );
  beforeAll(() => env.createTemporarySystemFunction('twice', twice));

  test('all columns pass through; several rows a call, and none', async () => {
    expect(await rows("SELECT k, made FROM twice(TABLE t, 2) WHERE k = 'x'")).toEqual([
      ['x', 'a1'],
      ['x', 'a2'],
      ['x', 'c1'],
      ['x', 'c2'],
    ]);
    expect(await rows('SELECT * FROM twice(TABLE t, 0)')).toEqual([]);
    expect(await rows('SELECT * FROM twice(TABLE t, CAST(NULL AS INT))')).toEqual([]);
  });

  test('have no keys', async () => {
    await expect(rows('SELECT * FROM twice(TABLE t PARTITION BY k, 2)')).rejects.toThrow(
      /by themselves and have no PARTITION BY/,
    );
  });
});

/** Reminds of what was last seen, ten seconds later, unless something else was seen meanwhile. */
class Reminder extends ProcessTableFunction {
  *eval(
    context: import('../../src/index.ts').ProcessContext<{
      last: { value: ReturnType<typeof STRING> };
    }>,
    { input }: { readonly input: Readonly<Record<string, unknown>> },
  ) {
    const time = context.timeContext();
    context.state.last.update(String(input['word']));
    const now = time.time() as import('temporal-polyfill').Temporal.PlainDateTime;
    time.registerOnTime('later', now.add({ seconds: 10 }));
    time.registerOnTime(now.add({ seconds: 1 }));
    if (input['word'] === 'a') time.clearTimer(now.add({ seconds: 1 }));
    yield [`saw ${input['word']} at ${now}`];
  }
  override *onTimer(
    context: import('../../src/index.ts').OnTimerContext<{
      last: { value: ReturnType<typeof STRING> };
    }>,
  ) {
    const name = context.currentTimer();
    yield [`${name ?? 'unnamed'} ${context.state.last.value()}`];
    if (name === 'later') {
      context.clearAll();
      context.timeContext().registerOnTime('again', '2030-01-01T00:00');
    }
  }
}

describe('timers', () => {
  beforeAll(() => {
    const reminder = ptf(new Reminder(), {
      arguments: { input: { table: 'set' } },
      state: { last: { value: STRING() } },
      resultTypes: [STRING()],
      resultNames: ['text'],
    });
    env.createTemporarySystemFunction('reminder', reminder);
    const clock = ptf(
      {
        eval: (context, { input }) => context.timeContext().registerOnTime(input['ts']),
        onTimer: () => undefined,
      },
      { arguments: { input: { table: 'set' } }, resultTypes: [STRING()] },
    );
    env.createTemporarySystemFunction('clock', clock);
  });

  test('come in the order of time at the end of their partition', async () => {
    const sql = `SELECT text, rowtime FROM reminder(input => TABLE t PARTITION BY k ORDER BY ts,
      on_time => DESCRIPTOR(ts)) WHERE k = 'x'`;
    const found = (await rows(sql)) as unknown[][];
    expect(found.map((row) => row.join(' | '))).toEqual([
      'saw c at 2024-01-01T00:00:01 | 2024-01-01T00:00:01',
      'saw a at 2024-01-01T00:00:03 | 2024-01-01T00:00:03',
      'unnamed a | 2024-01-01T00:00:02',
      'later a | 2024-01-01T00:00:13',
      'again null | 2030-01-01T00:00:00',
    ]);
  });

  test("without 'on_time' times are instants: another one says what is missing", async () => {
    await expect(rows('SELECT * FROM clock(TABLE t PARTITION BY k)')).rejects.toMatchObject({
      code: 'UDF_PROCESS',
      message: expect.stringContaining("the call has no 'on_time'"),
      hint: expect.stringContaining('on_time => DESCRIPTOR(ts)'),
    });
  });

  test('need a method, and a set', async () => {
    const none = ptf(
      {
        eval(context) {
          context.timeContext().registerOnTime(new Date(0));
        },
      },
      { arguments: { input: { table: 'set' } }, resultTypes: [STRING()] },
    );
    await expect(env.from('t').partitionBy(col('k')).process(none).toArray()).rejects.toMatchObject(
      {
        code: 'UDF_PROCESS',
        message: expect.stringContaining("timers need a method 'onTimer'"),
      },
    );
  });
});

describe('several tables', () => {
  const last = ptf(
    {
      *eval({ state }, { visits, purchases }) {
        if (purchases !== null) state.item.update(String(purchases['item']));
        else yield [`${visits['name']} ${state.item.value()}`];
      },
    },
    {
      arguments: { visits: { table: 'set' }, purchases: { table: 'set' } },
      state: { item: { value: STRING() } },
      resultTypes: [STRING()],
      resultNames: ['text'],
    },
  );

  test('meet by their keys, in the order of their time', async () => {
    env.createTemporarySystemFunction('last_purchase', last);
    await env.executeSql('CREATE TABLE visits (name STRING, vt TIMESTAMP(3))');
    await env.executeSql('CREATE TABLE purchases (pt TIMESTAMP(3), customer STRING, item STRING)');
    await env.executeSql(`INSERT INTO visits VALUES ('Bob', TIMESTAMP '2024-01-01 10:00:00'),
      ('Bob', TIMESTAMP '2024-01-01 12:00:00'), ('Ada', TIMESTAMP '2024-01-01 10:30:00')`);
    await env.executeSql(`INSERT INTO purchases VALUES
      (TIMESTAMP '2024-01-01 11:00:00', 'Bob', 'tea'), (TIMESTAMP '2024-01-01 10:00:00', 'Ada', 'cake')`);
    const result = await env.executeSql(`SELECT * FROM last_purchase(
      visits => TABLE visits PARTITION BY name, purchases => TABLE purchases PARTITION BY customer,
      on_time => DESCRIPTOR(vt, pt))`);
    expect(result.schema.columns.map(({ name }) => name)).toEqual([
      'name',
      'customer',
      'text',
      'rowtime',
    ]);
    expect(shown(await result.toArray({ rowFormat: 'array' }))).toEqual([
      'Ada Ada Ada cake 2024-01-01T10:30:00',
      'Bob Bob Bob null 2024-01-01T10:00:00',
      'Bob Bob Bob tea 2024-01-01T12:00:00',
    ]);
    const call = env.fromCall('last_purchase', {
      purchases: env.from('purchases').partitionBy(col('customer')),
      visits: env.from('visits').partitionBy(col('name')),
      on_time: descriptor('vt', 'pt'),
    });
    expect((await call.toArray()).length).toBe(3);
    await expect(
      rows(
        'SELECT * FROM last_purchase(TABLE visits PARTITION BY name, TABLE purchases PARTITION BY pt)',
      ),
    ).rejects.toThrow(/column 1 of PARTITION BY must have one type in all tables/);
  });
});

describe('in the Table API', () => {
  test('partitionBy, orderBy and process; fromCall; functions without a name', async () => {
    const t = env.from('t');
    const expected = shown(
      await rows('SELECT * FROM tally(TABLE t PARTITION BY k ORDER BY word, 5)'),
    );
    const sorted = t.partitionBy(col('k')).orderBy(col('word'));
    for (const table of [
      sorted.process('tally', 5),
      sorted.process(tally, { step: 5 }),
      env.fromCall(tally, sorted, 5),
      env.fromCall('tally', { step: 5, input: sorted }),
    ]) {
      expect(shown(await table.toArray({ rowFormat: 'array' }))).toEqual(expected);
    }
    const each = ptf(
      {
        *eval(_, { input }) {
          yield String(input['word']).toUpperCase();
        },
      },
      { arguments: { input: { table: 'row' } }, resultTypes: [STRING()], resultNames: ['up'] },
    );
    expect(await t.process(each).toArray()).toEqual(['A', 'B', 'C', 'D'].map((up) => ({ up })));
    const plain = udf([INT()], INT(), (n) => n);
    expect(() => t.process(plain, { n: 1 })).toThrow(/no table function/);
    expect(() => t.process('tally')).toThrow(/belong together/);
    expect(() => descriptor()).toThrow(/names of columns/);
  });
});

test('many keys on several threads, and one set of all rows', async () => {
  await using threads = TableEnvironment.create({
    config: { 'parallelism.default': 2, 'table.exec.inline-rows': 0 },
  });
  const numbers = Array.from({ length: 20_000 }, (_, n) => ({ k: n % 100, n }));
  await threads.executeSql('CREATE TABLE numbers (k INT, n INT)');
  await threads.fromValues(numbers).executeInsert('numbers');
  const sum = ptf(
    {
      *eval({ state }, { input }) {
        const total = (state.total.value() ?? 0n) + BigInt(Number(input['n']));
        state.total.update(total);
        state.rows.update((state.rows.value() ?? 0) + 1);
        if (state.rows.value() === 200 || total === 199_990_000n) yield [total];
      },
    },
    {
      arguments: { input: { table: 'set', optionalPartitionBy: true } },
      state: { total: { value: BIGINT() }, rows: { value: INT() } },
      resultTypes: [BIGINT()],
      resultNames: ['total'],
    },
  );
  const by = threads.from('numbers').partitionBy(col('k'));
  const sums = await by.process(sum).toArray({ rowFormat: 'array' });
  const expected = await (
    await threads.executeSql('SELECT k, CAST(SUM(n) AS BIGINT) FROM numbers GROUP BY k')
  ).toArray({ rowFormat: 'array' });
  expect(shown(sums)).toEqual(shown(expected));
  expect(by.process(sum).explain()).toMatch(/ProcessTable.*partitionBy=\[k\][\s\S]*hash\[k\]/);
  const all = await threads.from('numbers').process(sum).toArray({ rowFormat: 'array' });
  expect(all.at(-1)).toEqual([199_990_000n]);
});

describe('what goes wrong names the function', () => {
  const broken = (evaluate: (...args: never[]) => unknown) =>
    env
      .from('t')
      .partitionBy(col('k'))
      .process(
        ptf(
          { eval: evaluate as never },
          {
            name: 'broken',
            arguments: { input: { table: 'set' } },
            state: {
              n: { value: INT() },
              words: { list: STRING() },
              by: { map: [STRING(), INT()] },
            },
            resultTypes: [INT()],
          },
        ),
      )
      .toArray();
  type Any = {
    state: {
      n: { update(v: unknown): void };
      words: { add(v: unknown): void };
      by: { put(k: unknown, v: unknown): void };
    };
    clearState(name: string): void;
    tableSemanticsFor(name: string): unknown;
  };

  test('rows, states and names that do not fit', async () => {
    await expect(broken(() => [['x']])).rejects.toMatchObject({ code: 'UDF_RESULT' });
    await expect(broken(() => 5)).rejects.toMatchObject({ code: 'UDF_RESULT' });
    await expect(
      broken(() => {
        throw new Error('no');
      }),
    ).rejects.toMatchObject({ code: 'UDF_FAILED' });
    await expect(
      broken(function* () {
        yield [1];
        throw new Error('late');
      }),
    ).rejects.toMatchObject({
      code: 'UDF_FAILED',
    });
    await expect(broken((c: Any) => c.state.n.update('x'))).rejects.toMatchObject({
      code: 'UDF_STATE',
      message: "The state 'n' of function 'broken' must be INT, but is given 'x'.",
    });
    await expect(broken((c: Any) => c.state.words.add(5))).rejects.toMatchObject({
      code: 'UDF_STATE',
    });
    await expect(broken((c: Any) => c.state.by.put('a', 'b'))).rejects.toMatchObject({
      code: 'UDF_STATE',
    });
    await expect(broken((c: Any) => c.clearState('m'))).rejects.toMatchObject({
      code: 'UDF_PROCESS',
    });
    await expect(broken((c: Any) => c.tableSemanticsFor('x'))).rejects.toMatchObject({
      code: 'UDF_PROCESS',
    });
  });

  test('states are changed by their methods: nothing would keep what is assigned', async () => {
    const assigned = (state: string, hint: string) => ({
      code: 'UDF_STATE_ASSIGNED',
      message: expect.stringContaining(`'broken' changes 'state.${state}' itself`),
      hint,
    });
    type Loose = { state: Record<string, unknown> };
    const set = (state: string) =>
      broken(new Function('c', `c.state.${state} = 5`) as (c: Loose) => void);
    await expect(set('n')).rejects.toMatchObject(assigned('n', 'Write state.n.update(value).'));
    await expect(set('words')).rejects.toMatchObject(
      assigned('words', 'Write state.words.add(item).'),
    );
    await expect(set('by')).rejects.toMatchObject(
      assigned('by', 'Write state.by.put(key, value).'),
    );
    await expect(set('word')).rejects.toMatchObject(assigned('word', "Did you mean 'words'?"));
    await expect(set('other')).rejects.toMatchObject(
      assigned('other', "Declare it in the option 'state' of ptf(...)."),
    );
    const removed = broken((c: Loose) => {
      delete c.state['n'];
    });
    await expect(removed).rejects.toMatchObject({ code: 'UDF_STATE_ASSIGNED' });
    await expect(
      broken((c: Loose) => {
        c.state = { n: 5 };
      }),
    ).rejects.toMatchObject({ code: 'UDF_FAILED' });
    await expect(
      broken(({ state }: { state: { n: { value: unknown } } }) => {
        state.n.value = 5;
      }),
    ).rejects.toMatchObject({ code: 'UDF_FAILED' });
  });

  test('declarations', () => {
    const target = { *eval() {} };
    const declare = (options: object) => () => ptf(target, options as never);
    const result = { resultTypes: [INT()] };
    expect(declare({ ...result })).toThrow(/arguments must be an object/);
    expect(declare({ ...result, arguments: { n: INT() } })).toThrow(
      /one of its arguments must be a table/,
    );
    expect(declare({ ...result, arguments: { t: { table: 'x' } } })).toThrow(
      /'t' must be a DataTypes value/,
    );
    expect(declare({ ...result, arguments: { uid: INT() } })).toThrow(
      /has an argument 'uid' of its own/,
    );
    const row = { t: { table: 'row' } };
    expect(declare({ ...result, arguments: row, state: { n: { value: INT() } } })).toThrow(
      /have no state/,
    );
    expect(declare({ ...result, arguments: { ...row, u: { table: 'set' } } })).toThrow(
      /several tables/,
    );
    const set = { t: { table: 'set' } };
    expect(declare({ ...result, arguments: set, state: { n: INT() } })).toThrow(
      /the state 'n' must be/,
    );
    expect(declare({ arguments: set })).toThrow(/resultTypes must be/);
    expect(declare({ ...result, arguments: set, speed: 1 })).toThrow(/speed/);
    expect(declare({ ...result, arguments: set, passColumnsThrough: true })).toThrow(
      /Supported options: arguments, state, resultTypes,/,
    );
    expect(declare({ ...result, arguments: { t: { table: 'set', passThrough: true } } })).toThrow(
      /option 'passThrough' of the argument 't'/,
    );
  });
});

test('a function from a module', async () => {
  const url = new URL('./functions.ts', import.meta.url).href;
  await env.executeSql(
    `CREATE TEMPORARY FUNCTION numbered AS '${url}#numbered' LANGUAGE JAVASCRIPT`,
  );
  const sql = "SELECT text FROM numbered(TABLE t PARTITION BY k) WHERE k = 'x'";
  expect(await rows(sql)).toEqual([['#1 a'], ['#2 c']]);
});
