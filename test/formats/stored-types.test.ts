import * as arrow from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { fromArrowTable } from '../../src/columnar/arrow/read.ts';
import { fromArrowSchema } from '../../src/columnar/arrow/types.ts';
import { toRecordBatch } from '../../src/columnar/arrow/write.ts';
import { batchOf } from '../../src/columnar/batch.ts';
import { arrow as arrowFormat } from '../../src/formats/arrow/arrow.ts';
import { csv } from '../../src/formats/csv/csv.ts';
import { json } from '../../src/formats/json/json.ts';
import { parquet } from '../../src/formats/parquet/parquet.ts';
import { bitmapOf } from '../../src/types/bitmap-value.ts';
import { array, BITMAP, STRING, VARIANT } from '../../src/types/types.ts';
import { columnOf, withRegion } from '../columnar/arbitrary.ts';
import { readText, roundTrip, rowsOf, schema } from './support.ts';

const TABLE = schema({ v: VARIANT, b: BITMAP });
const ROWS = [
  [{ a: [1n, 2.5, null, 'x'], b: {} }, bitmapOf([1, -1])],
  [12345678901234567890n, bitmapOf([])],
  ['"', null],
  [null, bitmapOf([7])],
  [true, null],
];

describe('VARIANT and BITMAP', () => {
  test.for(
    [csv, json, parquet, arrowFormat].map((format) => [format.extensions[0], format] as const),
  )('go to %s files and back', ([, format]) => {
    expect(roundTrip(format, TABLE, ROWS)).toEqual(ROWS);
  });

  test('are extension types of Arrow, inside other types too', () => {
    withRegion((region) => {
      const table = schema({ v: VARIANT, b: BITMAP, list: array(VARIANT) });
      const lists = [[1n, null], null, [], [{ a: 'x' }], ['y']];
      const columns = [
        columnOf(
          VARIANT,
          ROWS.map(([v]) => v),
          region,
        ),
        columnOf(
          BITMAP,
          ROWS.map(([, b]) => b),
          region,
        ),
        columnOf(array(VARIANT), lists, region),
      ];
      const made = new arrow.Table([toRecordBatch(arrow, batchOf(table, columns), region)]);
      expect(made.schema.fields.map((f) => f.metadata.get('ARROW:extension:name'))).toEqual([
        'arrow.json',
        'millrace.bitmap',
        undefined,
      ]);
      expect(made.getChild('v')?.get(1)).toBe('12345678901234567890');
      const source = arrow.tableFromIPC(arrow.tableToIPC(made, 'file'));
      expect(fromArrowSchema(source.schema)).toEqual(table);
      const back = rowsOf(fromArrowTable(source, region));
      expect(back).toEqual(ROWS.map((row, i) => [...row, lists[i]]));
    });
  });

  test('JSON texts of any kind of column are read, other texts are refused', () => {
    withRegion((region) => {
      const read = (type: arrow.DataType, text: string) => {
        const v = arrow.vectorFromArray([text, null], type as never);
        return rowsOf(fromArrowTable(new arrow.Table({ v }), region, schema({ v: VARIANT })));
      };
      const kinds = [
        new arrow.Utf8(),
        new arrow.LargeUtf8(),
        new arrow.Utf8View(),
        new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()),
      ];
      for (const type of kinds) expect(read(type, '{"a": 1}')).toEqual([[{ a: 1n }], [null]]);
      expect(() => read(new arrow.Utf8(), '{')).toThrow(
        expect.objectContaining({ code: 'INVALID_VALUE' }),
      );
    });
  });

  test('what is no JSON and no bitmap is a bad field of a text file', () => {
    for (const text of ['1,\n{,\n', '1,\n1,AA==\n']) {
      expect(() => readText(csv, text, { table: TABLE })).toThrow(
        expect.objectContaining({ code: 'BAD_FIELD' }),
      );
    }
    const table = schema({ s: STRING, v: VARIANT });
    expect(readText(json, '{"s":"x","v":[1,12345678901234567890,1.5]}\n', { table }).rows).toEqual([
      ['x', [1n, 12345678901234567890n, 1.5]],
    ]);
  });
});
