import { assert } from '../common/assert.ts';
import type { DataType } from '../types/data-type.ts';
import type { Schema } from '../types/schema.ts';
import type { Arena } from './arena/arena.ts';
import type { Region } from './arena/region.ts';
import type { Batch } from './batch.ts';
import { bitmapBytes } from './bitmap.ts';
import {
  BinaryColumn,
  BoolColumn,
  type Column,
  DictionaryColumn,
  FixedColumn,
  ListColumn,
  NullColumn,
  StructColumn,
  type ValueRange,
} from './column.ts';
import { Narrow } from './narrow.ts';
import { storageOf, viewOf } from './values.ts';

/** The part of a described column that all layouts have. Addresses are of the arena; 0: absent. */
interface DescriptorBase {
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  readonly validity: number;
}

/** A column as plain data: what another thread needs to look at the same memory. */
export type ColumnDescriptor =
  | (DescriptorBase & { readonly layout: 'null' })
  | (DescriptorBase & { readonly layout: 'bool'; readonly bits: number })
  | (DescriptorBase & {
      readonly layout: 'fixed';
      readonly width: number;
      /** Bytes of an element at `values`; less than `width` in tables in memory alone. */
      readonly stored: number;
      readonly values: number;
      readonly range: ValueRange | null;
    })
  | (DescriptorBase & {
      readonly layout: 'binary';
      readonly offsets: number;
      readonly bytes: number;
      readonly byteLength: number;
    })
  | (DescriptorBase & {
      readonly layout: 'list';
      readonly offsets: number;
      readonly child: ColumnDescriptor;
    })
  | (DescriptorBase & { readonly layout: 'struct'; readonly children: readonly ColumnDescriptor[] })
  | (DescriptorBase & {
      readonly layout: 'dictionary';
      readonly codes: number;
      readonly dictionary: ColumnDescriptor;
    });

/** A batch as plain data. */
export interface BatchDescriptor {
  readonly schema: Schema;
  readonly length: number;
  readonly columns: readonly ColumnDescriptor[];
  /** Address of the row kinds; 0 when all are INSERT. */
  readonly rowKinds: number;
  readonly selection: { readonly address: number; readonly length: number } | null;
}

/** Describes a column whose buffers lie in the arena. The memory must outlive the descriptor. */
export function describeColumn(column: Column): ColumnDescriptor {
  const { type, length, nullCount } = column;
  const validity = column.validity === null ? 0 : addressOf(column.validity);
  const base = { type, length, nullCount, validity };
  switch (column.layout) {
    case 'null':
      return { ...base, layout: 'null' };
    case 'bool':
      return { ...base, layout: 'bool', bits: addressOf(column.bits) };
    case 'fixed':
      return {
        ...base,
        layout: 'fixed',
        width: column.width,
        stored: column.narrow?.width ?? column.width,
        values: addressOf(column.narrow?.values ?? column.values),
        range: column.range,
      };
    case 'binary': {
      const { offsets, bytes } = column;
      return {
        ...base,
        layout: 'binary',
        offsets: addressOf(offsets),
        bytes: addressOf(bytes),
        byteLength: bytes.length,
      };
    }
    case 'list': {
      const child = describeColumn(column.child);
      return { ...base, layout: 'list', offsets: addressOf(column.offsets), child };
    }
    case 'struct':
      return { ...base, layout: 'struct', children: column.children.map(describeColumn) };
    case 'dictionary': {
      const dictionary = describeDictionary(column.dictionary);
      return { ...base, layout: 'dictionary', codes: addressOf(column.codes), dictionary };
    }
  }
}

/**
 * The column that a descriptor describes, over the same memory. Narrow integers are widened in
 * `region`, where somebody reads them so.
 */
export function restoreColumn(
  arena: Arena,
  column: ColumnDescriptor,
  region: Region | null = null,
): Column {
  const { type, length, nullCount } = column;
  const { buffer } = arena;
  const validity =
    column.validity === 0 ? null : new Uint8Array(buffer, column.validity, bitmapBytes(length));
  switch (column.layout) {
    case 'null':
      return new NullColumn(type, length);
    case 'bool': {
      const bits = new Uint8Array(buffer, column.bits, bitmapBytes(length));
      return new BoolColumn(type, length, bits, validity, nullCount);
    }
    case 'fixed': {
      const storage = storageOf(type);
      assert(storage !== null, 'a fixed-width type');
      const { width, stored, range } = column;
      const values =
        stored === width
          ? viewOf(buffer, storage, column.values, length)
          : Narrow.at(column.values, stored, length, arena, region);
      return new FixedColumn(type, length, values, width, validity, nullCount, range);
    }
    case 'binary': {
      const offsets = new Int32Array(buffer, column.offsets, length + 1);
      const bytes = new Uint8Array(buffer, column.bytes, column.byteLength);
      return new BinaryColumn(type, length, offsets, bytes, validity, nullCount);
    }
    case 'list': {
      const offsets = new Int32Array(buffer, column.offsets, length + 1);
      const child = restoreColumn(arena, column.child);
      return new ListColumn(type, length, offsets, child, validity, nullCount);
    }
    case 'struct': {
      const children = column.children.map((child) => restoreColumn(arena, child));
      return new StructColumn(type, length, children, validity, nullCount);
    }
    case 'dictionary': {
      const codes = new Int32Array(buffer, column.codes, length);
      const dictionary = restoreDictionary(arena, column.dictionary);
      return new DictionaryColumn(type, length, codes, dictionary, validity, nullCount);
    }
  }
}

/** By dictionaries: those of several columns are one object, and so are their descriptors. */
const described = new WeakMap<Column, ColumnDescriptor>();
/** The same the other way round: threads tell dictionaries apart by their objects. */
const restored = new WeakMap<ColumnDescriptor, Column>();

function describeDictionary(dictionary: Column): ColumnDescriptor {
  const descriptor = described.get(dictionary) ?? describeColumn(dictionary);
  described.set(dictionary, descriptor);
  return descriptor;
}

function restoreDictionary(arena: Arena, descriptor: ColumnDescriptor): Column {
  const dictionary = restored.get(descriptor) ?? restoreColumn(arena, descriptor);
  restored.set(descriptor, dictionary);
  return dictionary;
}

/** Describes a batch whose buffers lie in the arena. */
export function describeBatch(batch: Batch): BatchDescriptor {
  const { schema, length, selection } = batch;
  return {
    schema,
    length,
    columns: batch.columns.map(describeColumn),
    rowKinds: batch.rowKinds === null ? 0 : addressOf(batch.rowKinds),
    selection:
      selection === null ? null : { address: addressOf(selection), length: selection.length },
  };
}

/** The batch that a descriptor describes, as `restoreColumn` makes its columns. */
export function restoreBatch(
  arena: Arena,
  batch: BatchDescriptor,
  region: Region | null = null,
): Batch {
  const { schema, length, selection } = batch;
  return {
    schema,
    length,
    columns: batch.columns.map((column) => restoreColumn(arena, column, region)),
    rowKinds: batch.rowKinds === 0 ? null : new Uint8Array(arena.buffer, batch.rowKinds, length),
    selection:
      selection === null ? null : new Int32Array(arena.buffer, selection.address, selection.length),
  };
}

function addressOf(view: ArrayBufferView): number {
  assert(view.buffer instanceof SharedArrayBuffer, 'only memory of the arena is described');
  return view.byteOffset;
}
