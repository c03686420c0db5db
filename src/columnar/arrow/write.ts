import type * as arrow from 'apache-arrow';
import { runtimeError } from '../../common/errors.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import type { Batch } from '../batch.ts';
import { compact } from '../batches.ts';
import { isValid } from '../bitmap.ts';
import { builderFor } from '../builders/builder-for.ts';
import type { BinaryColumn, Column, FixedColumn, ListColumn, NullColumn } from '../column.ts';
import { decodeDictionary } from '../concat.ts';
import { storageTypeOf, toStored } from '../stored-values.ts';
import { sliceColumn } from '../take.ts';
import { storageOf } from '../values.ts';
import { type ArrowModule, toArrowSchema, toArrowType } from './types.ts';

/** What a writer needs: the package, and scratch memory for decoded dictionaries. */
interface Target {
  readonly module: ArrowModule;
  readonly scratch: Region;
}

/**
 * The rows of a batch as an Arrow record batch that owns its memory. Dictionaries come out as
 * plain values, so that all batches of a result have one schema; row kinds are left out. `region`
 * lends scratch memory.
 * Errors: TableRuntimeError INVALID_VALUE for a TIMESTAMP(7..9) beyond int64 nanoseconds;
 * ResourceError MEMORY_LIMIT.
 */
export function toRecordBatch(
  module: ArrowModule,
  batch: Batch,
  region: Region,
): arrow.RecordBatch {
  const scratch = region.child();
  try {
    const { columns, length } = compact(batch, scratch);
    const schema = toArrowSchema(module, batch.schema);
    const children = columns.map((column) => toData({ module, scratch }, column));
    const type = new module.Struct(schema.fields);
    const data = module.makeData({ type, length, nullCount: 0, children });
    return new module.RecordBatch(schema, data);
  } finally {
    scratch.dispose();
  }
}

/**
 * A column as an Arrow vector that owns its memory: what a function of kind `arrow` is given.
 * Errors: as of `toRecordBatch`.
 */
export function toArrowVector(module: ArrowModule, column: Column, region: Region): arrow.Vector {
  const scratch = region.child();
  try {
    return new module.Vector([toData({ module, scratch }, column)]);
  } finally {
    scratch.dispose();
  }
}

function toData(target: Target, column: Column): arrow.Data {
  const { module, scratch } = target;
  if (column.layout === 'dictionary') return toData(target, decodeDictionary(column, scratch));
  const { length, nullCount } = column;
  const type = toArrowType(module, column.type);
  const nullBitmap = nullCount === 0 ? null : (column.validity?.slice() ?? null);
  const base = { type, length, nullCount, nullBitmap };
  switch (column.layout) {
    case 'null':
      // The schema of all batches says the column's type, whatever this one holds.
      if (column.type.kind !== 'NULL') return toData(target, typedNulls(column, scratch));
      return module.makeData({ type: new module.Null(), length });
    case 'bool':
      return makeData(module, { ...base, data: column.bits.slice() });
    case 'fixed':
      return makeData(module, { ...base, data: fixedData(column) });
    case 'binary':
      if (column.type.kind === 'VARIANT') return toData(target, stored(column, scratch));
      return makeData(module, { ...base, ...binaryData(column) });
    case 'list':
      return makeData(module, { ...base, ...listData(target, column) });
    case 'struct': {
      const children = column.children.map((child) => toData(target, child));
      return makeData(module, { ...base, children });
    }
  }
}

/** Rows that are all NULL, in the layout of their type. */
function typedNulls({ type, length }: NullColumn, region: Region): Column {
  const builder = builderFor(type, region, length);
  for (let row = 0; row < length; row++) builder.append(null);
  return builder.finish();
}

/** A column as the type that its values are stored as. */
function stored(column: BinaryColumn, region: Region): Column {
  const builder = builderFor(storageTypeOf(column.type), region, column.length);
  const write = toStored(column.type);
  for (let row = 0; row < column.length; row++) {
    builder.append(isValid(column.validity, row) ? write(column.get(row)) : null);
  }
  return builder.finish();
}

/** `makeData` tells types apart by their class at run time, which its overloads cannot see here. */
function makeData(module: ArrowModule, props: object): arrow.Data {
  return module.makeData(props as never);
}

function binaryData(column: BinaryColumn): object {
  const from = column.offsets[0]!;
  const to = column.offsets[column.length]!;
  return { valueOffsets: rebased(column.offsets), data: column.bytes.slice(from, to) };
}

function listData(target: Target, column: ListColumn): object {
  const { offsets, length } = column;
  const child = sliceColumn(column.child, offsets[0]!, offsets[length]!, target.scratch);
  return { valueOffsets: rebased(offsets), child: toData(target, child) };
}

/** A copy of offsets that starts at 0. */
function rebased(offsets: Int32Array): Int32Array {
  const copy = offsets.slice();
  const first = copy[0]!;
  if (first !== 0) for (let i = 0; i < copy.length; i++) copy[i]! -= first;
  return copy;
}

/** The values in Arrow's form, in memory of their own. */
function fixedData(column: FixedColumn): arrow.DataType['TArray'] {
  const { type, values, length } = column;
  if (type.kind === 'DECIMAL') {
    const words = storageOf(type) === 'i128' ? values.slice() : widened(values as BigInt64Array);
    return new Uint32Array(words.buffer, 0, length * 4);
  }
  if (type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ') {
    if (type.precision > 6) return nanoseconds(column, type);
    const divisor = type.precision === 0 ? 1_000_000n : type.precision <= 3 ? 1000n : 1n;
    const copy = (values as BigInt64Array).slice();
    if (divisor !== 1n) for (let i = 0; i < length; i++) copy[i] = floorDiv(copy[i]!, divisor);
    return copy;
  }
  return values.slice();
}

/** Int64 decimals as 128-bit ones. */
function widened(values: BigInt64Array): BigInt64Array {
  const words = new BigInt64Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    words[2 * i] = value;
    words[2 * i + 1] = value < 0n ? -1n : 0n;
  }
  return words;
}

function nanoseconds(column: FixedColumn, type: DataType): BigInt64Array {
  const pairs = column.values as BigInt64Array;
  const nanos = new BigInt64Array(column.length);
  for (let i = 0; i < column.length; i++) {
    if (!isValid(column.validity, i)) continue;
    const value = pairs[2 * i]! * 1000n + pairs[2 * i + 1]!;
    if (value !== BigInt.asIntN(64, value)) {
      throw runtimeError('INVALID_VALUE', {
        value: `${value} ns`,
        type: `an Arrow timestamp in nanoseconds`,
        where: `, which holds the years 1678 to 2261 (the column is ${type.kind})`,
      });
    }
    nanos[i] = value;
  }
  return nanos;
}

function floorDiv(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return quotient * divisor > value ? quotient - 1n : quotient;
}
