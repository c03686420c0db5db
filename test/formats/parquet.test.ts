import { readFileSync, rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Column, DictionaryColumn } from '../../src/columnar/column.ts';
import { TableError } from '../../src/common/errors.ts';
import type { ValueRange } from '../../src/formats/format.ts';
import { parquet } from '../../src/formats/parquet/parquet.ts';
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
  row,
  SMALLINT,
  STRING,
  TINYINT,
  time,
  timestamp,
  timestampLtz,
} from '../../src/types/types.ts';
import { duckdb } from './duckdb.ts';
import {
  newRegion,
  readContext,
  readFile,
  readText,
  roundTrip,
  schema,
  tempFolder,
  writeRows,
} from './support.ts';

/** Columns of every kind that DuckDB writes, with NULLs at different distances. */
const COLUMNS: Record<string, string> = {
  a_bool: 'i % 3 = 0',
  a_tiny: 'CAST(i % 200 - 100 AS TINYINT)',
  a_small: 'CAST(i * 7 % 60000 - 30000 AS SMALLINT)',
  an_int: 'CAST(i * 1234567 % 4000000000 - 2000000000 AS INTEGER)',
  a_big: 'CAST(i % 1000 AS BIGINT) * 9007199254740993 - 1',
  u_tiny: 'CAST(i % 256 AS UTINYINT)',
  u_int: 'CAST(i * 1234567 % 4294967296 AS UINTEGER)',
  u_big: 'CAST(18446744073709551615 - i AS UBIGINT)',
  a_float: 'CAST(i / 7 AS FLOAT)',
  a_double: 'CAST(i AS DOUBLE) / 7',
  dec_4: 'CAST(i % 99 AS DECIMAL(4, 1)) - 5',
  dec_9: 'CAST(i % 9999 AS DECIMAL(9, 2)) / 3',
  dec_18: 'CAST(i * 1000003 AS DECIMAL(18, 4))',
  dec_38: 'CAST(i * 1000003 AS DECIMAL(38, 10)) * 1000000007',
  a_date: "DATE '1960-01-01' + CAST(i AS INTEGER)",
  a_time: "TIME '00:00:00' + INTERVAL (i * 1001) MILLISECONDS",
  ts_ms: "CAST(TIMESTAMP '1969-12-31 00:00:00' + INTERVAL (i * 1001) MILLISECONDS AS TIMESTAMP_MS)",
  ts_us: "TIMESTAMP '1969-12-31 00:00:00' + INTERVAL (i * 1000001) MICROSECONDS",
  ts_ns: "CAST(TIMESTAMP '1969-12-31 00:00:00' + INTERVAL (i) MICROSECONDS AS TIMESTAMP_NS)",
  few: "'word' || (i % 7)",
  many: "md5(CAST(i AS VARCHAR)) || repeat('x', i % 30)",
  bytes: "encode('b' || i % 5)",
};
const SELECT = `SELECT ${Object.entries(COLUMNS)
  .map(([name, sql], k) => `CASE WHEN i % ${k + 2} = 1 THEN NULL ELSE ${sql} END AS ${name}`)
  .join(', ')} FROM range(5000) t(i)`;

/** DuckDB's text of the same values: both sides are compared as text. */
const AS_TEXT = (file: string) =>
  `SELECT ${Object.keys(COLUMNS)
    .map((name) =>
      name === 'bytes'
        ? `hex(${name})`
        : name.startsWith('ts_') || name === 'a_time'
          ? `epoch_ns(${name})`
          : `CAST(${name} AS VARCHAR)`,
    )
    .join(', ')} FROM '${file}'`;

function text(value: unknown, type: string): string | null {
  if (value === null) return null;
  if (type.startsWith('DECIMAL')) {
    const scale = Number(/, (\d+)/.exec(type)?.[1] ?? 0);
    const negative = (value as bigint) < 0n;
    const digits = String(negative ? -(value as bigint) : value).padStart(scale + 1, '0');
    const whole = `${negative ? '-' : ''}${digits.slice(0, digits.length - scale)}`;
    return scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`;
  }
  if (type === 'DATE') return new Date((value as number) * 86_400_000).toISOString().slice(0, 10);
  if (type.startsWith('TIME(')) return String((value as number) * 1_000_000);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex').toUpperCase();
  return String(value);
}

/** Floating-point numbers are compared as such, everything else as text. */
function comparable(values: readonly unknown[], types: readonly string[]): unknown[] {
  return values.map((value, i) => {
    if (value === null) return null;
    if (types[i] === 'FLOAT') return Math.fround(Number(value));
    return types[i] === 'DOUBLE' ? Number(value) : String(value);
  });
}

function indexOf(column: Column, value: unknown): number {
  for (let i = 0; i < column.length; i++) if (column.get(i) === value) return i;
  return -1;
}

describe('parquet against DuckDB', () => {
  test.each([
    ['snappy', ''],
    ['zstd', ', ROW_GROUP_SIZE 2048'],
    ['gzip', ', DICTIONARY_SIZE_LIMIT 1'],
    ['brotli', ''],
    ['lz4_raw', ''],
    ['uncompressed', ", PARQUET_VERSION 'V2'"],
    ['snappy', ", PARQUET_VERSION 'V2', ROW_GROUP_SIZE 4096"],
  ])('all types, %s%s', async (codec, options) => {
    using folder = tempFolder();
    const file = path.join(folder.path, 'all.parquet');
    const expected = await duckdb(
      `COPY (${SELECT}) TO '${file}' (FORMAT parquet, COMPRESSION ${codec}${options})`,
      AS_TEXT(file),
    );
    for (const batchRows of [16384, 1000]) {
      const { rows, table } = readFile(parquet, file, { batchRows });
      const types = table.fields.map(({ type }) => printType(type));
      const actual = rows.map((values) => values.map((v, i) => text(v, types[i] ?? '')));
      expect(actual.map((values) => comparable(values, types))).toEqual(
        expected.map((values) => comparable(values, types)),
      );
    }
  });

  test('lists, maps and structs', async () => {
    using folder = tempFolder();
    const file = path.join(folder.path, 'nested.parquet');
    await duckdb(
      `COPY (SELECT i,
         CASE WHEN i % 5 = 0 THEN NULL WHEN i % 5 = 1 THEN [] ELSE list_transform(range(i % 5), x -> CASE WHEN x = 1 THEN NULL ELSE x END) END AS l,
         CASE WHEN i % 7 = 0 THEN NULL ELSE {'x': CASE WHEN i % 2 = 0 THEN i END, 'y': 's' || i} END AS s,
         CASE WHEN i % 3 = 0 THEN NULL ELSE MAP {'k' || i: i, 'z': NULL} END AS m,
         [[i, NULL], [], NULL] AS ll,
         [{'p': i, 'q': ['a', NULL]}] AS ls
       FROM range(1000) t(i)) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 300)`,
    );
    const { rows, table } = readFile(parquet, file, { batchRows: 77 });
    expect(printType(table.fields[1]!.type)).toBe('ARRAY<BIGINT>');
    expect(rows.length).toBe(1000);
    for (const [n, values] of rows.entries()) {
      const i = BigInt(n);
      const list = Array.from({ length: n % 5 }, (_, x) => (x === 1 ? null : BigInt(x)));
      expect(values).toEqual([
        i,
        n % 5 === 0 ? null : n % 5 === 1 ? [] : list,
        n % 7 === 0 ? null : [n % 2 === 0 ? i : null, `s${n}`],
        n % 3 === 0
          ? null
          : new Map<string, bigint | null>([
              [`k${n}`, i],
              ['z', null],
            ]),
        [[i, null], [], null],
        [[i, ['a', null]]],
      ]);
    }
    expect(readFile(parquet, file, { columns: ['m', 'i'] }).rows[1]).toEqual([
      new Map<string, bigint | null>([
        ['k1', 1n],
        ['z', null],
      ]),
      1n,
    ]);
  });

  test('the flights of vega-datasets', async () => {
    const file = path.join(
      import.meta.dirname,
      '../../node_modules/vega-datasets/data/flights-3m.parquet',
    );
    const { table } = readFile(parquet, file, { columns: [] });
    expect(table.fields.map(({ name, type }) => `${name} ${printType(type)}`)).toEqual([
      'date TIMESTAMP(6)',
      'delay BIGINT',
      'distance BIGINT',
      'origin STRING',
      'destination STRING',
    ]);
    const [expected] = await duckdb(
      `SELECT count(*), sum(delay), sum(CAST(origin = 'LAX' AS BIGINT)) FROM '${file}'`,
    );
    let [rows, sum, fromLax] = [0n, 0n, 0n];
    const decoding = parquet.decoding(table, {});
    const columns = schema({ delay: BIGINT, origin: STRING });
    using region = newRegion();
    for (const split of decoding.splits(file, 1, [])) {
      for (const batch of decoding.read(split, columns, readContext(region))) {
        const [delay, origin] = batch.columns;
        const lax = origin instanceof DictionaryColumn ? indexOf(origin.dictionary, 'LAX') : -1;
        for (let i = 0; i < batch.length; i++) {
          sum += delay?.get(i) as bigint;
          if (origin instanceof DictionaryColumn && origin.codes[i] === lax) fromLax++;
        }
        rows += BigInt(batch.length);
      }
    }
    expect([rows, sum, fromLax]).toEqual(expected);
  });

  test('row groups without matching rows are left out', async () => {
    using folder = tempFolder();
    const file = path.join(folder.path, 'groups.parquet');
    await duckdb(
      `COPY (SELECT i AS id, CAST(i AS DECIMAL(10, 2)) AS d, DATE '2020-01-01' + CAST(i AS INTEGER) AS day, printf('%05d', i) AS t, CASE WHEN i >= 2048 AND i < 6144 THEN i END AS n FROM range(8192) t(i)) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
    );
    const rowsWith = (column: string, min: unknown, max: unknown) => {
      return rowsIn(column, [{ min, max, minInclusive: true, maxInclusive: false }]);
    };
    const rowsIn = (column: string, ranges: readonly ValueRange[], orNull = false) =>
      readFile(parquet, file, { conditions: [{ column, ranges, orNull }], columns: ['id'] }).rows
        .length;
    const point = (value: unknown): ValueRange => {
      return { min: value, max: value, minInclusive: true, maxInclusive: true };
    };
    expect(rowsWith('id', null, null)).toBe(8192);
    expect(rowsWith('id', 5000n, null)).toBe(4096);
    expect(rowsWith('id', null, 2048n)).toBe(2048);
    expect(rowsWith('id', 9000n, null)).toBe(0);
    expect(rowsWith('d', 204800n, 409600n)).toBe(2048);
    expect(rowsWith('day', 18262 + 8000, null)).toBe(2048);
    expect(rowsWith('t', '02050', '02060')).toBe(2048);
    expect(rowsWith('unknown', 1, 2)).toBe(8192);
    // The values of a list lie in two groups, and none between them.
    expect(rowsIn('id', [point(1n), point(8000n)])).toBe(4096);
    expect(rowsIn('id', [])).toBe(0);
    // NULLs are in the first and the last group, other values between them.
    expect(rowsIn('n', [], true)).toBe(4096);
    expect(rowsWith('n', null, null)).toBe(4096);
    expect(rowsIn('n', [point(3000n)], true)).toBe(6144);
  });
});

describe('large row groups', () => {
  test('are cut into parts of rows', () => {
    using folder = tempFolder();
    const file = path.join(folder.path, 'one-group.parquet');
    const table = schema({ id: INT, few: STRING, many: STRING, l: array(INT) });
    const rows = Array.from({ length: 270_000 }, (_, i) => [
      i,
      i % 5 === 0 ? null : `w${i % 7}`,
      `some longer text ${(i * 7919) % 270_000}`,
      i % 100 === 0 ? [i, null] : null,
    ]);
    writeRows(parquet, file, table, rows, { 'row-group.rows': '1000000' });
    const parts = readFile(parquet, file, { splitBytes: 1 });
    expect(parts.splits.map(({ skip, rows: count }) => [skip, count])).toEqual([
      [0, 135_000],
      [135_000, 135_000],
    ]);
    expect(parts.rows.length).toBe(rows.length);
    for (const i of [0, 1, 134_999, 135_000, 135_100, 200_005, 269_999]) {
      expect(parts.rows[i]).toEqual(rows[i]);
    }
    expect(parts.rows.every(([id], i) => id === i)).toBe(true);
  });
});

describe('dictionary indexes', () => {
  test('of every width, in batches that end anywhere', async () => {
    using folder = tempFolder();
    const file = path.join(folder.path, 'widths.parquet');
    const widths = Array.from({ length: 15 }, (_, i) => i + 1);
    const columns = widths.map(
      (width) => `CAST((i * 7919 % ${2 ** width - 1}) * 3 AS BIGINT) AS w${width}`,
    );
    await duckdb(
      `COPY (SELECT ${columns.join(', ')} FROM range(70000) t(i)) TO '${file}'
       (FORMAT parquet, DICTIONARY_SIZE_LIMIT 70000, ROW_GROUP_SIZE 100000)`,
    );
    for (const batchRows of [4096, 1003, 3]) {
      const { rows } = readFile(parquet, file, { batchRows });
      expect(rows.length).toBe(70_000);
      const wrong = rows.findIndex((values, i) =>
        widths.some((width, k) => values[k] !== BigInt(((i * 7919) % (2 ** width - 1)) * 3)),
      );
      expect(wrong, `row ${wrong} of batches of ${batchRows}`).toBe(-1);
    }
  });
});

describe('a file that is written anew', () => {
  test('is read anew, also with the same size at the same time', () => {
    using folder = tempFolder();
    const file = path.join(folder.path, 'again.parquet');
    const table = schema({ id: INT, name: STRING });
    for (const name of ['one', 'two']) {
      writeRows(parquet, file, table, [[1, name]]);
      utimesSync(file, 1_700_000_000, 1_700_000_000);
      expect(readFile(parquet, file).rows).toEqual([[1, name]]);
      rmSync(file);
    }
    writeRows(parquet, file, schema({ ident: INT, n: STRING }), [[1, 'six']]);
    expect(readFile(parquet, file).table.fields.map(({ name }) => name)).toEqual(['ident', 'n']);
  });
});

describe('parquet as declared', () => {
  test('values are cast to the types of the table; missing columns are NULL', async () => {
    using folder = tempFolder();
    const file = path.join(folder.path, 'cast.parquet');
    await duckdb(
      `COPY (SELECT 1::INTEGER AS a, 1.50::DECIMAL(4,2) AS b, '7' AS c, TIMESTAMP '2020-01-01 00:00:00' AS d) TO '${file}' (FORMAT parquet)`,
    );
    const table = schema({ A: BIGINT, b: decimal(10, 3), c: INT, d: timestamp(3), e: STRING });
    expect(readFile(parquet, file, { table }).rows).toEqual([
      [1n, 1500n, 7, 1577836800000000000n, null],
    ]);
  });
});

describe('parquet round trips', () => {
  const TABLE = schema({
    a: BIGINT,
    b: decimal(9, 2),
    c: decimal(38, 5),
    d: DOUBLE,
    e: FLOAT,
    f: BOOLEAN,
    g: STRING,
    h: BYTES,
    i: DATE,
    j: time(3),
    k: timestamp(6),
    l: timestamp(9),
    m: timestampLtz(6),
    n: TINYINT,
    o: SMALLINT,
    p: INT,
    q: array(STRING),
    r: map(STRING, INT),
    s: row([
      { name: 'x', type: INT, comment: null },
      { name: 'y', type: timestamp(6), comment: null },
    ]),
  });
  const micros = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }).map((value) => value * 1000n);
  const values = fc.tuple(
    ...[
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -999_999_999n, max: 999_999_999n }),
      fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
      fc.double(),
      fc.float(),
      fc.boolean(),
      fc.oneof(fc.constantFrom('a', 'b', ''), fc.string({ unit: 'binary' })),
      fc.uint8Array({ maxLength: 9 }),
      fc.integer({ min: -719162, max: 2932896 }),
      fc.integer({ min: 0, max: 86_399_999 }),
      micros,
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      micros,
      fc.integer({ min: -128, max: 127 }),
      fc.integer({ min: -32768, max: 32767 }),
      fc.integer(),
      fc.array(fc.option(fc.string()), { maxLength: 3 }),
      fc
        .array(fc.tuple(fc.string(), fc.option(fc.integer())), { maxLength: 3 })
        .map((e) => new Map(e)),
      fc.tuple(fc.option(fc.integer()), fc.option(micros)),
    ].map((value) => fc.option(value as fc.Arbitrary<unknown>)),
  );

  test('all types', () => {
    fc.assert(
      fc.property(
        fc.array(values, { maxLength: 20 }),
        fc.constantFrom('SNAPPY', 'ZSTD', 'UNCOMPRESSED'),
        (rows, compression) => {
          expect(roundTrip(parquet, TABLE, rows, { compression, 'row-group.rows': '7' })).toEqual(
            rows,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test('DuckDB reads what is written', async () => {
    using folder = tempFolder();
    const file = path.join(folder.path, 'ours.parquet');
    const table = schema({ a: BIGINT, b: decimal(20, 2), c: STRING, d: DATE, e: timestamp(3) });
    writeRows(parquet, file, table, [
      [1n, 12345n, 'x', 0, 1_000_000n],
      [null, -1n, null, 19782, null],
    ]);
    expect(
      await duckdb(
        `SELECT a, CAST(b AS VARCHAR), c, CAST(d AS VARCHAR), CAST(e AS VARCHAR) FROM '${file}'`,
      ),
    ).toEqual([
      [1n, '123.45', 'x', '1970-01-01', '1970-01-01 00:00:00.001'],
      [null, '-0.01', null, '2024-02-29', null],
    ]);
  });
});

describe('malformed parquet', () => {
  test('no parquet at all', () => {
    for (const text of ['', 'PAR1', 'PAR1PAR1', 'PAR1aaaaaaaaPAR1', 'x'.repeat(100)]) {
      expect(() => readText(parquet, text)).toThrow(
        expect.objectContaining({ code: 'BAD_FILE', name: 'TableRuntimeError' }),
      );
    }
  });

  test('cut and flipped bytes give errors or rows, nothing else', { timeout: 60_000 }, async () => {
    using folder = tempFolder();
    const file = path.join(folder.path, 'good.parquet');
    await duckdb(
      `COPY (SELECT i, 'w' || i % 9 AS few, md5(i::VARCHAR) AS many, i / 3 AS d, [i, i] AS l, i % 2 = 0 AS b FROM range(300) t(i)) TO '${file}' (FORMAT parquet, COMPRESSION snappy)`,
    );
    const good = readFileSync(file);
    const attempt = (bytes: Uint8Array) => {
      try {
        expect(readText(parquet, bytes).rows.length).toBeLessThan(100_000);
      } catch (error) {
        if (!(error instanceof TableError)) throw error;
      }
    };
    for (let k = 0; k < 60; k++) attempt(good.subarray(0, Math.floor((good.length * k) / 60)));
    let seed = 7;
    for (let k = 0; k < 500; k++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const bytes = Uint8Array.from(good);
      const at = seed % bytes.length;
      bytes[at] = bytes[at]! ^ (1 << (k % 8));
      attempt(bytes);
    }
  });
});
