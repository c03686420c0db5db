import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Region } from '../../src/columnar/arena/region.ts';
import { fromArrowTable, fromArrowVector, fromRecordBatch } from '../../src/columnar/arrow/read.ts';
import { fromArrowSchema, fromArrowType, loadArrow } from '../../src/columnar/arrow/types.ts';
import { toArrowVector, toRecordBatch } from '../../src/columnar/arrow/write.ts';
import { batchOf } from '../../src/columnar/batch.ts';
import { NullColumn } from '../../src/columnar/column.ts';
import { sliceColumn } from '../../src/columnar/take.ts';
import { TableRuntimeError, ValidationError } from '../../src/common/errors.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import {
  ALL_TYPES,
  arbitraryRows,
  columnOf,
  dictionaryOf,
  valuesOf,
  withRegion,
} from './arbitrary.ts';

const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };

/** The values of an Arrow vector, read as what its own type says. */
function read(vector: arrow.Vector, region: Region): unknown[] {
  return valuesOf(fromArrowVector(vector, fromArrowType(vector.type, true), region));
}

describe('arrow', () => {
  test('the package is loaded on demand', async () => {
    expect((await loadArrow()).Table).toBe(arrow.Table);
  });

  test.for(ALL_TYPES.map((type) => [type.kind, type] as const))(
    '%s goes there and back',
    ([, type]) => {
      fc.assert(
        fc.property(arbitraryRows(type, 30), fc.nat(5), fc.boolean(), (rows, cut, viaIpc) =>
          withRegion((region) => {
            const schema = schemaOf([field('v', type)]);
            const whole = columnOf(type, rows, region);
            const column = sliceColumn(whole, Math.min(cut, rows.length), rows.length, region);
            const made = toRecordBatch(arrow, batchOf(schema, [column]), region);
            expect(made.numRows).toBe(column.length);
            const table = new arrow.Table([made]);
            const source = viaIpc ? arrow.tableFromIPC(arrow.tableToIPC(table, 'file')) : table;
            const back = fromArrowTable(source, region, schema);
            expect(back.flatMap((b) => valuesOf(b.columns[0]!))).toEqual(rows.slice(cut));
            const sliced = fromArrowTable(source.slice(1), region, schema);
            expect(sliced.flatMap((b) => valuesOf(b.columns[0]!))).toEqual(
              rows.slice(cut).slice(1),
            );
          }),
        ),
        { numRuns: 30 },
      );
    },
  );

  test.for(
    ALL_TYPES.filter((type) => type.kind !== 'MULTISET').map((type) => [type.kind, type] as const),
  )('the Arrow type of %s leads back to its kind', ([, type]) => {
    withRegion((region) => {
      const column = columnOf(type, [], region);
      const made = toRecordBatch(arrow, batchOf(schemaOf([field('v', type)]), [column]), region);
      const back = fromArrowSchema(made.schema).fields[0]!.type;
      const kind = { CHAR: 'VARCHAR' }[type.kind as string] ?? type.kind;
      expect(back.kind).toBe(kind);
    });
  });

  test('a table owns its memory and shows what apache-arrow shows', () => {
    const table = withRegion((region) => {
      const schema = schemaOf([field('s', STRING), field('n', { kind: 'INT', nullable: false })]);
      const batch = batchOf(schema, [
        dictionaryOf(STRING, ['x', null, 'y'], region),
        columnOf({ kind: 'INT', nullable: false }, [1, 2, 3], region),
      ]);
      const selected = { ...batch, selection: Int32Array.of(0, 2) };
      return new arrow.Table([batch, selected].map((b) => toRecordBatch(arrow, b, region)));
    });
    withRegion((region) => region.bytes(region.alloc(1000), 1000).fill(7));
    expect(table.toArray().map((row) => ({ ...row.toJSON() }))).toEqual([
      { s: 'x', n: 1 },
      { s: null, n: 2 },
      { s: 'y', n: 3 },
      { s: 'x', n: 1 },
      { s: 'y', n: 3 },
    ]);
    expect(table.schema.fields.map((f) => f.nullable)).toEqual([true, false]);
  });

  test('a vector goes to a function and back', () => {
    withRegion((region) => {
      const vector = toArrowVector(arrow, columnOf(STRING, ['a', null], region), region);
      expect([...vector]).toEqual(['a', null]);
      expect(valuesOf(fromArrowVector(vector, STRING, region))).toEqual(['a', null]);
    });
  });

  test('types that we do not write are read', () => {
    withRegion((region) => {
      const of = (values: unknown[], type: arrow.DataType) =>
        read(arrow.vectorFromArray(values as never, type as never), region);
      expect(of([1, null, 255], new arrow.Uint8())).toEqual([1, null, 255]);
      expect(of([4294967295], new arrow.Uint32())).toEqual([4294967295n]);
      expect(of([2n ** 64n - 1n], new arrow.Uint64())).toEqual([2n ** 64n - 1n]);
      expect(of([1.5, -2, null], new arrow.Float16())).toEqual([1.5, -2, null]);
      expect(of(['a', null, 'a'], new arrow.LargeUtf8())).toEqual(['a', null, 'a']);
      expect(of(['short', null, 'longer than twelve'], new arrow.Utf8View())).toEqual([
        'short',
        null,
        'longer than twelve',
      ]);
      expect(of([Uint8Array.of(1, 2)], new arrow.FixedSizeBinary(2))).toEqual([
        Uint8Array.of(1, 2),
      ]);
      const day = 86_400_000;
      expect(of([new Date(-1), new Date(day)], new arrow.DateMillisecond())).toEqual([-1, 1]);
      expect(of([2], new arrow.TimestampNanosecond())).toEqual([2_000_000n]);
      expect(of([5n], new arrow.DurationSecond())).toEqual([5000n]);
      const strings = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8());
      expect(of(['x', null, 'y', 'x'], strings)).toEqual(['x', null, 'y', 'x']);
      const pairs = new arrow.FixedSizeList(2, new arrow.Field('item', new arrow.Int32(), true));
      expect(of([[1, 2], null, [3, 4]], pairs)).toEqual([[1, 2], null, [3, 4]]);
    });
  });

  test('narrow decimals become int64', () => {
    withRegion((region) => {
      const type: DataType = { kind: 'DECIMAL', nullable: true, precision: 5, scale: 2 };
      const column = columnOf(type, [-12345n, null, 1n], region);
      const made = toRecordBatch(arrow, batchOf(schemaOf([field('d', type)]), [column]), region);
      const back = fromRecordBatch(made, region).columns[0]!;
      expect(valuesOf(back)).toEqual([-12345n, null, 1n]);
      expect(back.layout === 'fixed' && back.width).toBe(8);
    });
  });

  test('nanoseconds out of range are an error', () => {
    withRegion((region) => {
      const type: DataType = { kind: 'TIMESTAMP', nullable: true, precision: 9 };
      const year9999 = 253_402_300_799_000_000_000n;
      const batch = batchOf(schemaOf([field('t', type)]), [columnOf(type, [year9999], region)]);
      expect(() => toRecordBatch(arrow, batch, region)).toThrow(TableRuntimeError);
      expect(() => toRecordBatch(arrow, batch, region)).toThrow(/253402300799000000000 ns/);
    });
  });

  test('types without a SQL counterpart are refused', () => {
    expect(() => fromArrowType(new arrow.Decimal(0, 50, 256), true)).toThrow(ValidationError);
    expect(() => fromArrowType(new arrow.IntervalMonthDayNano(), true)).toThrow(ValidationError);
    const union = new arrow.SparseUnion([0], [new arrow.Field('a', new arrow.Int32())]);
    expect(() => fromArrowType(union, true)).toThrow(ValidationError);
    withRegion((region) => {
      const vector = arrow.vectorFromArray([1], new arrow.Int32());
      expect(() => fromArrowVector(vector, { kind: 'DATE', nullable: true }, region)).toThrow(
        ValidationError,
      );
    });
  });

  test.for(ALL_TYPES.map((type) => [type.kind, type] as const))(
    'a batch without any %s has the type of its schema',
    ([, type]) => {
      withRegion((region) => {
        const schema = schemaOf([field('v', type)]);
        const batch = toRecordBatch(arrow, batchOf(schema, [new NullColumn(type, 2)]), region);
        const table = arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table([batch])));
        expect([...table.getChild('v')!]).toEqual([null, null]);
      });
    },
  );
});
