import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';

const INT = DataTypes.INT();
const STRING = DataTypes.STRING();
const MODULE = 'test/udf/functions.ts';
const NUMBERS = '(VALUES (1), (2), (3)) AS t(a)';

let env: TableEnvironment;
beforeEach(() => {
  env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
});
afterEach(() => env.close());

async function rows(sql: string): Promise<unknown[]> {
  return (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
}

describe('calls in SQL', () => {
  beforeEach(() => {
    env.createTemporarySystemFunction(
      'plus_one',
      udf((n: number) => n + 1, { inputTypes: [INT], resultType: INT }),
    );
    env.createTemporarySystemFunction(
      'shout',
      udf((s: string) => `${s.toUpperCase()}!`, { inputTypes: [STRING], resultType: STRING }),
    );
  });

  test('anywhere an expression stands', async () => {
    expect(await rows(`SELECT PLUS_ONE(plus_one(a)) * 2 FROM ${NUMBERS}`)).toEqual([
      [6],
      [8],
      [10],
    ]);
    expect(await rows(`SELECT a FROM ${NUMBERS} WHERE plus_one(a) > 2 AND a < 3`)).toEqual([[2]]);
    expect(await rows(`SELECT SUM(plus_one(a)) FROM ${NUMBERS}`)).toEqual([[9]]);
    expect(await rows(`SELECT a FROM ${NUMBERS} ORDER BY plus_one(-a) LIMIT 2`)).toEqual([
      [3],
      [2],
    ]);
    expect(
      await rows("SELECT shout(s), COUNT(*) FROM (VALUES ('a'), ('a')) AS t(s) GROUP BY shout(s)"),
    ).toEqual([['A!', 2n]]);
    expect(await rows("VALUES (shout('a')), ('b')")).toEqual([['A!'], ['b']]);
    expect(await rows('SELECT plus_one(CAST(1 AS SMALLINT))')).toEqual([[2]]);
  });

  test('once for a filter below a join and what is shown above it', async () => {
    await env.executeSql(`CREATE VIEW matched AS SELECT * FROM (VALUES (2, 'x'), (3, 'y'), (3, 'z'))
      AS u(b, s)`);
    for (const [join, where, expected] of [
      ['JOIN', 'plus_one(a) > 2', ['[3,"x"]', '[4,"y"]', '[4,"z"]']],
      ['LEFT JOIN', 'plus_one(a) < 4', ['[2,null]', '[3,"x"]']],
    ] as const) {
      const sql = `SELECT plus_one(a), s FROM ${NUMBERS} ${join} matched ON a = b WHERE ${where}`;
      const result = await env.executeSql(sql);
      const found = await result.toArray({ rowFormat: 'array' });
      expect(found.map((row) => JSON.stringify(row)).sort()).toEqual(expected);
      expect(result.metrics()['udf.plus_one']).toMatchObject({ calls: 3 });
    }
  });

  test('in the conditions of joins that keep rows without a match', async () => {
    env.createTemporarySystemFunction(
      'add_up',
      udf((a: number, b: number) => a + b, { inputTypes: [INT, INT], resultType: INT }),
    );
    const pairs = (join: string, on: string) =>
      rows(`SELECT a, b FROM ${NUMBERS} ${join} JOIN (VALUES (2), (3), (5)) AS u(b) ON ${on}`);
    const sorted = (found: unknown[]) => found.map((row) => JSON.stringify(row)).sort();
    // One side: a key of the join.
    expect(sorted(await pairs('LEFT', 'plus_one(a) = b'))).toEqual(['[1,2]', '[2,3]', '[3,null]']);
    expect(sorted(await pairs('FULL', 'plus_one(a) = plus_one(b)'))).toEqual([
      '[1,null]',
      '[2,2]',
      '[3,3]',
      '[null,5]',
    ]);
    expect(sorted(await pairs('INNER', 'plus_one(a) = b'))).toEqual(['[1,2]', '[2,3]']);
    // Both sides, with and without one.
    expect(sorted(await pairs('LEFT', 'add_up(a, b) = 4'))).toEqual(['[1,3]', '[2,2]', '[3,null]']);
    expect(sorted(await pairs('RIGHT', 'add_up(a, b) = 4'))).toEqual([
      '[1,3]',
      '[2,2]',
      '[null,5]',
    ]);
    expect(sorted(await pairs('FULL', 'add_up(a, b) = 4 AND plus_one(a) > 2'))).toEqual([
      '[1,null]',
      '[2,2]',
      '[3,null]',
      '[null,3]',
      '[null,5]',
    ]);
    const exists = (not: string) =>
      rows(
        `SELECT a FROM ${NUMBERS} WHERE ${not} EXISTS (SELECT 1 FROM (VALUES (2), (3)) AS u(b) WHERE add_up(a, b) = 4)`,
      );
    expect(sorted(await exists(''))).toEqual(['[1]', '[2]']);
    expect(sorted(await exists('NOT'))).toEqual(['[3]']);
  });

  test('named arguments', async () => {
    env.createTemporarySystemFunction(
      'lessen',
      udf((a: number, b: number) => a - b, {
        inputTypes: [INT, INT],
        argumentNames: ['base', 'amount'],
        resultType: INT,
      }),
    );
    expect(await rows('SELECT lessen(amount => 1, base => 3), lessen(3, 1)')).toEqual([[2, 2]]);
    for (const [call, message] of [
      ['lessen(3, amount => 1)', 'either all arguments have a name or none'],
      ['lessen(base => 3)', 'they are base, amount'],
      ['lessen(base => 3, amont => 1)', "there is no 'amont'"],
      ['lessen(amount => 3, amount => 1)', "'amount' is given twice"],
      ['plus_one(n => 1)', 'it does not name its arguments'],
      ['UPPER(text => 1)', 'it does not name its arguments'],
    ] as const) {
      await expect(env.executeSql(`SELECT ${call}`)).rejects.toMatchObject({
        code: 'NAMED_ARGUMENTS',
        message: expect.stringContaining(message) as unknown,
      });
    }
    expect(() =>
      udf((a: number) => a, { inputTypes: [INT], argumentNames: ['a', 'b'], resultType: INT }),
    ).toThrow('argumentNames must be a different name for each of inputTypes');
  });

  test('arguments that do not fit name the signature', async () => {
    await expect(env.executeSql("SELECT plus_one('x')")).rejects.toThrow(/plus_one\(INT\)/);
    await expect(env.executeSql('SELECT plus_one(1, 2)')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENTS',
    });
  });

  test('two queries at once: the failure of one does not touch the other', async () => {
    env.createTemporarySystemFunction(
      'fails',
      udf(
        (n: number) => {
          if (n === 2) throw new RangeError('two');
          return n;
        },
        { inputTypes: [INT], resultType: INT },
      ),
    );
    const [good, bad] = await Promise.allSettled([
      rows(`SELECT plus_one(a) FROM ${NUMBERS}`),
      rows(`SELECT fails(a) FROM ${NUMBERS}`),
    ]);
    expect(good).toMatchObject({ status: 'fulfilled', value: [[2], [3], [4]] });
    expect(bad).toMatchObject({
      status: 'rejected',
      reason: { name: 'UdfError', functionName: 'fails', args: [2] },
    });
    expect(await rows('SELECT 1')).toEqual([[1]]);
  });

  test('a function that loops ends by table.exec.udf.timeout', async () => {
    env.getConfig().set('table.exec.udf.timeout', '300 ms');
    env.createTemporarySystemFunction(
      'hangs',
      udf(
        (n: number) => {
          while (n === 2);
          return n;
        },
        { inputTypes: [INT], resultType: INT },
      ),
    );
    await expect(rows(`SELECT hangs(a) FROM ${NUMBERS}`)).rejects.toMatchObject({
      code: 'UDF_TIMEOUT',
      functionName: 'hangs',
    });
    expect(await rows('SELECT 1')).toEqual([[1]]);
  });

  test('a non-deterministic function is called once a row', async () => {
    env.createTemporarySystemFunction(
      'ticket',
      udf(() => Math.random(), {
        inputTypes: [],
        resultType: DataTypes.DOUBLE(),
        deterministic: false,
      }),
    );
    const found = await rows(`SELECT x, x FROM (SELECT ticket() AS x FROM ${NUMBERS})`);
    for (const row of found as [number, number][]) expect(row[0]).toBe(row[1]);
    const [[a, b]] = (await rows('SELECT ticket(), ticket()')) as [[number, number]];
    expect(a).not.toBe(b);
  });
});

describe('CREATE FUNCTION', () => {
  const CREATE = `CREATE TEMPORARY SYSTEM FUNCTION rate AS './${MODULE}#rate' LANGUAGE JAVASCRIPT`;

  test('by a path that starts at the working directory', async () => {
    await env.executeSql(CREATE);
    expect(await rows("SELECT rate('low'), rate('none')")).toEqual([[0.5, null]]);
    expect(await env.sqlQuery("SELECT rate('high') AS r").toArray()).toEqual([{ r: 2 }]);
  });

  test('in a catalog, without a language, twice', async () => {
    await env.executeSql(`CREATE FUNCTION rate AS './${MODULE}#rate'`);
    await env.executeSql(`CREATE FUNCTION IF NOT EXISTS rate AS './${MODULE}#rate'`);
    await expect(
      env.executeSql(`CREATE FUNCTION rate AS './${MODULE}#rate'`),
    ).rejects.toMatchObject({
      code: 'FUNCTION_EXISTS',
    });
    expect(await rows("SELECT `default_database`.rate('low')")).toEqual([[0.5]]);
  });

  test('statements that nobody awaits take effect in their order', async () => {
    void env.executeSql(CREATE);
    // It is registered when its module has been imported, and found good.
    expect(() => env.sqlQuery("SELECT rate('low')")).toThrow("Function 'rate' not found");
    expect(env.listUserDefinedFunctions()).toEqual([]);
    void env.executeSql("CREATE VIEW v AS SELECT rate('low') AS r");
    const filled = env.executeSql('CREATE TABLE t AS SELECT * FROM v');
    expect(await rows('SELECT * FROM v')).toEqual([[0.5]]);
    await filled;
    expect(await rows('SELECT * FROM t')).toEqual([[0.5]]);
    expect(await rows('SELECT 1')).toEqual([[1]]);
  });

  test('what cannot wait says to await the statement before', async () => {
    const created = env.executeSql(`CREATE TEMPORARY FUNCTION later AS '${MODULE}#rate'`);
    const error = expect.objectContaining({
      code: 'FUNCTION_NOT_FOUND',
      hint: expect.stringContaining('await executeSql(…)'),
    });
    expect(() => env.sqlQuery("SELECT later('low')")).toThrow(error);
    await created;
    expect(await env.sqlQuery("SELECT later('low') AS r").toArray()).toEqual([{ r: 0.5 }]);
    await expect(env.executeSql('SELECT latter(1)')).rejects.toMatchObject({
      hint: "Did you mean 'later'?",
    });
  });

  test('what is wrong with the module is told at once, and nothing is created', async () => {
    for (const scope of ['', 'TEMPORARY ', 'TEMPORARY SYSTEM ']) {
      const create = (reference: string, rest = '') =>
        env.executeSql(`CREATE ${scope}FUNCTION ${rest}g AS '${reference}' LANGUAGE JAVASCRIPT`);
      await expect(create('./nowhere.ts#g')).rejects.toMatchObject({
        code: 'UDF_MODULE_FAILED',
        functionName: 'g',
        message: expect.stringMatching(/nowhere\.ts of function 'g'.*: there is no such file/),
        hint: `Relative paths start at the working directory, '${process.cwd()}'.`,
        span: expect.anything(),
      });
      await expect(create('file://elsewhere/functions.ts#g')).rejects.toMatchObject({
        code: 'UDF_MODULE_FAILED',
        message: expect.stringContaining('File URL host'),
        span: expect.anything(),
      });
      await expect(create(`./${MODULE.replace('.ts', '.js')}#rate`)).rejects.toMatchObject({
        code: 'UDF_MODULE_FAILED',
        hint: `Did you mean 'functions.ts'?`,
      });
      await expect(create(`./${MODULE}#twice`)).rejects.toThrow(/was not made by udf/);
      await expect(create(`./${MODULE}#rat`)).rejects.toThrow(/no export 'rat'/);
      await expect(rows('SELECT g(1)')).rejects.toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
      // One that is there is asked for nothing, and stays when it cannot be changed.
      await create(`./${MODULE}#rate`);
      await create('./nowhere.ts#g', 'IF NOT EXISTS ');
      await expect(
        env.executeSql(`ALTER ${scope}FUNCTION g AS './${MODULE}#rat'`),
      ).rejects.toMatchObject({ code: 'UDF_MODULE_FAILED' });
      expect(await rows("SELECT g('low')")).toEqual([[0.5]]);
      await env.executeSql(`DROP ${scope}FUNCTION g`);
    }
    await expect(
      env.executeSql(`CREATE FUNCTION nowhere.g AS './${MODULE}#rate'`),
    ).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' });
  });

  test('a module is imported before its function takes a name, and in turn', async () => {
    const wrong = { code: 'UDF_MODULE_FAILED' };
    await Promise.all([
      expect(env.executeSql(`CREATE FUNCTION g AS './${MODULE}#rat'`)).rejects.toMatchObject(wrong),
      env.executeSql(`CREATE FUNCTION g AS './${MODULE}#rate'`),
      expect(rows("SELECT g('low')")).resolves.toEqual([[0.5]]),
      expect(env.executeSql(`ALTER FUNCTION g AS './${MODULE}#rat'`)).rejects.toMatchObject(wrong),
    ]);
    expect(await rows("SELECT g('low')")).toEqual([[0.5]]);
    await env.executeSql('DROP FUNCTION g');
    await expect(rows('SELECT g(1)')).rejects.toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
  });

  test('DROP of another kind says which statement drops it', async () => {
    for (const kind of ['TEMPORARY SYSTEM FUNCTION', 'TEMPORARY FUNCTION', 'FUNCTION']) {
      await env.executeSql(`CREATE ${kind} g AS './${MODULE}#rate'`);
      const other = kind === 'FUNCTION' ? 'TEMPORARY FUNCTION' : 'FUNCTION';
      await expect(env.executeSql(`DROP ${other} g`)).rejects.toMatchObject({
        code: 'FUNCTION_NOT_FOUND',
        hint: `It is dropped by DROP ${kind} \`g\`.`,
      });
      await env.executeSql(`DROP ${kind} g`);
    }
    const builtin = env.executeSql('DROP FUNCTION initcap');
    await expect(builtin).rejects.toThrow('`initcap` is built in: it cannot be dropped.');
  });

  test('classes of a JVM, Python functions and jars', async () => {
    const create = (rest: string) => env.executeSql(`CREATE FUNCTION g AS ${rest}`);
    for (const rest of [
      "'com.example.G'",
      "'m.g' LANGUAGE PYTHON",
      `'./${MODULE}#rate' LANGUAGE JAVA`,
    ]) {
      await expect(create(rest)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    }
  });
});
