import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { json } from '../../src/formats/json/json.ts';
import { printType } from '../../src/types/print.ts';
import {
  array,
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  DOUBLE,
  decimal,
  FLOAT,
  INT,
  map,
  multiset,
  row,
  STRING,
  time,
  timestamp,
  timestampLtz,
} from '../../src/types/types.ts';
import { readFile, readText, roundTrip, schema } from './support.ts';

const data = (name: string) =>
  path.join(import.meta.dirname, '../../node_modules/vega-datasets/data', name);

describe('json', () => {
  test('an object a line; missing fields are NULL, unknown ones ignored', () => {
    const table = schema({ a: INT, b: STRING });
    expect(readText(json, '{"b":"x","a":1}\n\n{"a":null,"c":2}\r\n{}', { table }).rows).toEqual([
      [1, 'x'],
      [null, null],
      [null, null],
    ]);
    const options = { 'fail-on-missing-field': 'true' };
    expect(() => readText(json, '{"a":1}\n', { table, options })).toThrow(
      expect.objectContaining({ code: 'BAD_ROW' }),
    );
  });

  test('one array', () => {
    const table = schema({ a: INT });
    expect(readText(json, ' [{"a":1},\n {"a":2}]', { table }).rows).toEqual([[1], [2]]);
    expect(() => readText(json, '[{"a":1}', { table })).toThrow(
      expect.objectContaining({ code: 'BAD_FILE' }),
    );
  });

  test('numbers of many digits are exact', () => {
    const table = schema({ a: BIGINT, b: decimal(38, 18), c: DOUBLE, d: STRING });
    const text =
      '{"a":9007199254740993,"b":12345678901234567890.123456789012345678,"c":0.1000000000000000055,"d":123456789012345678}';
    expect(readText(json, text, { table }).rows).toEqual([
      [9007199254740993n, 12345678901234567890123456789012345678n, 0.1, '123456789012345678'],
    ]);
    const small = '{"a":-5,"b":0.1,"c":1,"d":1.5}';
    expect(readText(json, small, { table }).rows).toEqual([[-5n, 10n ** 17n, 1, '1.5']]);
  });

  test('values in the forms of Flink', () => {
    const table = schema({
      a: BOOLEAN,
      b: DATE,
      c: time(3),
      d: timestamp(3),
      e: timestampLtz(3),
      f: BYTES,
      g: array(INT),
      h: map(STRING, INT),
      i: multiset(STRING),
      j: row([{ name: 'x', type: INT, comment: null }]),
      k: INT,
      l: STRING,
    });
    const text = `{"a":"true","b":"1970-01-02","c":"00:00:01","d":"1970-01-01T00:00:01.5","e":"1970-01-01 00:00:01Z","f":"AQI=","g":[1,null],"h":{"p":1},"i":{"q":2},"j":{"x":3},"k":"7","l":{"z":[1]}}`;
    expect(readText(json, text, { table }).rows).toEqual([
      [
        true,
        1,
        1000,
        1_500_000_000n,
        1_000_000_000n,
        new Uint8Array([1, 2]),
        [1, null],
        new Map([['p', 1]]),
        new Map([['q', 2]]),
        [3],
        7,
        '{"z":[1]}',
      ],
    ]);
  });

  test('names of Object.prototype are plain names', () => {
    const table = schema({ constructor: STRING, __proto__x: STRING });
    expect(readText(json, '{"__proto__":{"constructor":"x"}}', { table }).rows).toEqual([
      [null, null],
    ]);
    const inferred = readText(json, '{"__proto__":1,"constructor":2}').table;
    expect(inferred.fields.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
  });

  test('errors say where; bad rows can be passed over', () => {
    const table = schema({ a: INT, b: row([{ name: 'c', type: DATE, comment: null }]) });
    expect(() => readText(json, '{"a":1}\n{"a":1.5}\n', { table })).toThrow(
      expect.objectContaining({
        code: 'BAD_FIELD',
        sentence: expect.stringMatching(/line 2, column 'a': 1\.5 is not a value of type INT/),
      }),
    );
    expect(() => readText(json, '{"b":{"c":"soon"}}', { table })).toThrow(
      /column 'b': "soon".*DATE/,
    );
    expect(() => readText(json, '{"a":1}\n{"a":', { table })).toThrow(/line 2: it is not JSON/);
    expect(() => readText(json, '17\n', { table })).toThrow(/17 is no object/);
    const options = { 'ignore-parse-errors': 'true' };
    const { rows, skipped } = readText(json, '{"a":1}\nx\n[]\n{"a":"y"}\n{"a":2}', {
      table,
      options,
    });
    expect(rows).toEqual([
      [1, null],
      [2, null],
    ]);
    expect(skipped).toBe(3);
  });

  test('every row once, whatever the parts', () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `{"id":${i},"t":"some text ${i}"}`);
    const { rows, splits } = readText(json, lines.join('\n'), { splitBytes: 1, batchRows: 999 });
    expect(splits.length).toBe(2);
    expect(rows.map(([id]) => id)).toEqual(Array.from({ length: 50_000 }, (_, i) => BigInt(i)));
  });

  test('inference', () => {
    const { table } = readText(
      json,
      '{"i":1,"d":1,"s":"x","b":true,"n":null,"l":[1,2.5],"o":{"p":1},"t":"2024-01-01","m":1}\n{"d":2.5,"m":"x","o":{"q":"y"}}',
    );
    expect(table.fields.map(({ name, type }) => `${name} ${printType(type)}`)).toEqual([
      'i BIGINT',
      'd DOUBLE',
      's STRING',
      'b BOOLEAN',
      'n STRING',
      'l ARRAY<DOUBLE>',
      'o ROW<`p` BIGINT, `q` STRING>',
      't DATE',
      'm STRING',
    ]);
  });

  test('the movies of vega-datasets', () => {
    const { table, rows } = readFile(json, data('movies.json'));
    expect(rows.length).toBe(3201);
    const title = table.fields.findIndex(({ name }) => name === 'Title');
    expect(table.fields[title]?.type.kind).toBe('VARCHAR');
    expect(rows[0]?.[title]).toBe('The Land Girls');
  });

  test('round trips', () => {
    const table = schema({
      a: BIGINT,
      b: decimal(38, 10),
      c: DOUBLE,
      d: FLOAT,
      e: STRING,
      f: BYTES,
      g: timestamp(9),
      h: timestampLtz(3),
      i: array(row([{ name: 'x y', type: STRING, comment: null }])),
      j: map(STRING, decimal(20, 0)),
      k: time(3),
    });
    const nanos = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
    const values = fc.tuple(
      fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      fc.option(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })),
      fc.option(fc.double()),
      fc.option(fc.float()),
      fc.option(fc.string({ unit: 'binary' })),
      fc.option(fc.uint8Array()),
      fc.option(nanos),
      fc.option(nanos.map((value) => (value / 1_000_000n) * 1_000_000n)),
      fc.option(fc.array(fc.option(fc.tuple(fc.option(fc.string()))))),
      fc.option(
        fc
          .array(fc.tuple(fc.string(), fc.option(fc.bigInt({ min: 0n, max: 10n ** 19n }))))
          .map((e) => new Map(e)),
      ),
      fc.option(fc.integer({ min: 0, max: 86_399_999 })),
    );
    fc.assert(
      fc.property(
        fc.array(values, { maxLength: 10 }),
        fc.constantFrom('SQL', 'ISO-8601'),
        (rows, standard) => {
          const options = { 'timestamp-format.standard': standard };
          expect(roundTrip(json, table, rows, options)).toEqual(rows);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('NULL keys of maps', () => {
    const table = schema({ m: map(STRING, INT) });
    const rows = [
      [
        new Map([
          [null, 1],
          ['a', 2],
        ]),
      ],
    ];
    expect(() => roundTrip(json, table, rows)).toThrow(
      expect.objectContaining({ code: 'JSON_NULL_KEY' }),
    );
    expect(roundTrip(json, table, rows, { 'map-null-key.mode': 'DROP' })).toEqual([
      [new Map([['a', 2]])],
    ]);
    expect(roundTrip(json, table, rows, { 'map-null-key.mode': 'LITERAL' })).toEqual([
      [
        new Map([
          ['null', 1],
          ['a', 2],
        ]),
      ],
    ]);
    expect(() => readText(json, '', { table: schema({ m: map(INT, INT) }) })).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED' }),
    );
  });
});
