import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csv } from '../../src/formats/csv/csv.ts';
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
  SMALLINT,
  STRING,
  TINYINT,
  time,
  timestamp,
  timestampLtz,
} from '../../src/types/types.ts';
import { readFile, readText, roundTrip, schema } from './support.ts';

const AB = schema({ a: STRING, b: STRING });
const ABC = schema({ a: STRING, b: STRING, c: STRING });

describe('csv fields', () => {
  test.each([
    ['plain', 'a,b\n1,2\n', [['1', '2']]],
    ['no newline at the end', 'a,b\n1,2', [['1', '2']]],
    [
      'carriage returns',
      'a,b\r\n1,2\r\n3,4\r\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['comma in quotes', 'a,b\n"x, y",2\n', [['x, y', '2']]],
    ['escaped quotes', 'a,b\n"say ""hi""",2\n', [['say "hi"', '2']]],
    ['only quotes', 'a,b\n"","""a"""\n', [['', '"a"']]],
    ['newline in quotes', 'a,b\n"1\n2",3\n', [['1\n2', '3']]],
    ['crlf in quotes', 'a,b\r\n"1\r\n2",3\r\n', [['1\r\n2', '3']]],
    ['quoted last field with crlf', 'a,b\r\n1,"2"\r\n', [['1', '2']]],
    ['empty fields', 'a,b\n,\n', [['', '']]],
    ['quote inside of a field', 'a,b\nx"y,z"\n', [['x"y', 'z"']]],
    [
      'blank lines',
      'a,b\n1,2\n\n\r\n3,4\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'trailing delimiters',
      'a,b\n1,2,\n3,4,\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['utf-8', 'a,b\nʤ,日本\n', [['ʤ', '日本']]],
    ['byte order mark', '\ufeffa,b\n1,2\n', [['1', '2']]],
    ['header alone', 'a,b\n', []],
    ['nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(readText(csv, text, { table: AB }).rows).toEqual(expected);
  });

  test('missing fields are NULL, surplus ones an error', () => {
    expect(readText(csv, '1,2,3\n4\n5,6\n', { table: ABC }).rows).toEqual([
      ['1', '2', '3'],
      ['4', null, null],
      ['5', '6', null],
    ]);
    expect(() => readText(csv, '1,2\n3,4,5,6\n', { table: AB })).toThrow(
      expect.objectContaining({ code: 'BAD_ROW', name: 'TableRuntimeError' }),
    );
    const options = { 'fail-on-missing-columns': 'true' };
    expect(() => readText(csv, '1,2\n3\n', { table: AB, options })).toThrow(
      /line 2: the row has fewer fields/,
    );
    const lenient = { 'ignore-trailing-unmappable': 'true' };
    expect(readText(csv, '1,2,x,y\n', { table: AB, options: lenient }).rows).toEqual([['1', '2']]);
  });

  test('columns are found by the names of a header', () => {
    const text = 'x,b,a\n1,2,3\n';
    expect(readText(csv, text, { table: AB }).rows).toEqual([['3', '2']]);
    expect(readText(csv, text, { table: AB, columns: ['b'] }).rows).toEqual([['2']]);
    const none = { header: 'false' };
    expect(readText(csv, 'a,b\n', { table: AB, options: none }).rows).toEqual([['a', 'b']]);
  });

  test('a first row that does not hold the declared types is a header', () => {
    const table = schema({ id: INT, name: STRING });
    expect(readText(csv, 'Nummer,Name\n1,x\n', { table }).rows).toEqual([[1, 'x']]);
    expect(readText(csv, '0,Name\n1,x\n', { table }).rows).toEqual([
      [0, 'Name'],
      [1, 'x'],
    ]);
  });

  test('options of Flink', () => {
    const read = (text: string, options: Record<string, string>, table = AB) =>
      readText(csv, text, { table, options: { header: 'false', ...options } }).rows;
    expect(read('1|2\n', { 'field-delimiter': '|' })).toEqual([['1', '2']]);
    expect(read('1\t2\n', { 'field-delimiter': '\\t' })).toEqual([['1', '2']]);
    expect(read("'a,b',2\n", { 'quote-character': "'" })).toEqual([['a,b', '2']]);
    expect(read('"a,b"\n', { 'disable-quote-character': 'true' })).toEqual([['"a', 'b"']]);
    expect(read('#x\n1,2\n#y\n', { 'allow-comments': 'true' })).toEqual([['1', '2']]);
    expect(read('a\\,b,"c\\"d"\n', { 'escape-character': '\\' })).toEqual([['a,b', 'c"d']]);
    expect(read('n/a,"n/a"\n', { 'null-literal': 'n/a' })).toEqual([[null, null]]);
    expect(read(',x\n', { 'empty-string-as-null': 'true' })).toEqual([[null, 'x']]);
    expect(read(' a , b\n', { 'trim-spaces': 'true' })).toEqual([['a', 'b']]);
    const lists = schema({ a: array(INT), b: STRING });
    expect(read('1;2;;3,x\n', {}, lists)).toEqual([[[1, 2, null, 3], 'x']]);
    expect(() => read('1\n', { 'field-delimiter': 'ab' })).toThrow(/one ASCII character/);
  });

  test('compressed files', () => {
    const name = 'data.csv.gz';
    expect(readText(csv, gzipSync('a,b\n1,2\n'), { table: AB, name }).rows).toEqual([['1', '2']]);
    expect(() => readText(csv, 'no gzip', { table: AB, name })).toThrow(
      expect.objectContaining({ code: 'FILE_ERROR' }),
    );
    const bomb = zstdCompressSync(Buffer.alloc(70 * 1024 ** 2));
    expect(() => readText(csv, bomb, { table: AB, name: 'data.csv.zst' })).toThrow(
      expect.objectContaining({ code: 'DECOMPRESSION_LIMIT', name: 'ResourceError' }),
    );
  });
});

describe('csv values', () => {
  const read = (type: Parameters<typeof schema>[0][string], ...texts: string[]) =>
    readText(csv, `${texts.join(',x\n')},x\n`, {
      table: schema({ v: type, w: STRING }),
      options: { header: 'false' },
    }).rows.map(([value]) => value);

  test('numbers', () => {
    expect(read(TINYINT, '127', '-128', ' 5 ', '', '+7', '"3"')).toEqual([
      127,
      -128,
      5,
      null,
      7,
      3,
    ]);
    expect(read(SMALLINT, '32767')).toEqual([32767]);
    expect(read(INT, '2147483647', '-2147483648')).toEqual([2147483647, -2147483648]);
    expect(read(BIGINT, '9223372036854775807', '-9223372036854775808', '1')).toEqual([
      9223372036854775807n,
      -9223372036854775808n,
      1n,
    ]);
    expect(read(DOUBLE, '1.5', '-0', '1e300', '.5', '123456789.12345679', 'NaN')).toEqual([
      1.5,
      -0,
      1e300,
      0.5,
      123456789.12345679,
      Number.NaN,
    ]);
    expect(read(FLOAT, '0.1')).toEqual([Math.fround(0.1)]);
    expect(read(BOOLEAN, 'true', 'FALSE', 'True', '')).toEqual([true, false, true, null]);
  });

  test('decimals come from their digits', () => {
    expect(read(decimal(15, 2), '24386.67', '-1', '.5', '1.005', '1e2', '')).toEqual([
      2438667n,
      -100n,
      50n,
      101n,
      10000n,
      null,
    ]);
    expect(read(decimal(38, 10), '1234567890123456789012345678.0123456789')).toEqual([
      12345678901234567890123456780123456789n,
    ]);
    expect(() => read(decimal(3, 1), '100.0')).toThrow(/'100.0' is not a value of type DECIMAL/);
  });

  test('dates and times', () => {
    expect(read(DATE, '1970-01-02', '2024-02-29', '0001-01-01', '9999-12-31', '2024-1-5')).toEqual([
      1, 19782, -719162, 2932896, 19727,
    ]);
    expect(() => read(DATE, '2023-02-29')).toThrow(/DATE/);
    expect(read(time(3), '12:34:56.789')).toEqual([45296789]);
    expect(read(timestamp(3), '1970-01-01 00:00:01.5', '1970-01-01T00:00:01.123456')).toEqual([
      1_500_000_000n,
      1_123_000_000n,
    ]);
    expect(read(timestamp(9), '1970-01-01 00:00:00.000000001')).toEqual([1n]);
    expect(read(timestampLtz(3), '1970-01-01 00:00:01Z', '1970-01-01 01:00:00+01:00')).toEqual([
      1_000_000_000n,
      0n,
    ]);
    expect(read(BYTES, 'AQI=')).toEqual([new Uint8Array([1, 2])]);
  });

  test('dates agree with JavaScript over the whole range', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -719162, max: 2932896 }), { minLength: 1 }),
        (days) => {
          const texts = days.map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
          expect(read(DATE, ...texts)).toEqual(days);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('doubles agree with JavaScript', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1 }), (values) => {
        const texts = values.map((value) => (Object.is(value, -0) ? '-0' : String(value)));
        expect(read(DOUBLE, ...texts)).toEqual(values);
      }),
      { numRuns: 200 },
    );
  });
});

describe('csv errors', () => {
  const table = schema({ id: INT, name: STRING });

  test('a bad value says file, line, column and value', () => {
    expect(() => readText(csv, 'id,name\n1,x\n"2",y\nz3,w\n', { table })).toThrow(
      expect.objectContaining({
        code: 'BAD_FIELD',
        name: 'TableRuntimeError',
        sentence: expect.stringMatching(
          /data\.csv', line 4, column 'id': 'z3' is not a value of type INT\.$/,
        ),
      }),
    );
  });

  test('bad rows are passed over and counted', () => {
    const options = { 'ignore-parse-errors': 'true' };
    const text = 'id,name\n1,a\nx,b\n3,c\n4,d,e,f\n5,g\n6,"open\n';
    const { rows, skipped } = readText(csv, text, { table, options });
    expect(rows).toEqual([
      [1, 'a'],
      [3, 'c'],
      [5, 'g'],
    ]);
    expect(skipped).toBe(3);
  });

  test('quotes that are not closed', () => {
    expect(() => readText(csv, 'id,name\n1,"x\n2,y\n', { table })).toThrow(/line 2.*not closed/);
    expect(() => readText(csv, 'id,name\n1,"x"y\n', { table })).toThrow(/line 2.*closing quote/);
  });

  test('cut at each byte: rows or an error, never anything else', () => {
    const text = 'id,name\n1,"a ""b"""\r\n22,"c\nd"\n,é\n';
    const bytes = Buffer.from(text);
    for (let end = 0; end <= bytes.length; end++) {
      try {
        const { rows } = readText(csv, bytes.subarray(0, end), { table });
        expect(rows.length).toBeLessThanOrEqual(3);
      } catch (error) {
        expect(error).toMatchObject({ name: 'TableRuntimeError' });
      }
    }
  });
});

describe('csv texts of any kind', () => {
  const anyText = fc
    .array(fc.constantFrom('a', 'b', ',', ',', '"', '\n', '\n', '\r\n', ' ', '1,2\n', '"x"'))
    .map((parts) => parts.join(''));
  const lenient = { header: 'false', 'ignore-parse-errors': 'true' };

  test('the fast scan finds what the careful one finds', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, ignoreTrailing) => {
        const options = { ...lenient, 'ignore-trailing-unmappable': String(ignoreTrailing) };
        // Comments make the reader take the careful way.
        const careful = { ...options, 'allow-comments': 'true' };
        const fast = readText(csv, text, { table: AB, options });
        const slow = readText(csv, text, { table: AB, options: careful });
        expect(fast.rows).toEqual(slow.rows);
        expect(fast.skipped).toBe(slow.skipped);
      }),
      { numRuns: 150 },
    );
  });

  test('any bytes are rows or errors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readText(csv, bytes, { table: schema({ a: INT, b: STRING }) });
        } catch (error) {
          expect(error).toMatchObject({ name: 'TableRuntimeError' });
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('csv splits', () => {
  test('every row once, whatever the size of parts and batches', () => {
    const lines = Array.from({ length: 40_000 }, (_, i) =>
      i % 3 === 0 ? `${i},"a, ""b""\n${i},x"` : `${i},plain text that fills the line a bit ${i}`,
    );
    const table = schema({ id: INT, name: STRING });
    const text = `id,name\n${lines.join('\n')}\n`;
    const whole = readText(csv, text, { table });
    expect(whole.rows.length).toBe(40_000);
    const parts = readText(csv, text, { table, splitBytes: 1, batchRows: 100 });
    expect(parts.splits.length).toBeGreaterThan(1);
    expect(parts.rows).toEqual(whole.rows);
    expect(whole.rows.map(([id]) => id)).toEqual(Array.from({ length: 40_000 }, (_, i) => i));
  });

  test('rows longer than a chunk', () => {
    const long = 'x'.repeat(3_000_000);
    const { rows } = readText(csv, `a,b\n1,${long}\n2,"${long}"\n3,y\n`, { table: AB });
    expect(rows).toEqual([
      ['1', long],
      ['2', long],
      ['3', 'y'],
    ]);
  });
});

describe('csv inference', () => {
  test('names and types', () => {
    const { table } = readText(
      csv,
      'id,price,day,at,ok,zip,name,\n1,1.5,2024-01-01,2024-01-01 10:00:00,true,01234,x,\n2,2,2024-01-02,2024-01-01 10:00:00.123456,false,99999,,\n',
    );
    expect(table.fields.map(({ name, type }) => [name, type.kind])).toEqual([
      ['id', 'BIGINT'],
      ['price', 'DOUBLE'],
      ['day', 'DATE'],
      ['at', 'TIMESTAMP'],
      ['ok', 'BOOLEAN'],
      ['zip', 'VARCHAR'],
      ['name', 'VARCHAR'],
      ['f7', 'VARCHAR'],
    ]);
  });

  test('a file without header', () => {
    const { table, rows } = readText(csv, '1,x\n2,y\n');
    expect(table.fields.map(({ name }) => name)).toEqual(['f0', 'f1']);
    expect(rows).toEqual([
      [1n, 'x'],
      [2n, 'y'],
    ]);
  });

  test('the airports of vega-datasets', () => {
    const file = path.join(
      import.meta.dirname,
      '../../node_modules/vega-datasets/data/airports.csv',
    );
    const { table, rows } = readFile(csv, file);
    expect(table.fields.map(({ name }) => name)).toEqual([
      'iata',
      'name',
      'city',
      'state',
      'country',
      'latitude',
      'longitude',
    ]);
    expect(rows.length).toBe(3376);
    expect(rows[0]).toEqual([
      '00M',
      'Thigpen',
      'Bay Springs',
      'MS',
      'USA',
      31.95376472,
      -89.23450472,
    ]);
  });
});

describe('csv round trips', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '\\', ';', '#'),
  });

  test('texts', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (rows) => {
        const options = { header: 'true' };
        expect(roundTrip(csv, AB, rows, options)).toEqual(rows);
      }),
      { numRuns: 150 },
    );
  });

  test('texts with escapes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (rows) => {
        const options = { header: 'true', 'escape-character': '\\' };
        expect(roundTrip(csv, AB, rows, options)).toEqual(rows);
      }),
      { numRuns: 200 },
    );
  });

  test('all types', () => {
    const table = schema({
      a: BIGINT,
      b: decimal(20, 3),
      c: DOUBLE,
      d: DATE,
      e: timestamp(6),
      f: timestampLtz(9),
      g: BOOLEAN,
      h: BYTES,
      i: time(3),
      j: INT,
    });
    const row = fc.tuple(
      fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      fc.option(fc.bigInt({ min: -(10n ** 20n) + 1n, max: 10n ** 20n - 1n })),
      fc.option(fc.double()),
      fc.option(fc.integer({ min: -719162, max: 2932896 })),
      fc.option(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }).map((micros) => micros * 1000n)),
      fc.option(fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n })),
      fc.option(fc.boolean()),
      fc.option(fc.uint8Array({ minLength: 1, maxLength: 10 })),
      fc.option(fc.integer({ min: 0, max: 86_399_999 })),
      fc.option(fc.integer()),
    );
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        expect(roundTrip(csv, table, rows)).toEqual(rows);
      }),
      { numRuns: 200 },
    );
  });
});
