import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Region } from '../../src/columnar/arena/region.ts';
import { batchOf } from '../../src/columnar/batch.ts';
import type { Column } from '../../src/columnar/column.ts';
import { concatColumns, copyColumn } from '../../src/columnar/concat.ts';
import { describeBatch, restoreBatch } from '../../src/columnar/descriptor.ts';
import { narrowCopy, readableIn } from '../../src/columnar/narrow-copy.ts';
import { sliceColumn, take } from '../../src/columnar/take.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { BIGINT, DATE, decimal, INT, STRING, time, timestamp } from '../../src/types/types.ts';
import { ARENA, columnOf, storedColumn, valuesOf, withRegion } from './arbitrary.ts';

const NARROWED: readonly DataType[] = [INT, BIGINT, decimal(15, 2), DATE, time(3), timestamp(3)];

interface Numbers {
  readonly type: DataType;
  readonly bits: number;
  readonly rows: readonly (bigint | null)[];
}

/** Integers of at most so many bits, with those at both ends among them. */
const numbers: fc.Arbitrary<Numbers> = fc
  .tuple(fc.constantFrom(...NARROWED), fc.constantFrom(8, 9, 16, 17, 32, 33, 50))
  .chain(([type, size]) => {
    const bits = type.kind === 'INT' || type.kind === 'DATE' || type.kind === 'TIME' ? 32 : 64;
    const most = 2n ** BigInt(Math.min(size, bits) - 1) - 1n;
    const value = fc.oneof(
      fc.constantFrom(most, -most - 1n, 0n, -1n),
      fc.bigInt({ min: -most - 1n, max: most }),
    );
    const rows = fc.oneof(
      fc.array(value, { size: 'max', maxLength: 70 }),
      fc.array(fc.option(value)),
    );
    return rows.map((given) => ({ type, bits, rows: given }));
  });

function internal({ type, bits }: Numbers, value: bigint | null): unknown {
  if (value === null) return null;
  if (type.kind === 'TIMESTAMP') return value * 1000n;
  return bits === 32 ? Number(value) : value;
}

/** The column of a table, and what it holds. */
function stored(given: Numbers, region: Region): { column: Column; values: readonly unknown[] } {
  const values = given.rows.map((value) => internal(given, value));
  return { column: storedColumn(columnOf(given.type, values, region), region), values };
}

const widthOf = (column: Column): number | undefined =>
  column.layout === 'fixed' ? (column.narrow?.width ?? column.width) : undefined;

test('integers take as few bytes as they need', () => {
  withRegion((region) => {
    const widths = (type: DataType, ...rows: bigint[]): number | undefined =>
      widthOf(stored({ type, bits: type === INT ? 32 : 64, rows }, region).column);
    expect(widths(BIGINT, -128n, 127n)).toBe(1);
    expect(widths(BIGINT, 128n)).toBe(2);
    expect(widths(decimal(15, 2), -129n, 5n)).toBe(2);
    expect(widths(BIGINT, -32768n, 32767n)).toBe(2);
    expect(widths(BIGINT, 32768n)).toBe(8);
    expect(widths(INT, 32767n)).toBe(2);
    expect(widths(INT, -32769n)).toBe(4);
    expect(narrowCopy(columnOf(STRING, ['a', null], region), region).get(0)).toBe('a');
  });
});

test('narrow columns have the values of the others, whole, sliced, taken, put together and sent', () => {
  fc.assert(
    fc.property(numbers, fc.nat(20), fc.array(fc.nat(200)), (given, from, picks) => {
      withRegion((region) => {
        const { column, values } = stored(given, region);
        expect(valuesOf(column)).toEqual(values);
        const readable = readableIn(column, region);
        expect(readable.nullCount).toBe(column.nullCount);
        const at = Math.min(from, values.length);
        const part = sliceColumn(readable, at, values.length, region);
        expect(valuesOf(part)).toEqual(values.slice(at));
        const copied = copyColumn(part, region);
        if (part.layout !== 'fixed' || copied.layout !== 'fixed') throw new Error('fixed width');
        expect(copied.narrow).toBeNull();
        expect([...part.values.subarray(0, part.length)]).toEqual([...copied.values]);
        expect(valuesOf(copied)).toEqual(values.slice(at));
        const both = concatColumns([readable, copied], region);
        expect(valuesOf(both)).toEqual([...values, ...values.slice(at)]);
        if (values.length === 0) return;
        const rows = picks.map((pick) => (pick === 7 ? -1 : pick % values.length));
        const taken = take(column, Int32Array.from(rows), region);
        expect(valuesOf(taken)).toEqual(rows.map((row) => (row < 0 ? null : values[row])));
        const sent = structuredClone(
          describeBatch(batchOf(schemaOf([field('v', given.type)]), [column])),
        );
        const [received] = restoreBatch(ARENA, sent, region).columns;
        expect(valuesOf(copyColumn(received!, region))).toEqual(values);
        expect(widthOf(received!)).toBe(widthOf(column));
      });
    }),
    { numRuns: 300 },
  );
});
