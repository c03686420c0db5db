import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/exec/engine.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { DataTypes } from '../../src/types/data-types.ts';
import { Decimal } from '../../src/types/decimal-value.ts';
import { printType } from '../../src/types/print.ts';
import type { FunctionContext } from '../../src/udf/function-context.ts';
import { ScalarFunction } from '../../src/udf/kinds.ts';
import { udf } from '../../src/udf/udf.ts';
import { rowsOf, testEngine } from '../exec/harness.ts';
import { callPlan, externalResults, results } from './support.ts';

let engine: Engine;
beforeAll(() => {
  engine = testEngine();
});
afterAll(() => engine.close());

const DOUBLE = DataTypes.DOUBLE();
const INT = DataTypes.INT();
const STRING = DataTypes.STRING();
const MODULE = new URL('./functions.ts', import.meta.url);

class Greeter extends ScalarFunction {
  readonly greeting: string;
  opened = '';

  constructor(greeting: string) {
    super();
    this.greeting = greeting;
  }

  override open(context: FunctionContext): void {
    this.opened = context.getJobParameter('mark', '?');
  }

  eval(name: string): string {
    return `${this.greeting} ${name}${this.opened}`;
  }
}

describe('scalar functions in workers', () => {
  test('numbers and NULL', async () => {
    const fn = udf((a: number | null, b: number) => (a === null ? null : a * b + 1), {
      resultType: DOUBLE,
    });
    const rows = [
      [1, 2],
      [null, 3],
      [4, 5],
    ];
    expect(await results(engine, fn, [DOUBLE, DOUBLE], rows)).toEqual([3, null, 21]);
  });

  test('strings of any kind', async () => {
    const fn = udf((s: string) => `${s.toUpperCase()}!`, { resultType: STRING });
    const texts = ['a', '', 'straße', '🙂', 'x'.repeat(5000), '\u{10FFFF}', 'ab'];
    const rows = Array.from({ length: 5000 }, (_, i) => [texts[i % texts.length]]);
    const expected = rows.map(([s]) => `${s?.toUpperCase()}!`);
    expect(await externalResults(engine, fn, [STRING], rows)).toEqual(expected);
  });

  test('texts are as strict as the modules that they stand in', async () => {
    const fn = udf(
      (n: number) => {
        const kept = Object.freeze({ n: 0 }) as { n: number };
        kept.n = n;
        return kept.n;
      },
      { resultType: INT },
    );
    await expect(results(engine, fn, [INT], [[1]])).rejects.toMatchObject({
      code: 'UDF_FAILED',
      message: expect.stringContaining('Cannot assign to read only property'),
    });
  });

  test('halves of a surrogate pair do not meet across rows', async () => {
    const fn = udf((high: boolean) => (high ? '\ud83d' : '\ude42'), { resultType: STRING });
    const rows = [[true], [false]];
    expect(await externalResults(engine, fn, [DataTypes.BOOLEAN()], rows)).toEqual([
      '\ufffd',
      '\ufffd',
    ]);
  });

  test('booleans and batches of all lengths', async () => {
    const fn = udf((n: number | null) => (n === null ? null : n % 3 === 0), {
      resultType: DataTypes.BOOLEAN(),
    });
    const numbers = Array.from({ length: 1003 }, (_, i) => (i % 7 === 0 ? null : i));
    const rows = numbers.map((n) => [n]);
    const expected = numbers.map((n) => (n === null ? null : n % 3 === 0));
    for (const batchRows of [1, 3, 64, 1000]) {
      expect(await results(engine, fn, [INT], rows, { batchRows })).toEqual(expected);
    }
  });

  test('captures', async () => {
    const factor = 3;
    const names = new Map([[1, 'one']]);
    const fn = udf((n: number) => `${n * factor} ${names.get(n) ?? '-'}`, {
      resultType: STRING,
      captures: { factor, names },
    });
    expect(await results(engine, fn, [INT], [[1], [2]])).toEqual(['3 one', '6 -']);
  });

  test('natives go by their path', async () => {
    const sqrt = udf(Math.sqrt, { resultType: DOUBLE });
    const whole = udf(Math.sqrt, { resultType: INT });
    expect(await results(engine, sqrt, [DOUBLE], [[2]])).toEqual([Math.SQRT2]);
    expect(await results(engine, whole, [DOUBLE], [[4]])).toEqual([2]);
    const parse = udf(Number.parseInt, { resultType: INT });
    expect(await results(engine, parse, [STRING], [['12px']])).toEqual([12]);
  });

  test('instances of classes keep their fields, and are opened', async () => {
    const fn = udf(new Greeter('hello'), { resultType: STRING });
    const statement = {
      timeZone: 'UTC',
      now: 0n,
      config: new Map([['pipeline.global-job-parameters', 'a:b, mark:!']]),
    };
    const found = await results(engine, fn, [STRING], [['ann']], { statement });
    expect(found).toEqual(['hello ann!']);
  });

  test('module references: a function, a class, what udf made', async () => {
    const twice = udf({ module: MODULE, export: 'twice' }, { resultType: DOUBLE });
    expect(await results(engine, twice, [DOUBLE], [[21]])).toEqual([42]);
    const rate = udf({ module: MODULE.href, export: 'rate' }, { resultType: DOUBLE });
    const rows = [['low'], ['high'], ['none']];
    expect(await results(engine, rate, [STRING], rows)).toEqual([0.5, 2, null]);
    const counter = udf({ module: MODULE, export: 'Counter' }, { resultType: INT });
    for (let run = 0; run < 2; run++) {
      expect(await results(engine, counter, [INT], [[0], [0]])).toEqual([1, 2]);
    }
  });

  test('the functions of a module that is not there say so', async () => {
    const gone = udf({ module: new URL('./gone.ts', MODULE) }, { resultType: INT });
    await expect(results(engine, gone, [INT], [[1]])).rejects.toMatchObject({
      name: 'UdfError',
      code: 'UDF_MODULE_FAILED',
      functionName: 'f',
    });
    const missing = udf({ module: MODULE, export: 'twise' }, { resultType: INT });
    await expect(results(engine, missing, [INT], [[1]])).rejects.toThrow(
      /no export 'twise'.*twice/,
    );
    const answer = udf({ module: MODULE, export: 'answer' }, { resultType: INT });
    await expect(results(engine, answer, [INT], [[1]])).rejects.toMatchObject({
      code: 'UDF_LOAD_FAILED',
    });
  });

  test('inline functions run here, with all that they see', async () => {
    const seen: unknown[] = [];
    const fn = udf((n: number) => seen.push(n), { resultType: INT, execution: 'inline' });
    expect(await results(engine, fn, [INT], [[5], [6]])).toEqual([1, 2]);
    expect(seen).toEqual([5, 6]);
  });

  test('constants', async () => {
    const fn = udf((a: Decimal, b: number) => a.times(b), { resultType: DataTypes.DECIMAL(10, 2) });
    const plan = callPlan(
      fn,
      [DataTypes.DECIMAL(10, 2), INT],
      [
        [0n, 1],
        [0n, 2],
      ],
    );
    const [udfCall] = plan.calls;
    const type = DataTypes.DECIMAL(10, 2);
    const args = [{ kind: 'Literal', type, value: 150n } as const, udfCall!.call.args[1]!];
    const constant = { ...plan, calls: [{ ...udfCall!, call: { ...udfCall!.call, args } }] };
    const rows = await rowsOf(engine, constant);
    expect(rows.map((row) => row[2])).toEqual([150n, 300n]);
  });
});

describe('types', () => {
  const date = Temporal.PlainDate.from('2024-02-29');
  const moment = Temporal.PlainDateTime.from('2024-02-29T12:34:56.123456789');
  const cases: [string, DataType, unknown, unknown][] = [];
  const add = (type: DataType, internal: unknown, external: unknown): void => {
    cases.push([printType(type), type, internal, external]);
  };
  add(DataTypes.BOOLEAN(), true, true);
  add(DataTypes.TINYINT(), -128, -128);
  add(DataTypes.SMALLINT(), 32767, 32767);
  add(INT, -2147483648, -2147483648);
  add(DataTypes.BIGINT(), 9223372036854775807n, 9223372036854775807n);
  add(DataTypes.FLOAT(), 0.5, 0.5);
  add(DOUBLE, -0, -0);
  add(DataTypes.DECIMAL(38, 3), 12345678901234567890123n, new Decimal(12345678901234567890123n, 3));
  add(DataTypes.CHAR(2), 'é🙂', 'é🙂');
  add(STRING, 'text', 'text');
  add(DataTypes.BYTES(), new Uint8Array([0, 255]), new Uint8Array([0, 255]));
  add(DataTypes.DATE(), 19782, date);
  add(DataTypes.TIME(3), 45296123, Temporal.PlainTime.from('12:34:56.123'));
  add(DataTypes.TIMESTAMP(9), 1709210096123456789n, moment);
  add(
    DataTypes.TIMESTAMP_LTZ(3),
    1709210096123000000n,
    Temporal.Instant.fromEpochMilliseconds(1709210096123),
  );
  add(DataTypes.ARRAY(INT), [1, null, 3], [1, null, 3]);
  add(DataTypes.MAP(STRING, INT), new Map([['a', 1]]), new Map([['a', 1]]));
  add(DataTypes.MULTISET(STRING), new Map([['a', 2]]), new Map([['a', 2]]));
  add(
    DataTypes.ROW([DataTypes.FIELD('a', INT), DataTypes.FIELD('d', DataTypes.DATE())]),
    [1, 19782],
    { a: 1, d: date },
  );

  test.each(cases)('%s goes in and out', async (_, type, internal, external) => {
    const same = udf((value: unknown) => value, { resultType: type });
    expect(await results(engine, same, [type], [[internal], [null]])).toEqual([internal, null]);
    const seen: unknown[] = [];
    const look = udf((value: unknown) => seen.push(value), {
      resultType: INT,
      execution: 'inline',
    });
    await results(engine, look, [type], [[internal], [null]]);
    const show = (value: unknown) =>
      /^Temporal/.test(Object.prototype.toString.call(value).slice(8)) ? String(value) : value;
    expect(seen.map(show)).toEqual([show(external), null].map(show));
  });
});
