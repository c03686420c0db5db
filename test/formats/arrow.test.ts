import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TableError } from '../../src/common/errors.ts';
import { arrow } from '../../src/formats/arrow/arrow.ts';
import { raw } from '../../src/formats/raw/raw.ts';
import { printType } from '../../src/types/print.ts';
import {
  array,
  BIGINT,
  BYTES,
  DATE,
  decimal,
  INT,
  row as rowType,
  STRING,
  timestamp,
} from '../../src/types/types.ts';
import { readFile, readText, roundTrip, schema } from './support.ts';

const FLIGHTS = path.join(
  import.meta.dirname,
  '../../node_modules/vega-datasets/data/flights-200k.arrow',
);

describe('arrow', () => {
  test('the flights of vega-datasets', () => {
    const { table, rows } = readFile(arrow, FLIGHTS, { batchRows: 5000 });
    expect(rows.length).toBe(200_000);
    expect(table.fields.map(({ name, type }) => `${name} ${printType(type)}`)).toEqual([
      'delay SMALLINT',
      'distance SMALLINT',
      'time FLOAT',
    ]);
    const json = JSON.parse(readFileSync(FLIGHTS.replace('.arrow', '.json'), 'utf8'));
    for (const i of [0, 100_000, 199_999]) {
      const { delay, distance, time } = json[i];
      expect(rows[i]).toEqual([delay, distance, Math.fround(time)]);
    }
    const projected = readFile(arrow, FLIGHTS, { columns: ['time', 'delay'] });
    expect(projected.rows[7]).toEqual([rows[7]?.[2], rows[7]?.[0]]);
  });

  test('round trips', () => {
    const table = schema({
      a: BIGINT,
      b: decimal(38, 3),
      c: STRING,
      d: DATE,
      e: timestamp(6),
      f: array(INT),
    });
    const row = fc.tuple(
      fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      fc.option(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })),
      fc.option(fc.string()),
      fc.option(fc.integer({ min: -719162, max: 2932896 })),
      fc.option(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }).map((value) => value * 1000n)),
      fc.option(fc.array(fc.option(fc.integer()))),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 10 }), (rows) => {
        expect(roundTrip(arrow, table, rows)).toEqual(rows);
      }),
      { numRuns: 100 },
    );
  });

  test('what is all NULL and of no type round trips', () => {
    const nothing = { kind: 'NULL', nullable: true } as const;
    const table = schema({
      a: nothing,
      b: array(nothing),
      c: rowType([{ name: 'x', type: nothing, comment: null }]),
      d: INT,
    });
    const rows = [
      [null, [null, null], [null], 1],
      [null, [], null, 2],
      [null, null, [null], 3],
      [null, [null], [null], null],
    ];
    expect(roundTrip(arrow, table, rows)).toEqual(rows);
  });

  test('other bytes give errors', () => {
    const good = readFileSync(FLIGHTS).subarray(0, 20_000);
    for (const bytes of ['', 'x', 'ARROW1', good, good.subarray(0, 100)]) {
      try {
        expect(readText(arrow, bytes).rows.length).toBeLessThan(300_000);
      } catch (error) {
        expect(error).toBeInstanceOf(TableError);
      }
    }
  });
});

describe('raw', () => {
  test('a line a row', () => {
    expect(readText(raw, 'a\n\nb,"c\r\nd').rows).toEqual([['a'], [''], ['b,"c'], ['d']]);
    expect(readText(raw, '1\n2\n', { table: schema({ n: INT }) }).rows).toEqual([[1], [2]]);
    expect(readText(raw, 'ab\n', { table: schema({ n: BYTES }) }).rows).toEqual([
      [new Uint8Array([97, 98])],
    ]);
    expect(() => readText(raw, '1\nx\n', { table: schema({ n: INT }) })).toThrow(
      /line 2, column 'n'/,
    );
    expect(() => readText(raw, '', { table: schema({ a: INT, b: INT }) })).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED' }),
    );
  });

  test('round trip', () => {
    const rows = [['a'], ['é'], ['']];
    expect(roundTrip(raw, schema({ s: STRING }), rows)).toEqual(rows);
  });
});
