import { isUtf8 } from 'node:buffer';
import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import { bitmapBytes, setBit } from '../../columnar/bitmap.ts';
import type { ColumnBuilder } from '../../columnar/builders/builder.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import {
  BinaryColumn,
  BoolColumn,
  type Column,
  DictionaryColumn,
  FixedColumn,
} from '../../columnar/column.ts';
import { storageOf, storageWidth, viewOf, writeFixed } from '../../columnar/values.ts';
import { type DataType, TIMESTAMP_PRECISION_INT64 } from '../../types/data-type.ts';
import { STRING } from '../../types/types.ts';
import type { TextStyle } from '../text-values.ts';
import type { CsvDialect } from './dialect.ts';
import { type FieldList, fieldText } from './fields.ts';
import { type CsvKernels, csvKernels } from './kernels.ts';
import { type FieldParser, fieldParser } from './values.ts';

/** What decoders of one reader share. */
export interface DecoderContext {
  readonly region: Region;
  readonly dialect: CsvDialect;
  readonly style: TextStyle;
  /** Rows of a list at most. */
  readonly rowsMax: number;
  /** Fields of a row of the file. */
  readonly fields: number;
  /** Three words for kernels to answer in. */
  readonly out: number;
  /** Room for a row index of every row. */
  readonly slow: number;
  /** The null literal as UTF-8; its length is -1 when there is none. */
  readonly nullAt: number;
  readonly nullLength: number;
}

/** Decodes one column. Rows that do not hold a value of its type are added to `bad`. */
export interface FieldDecoder {
  decode(list: FieldList, bad: Set<number>): Column;
}

const LAST_FIELD = 1 << 16;

const KINDS: Readonly<Record<string, number>> = {
  TINYINT: 0,
  SMALLINT: 1,
  INT: 2,
  BIGINT: 3,
  DECIMAL: 4,
  FLOAT: 5,
  DOUBLE: 6,
  DATE: 7,
  TIMESTAMP: 8,
  TIMESTAMP_LTZ: 9,
  BOOLEAN: 10,
};

/** Makes the decoder of the field at an index. */
export function fieldDecoder(type: DataType, field: number, context: DecoderContext): FieldDecoder {
  const { options, nullLiteral } = context.dialect;
  const kind = KINDS[type.kind];
  const storage = storageOf(type);
  const isString = type.kind === 'VARCHAR' || type.kind === 'CHAR';
  const twoNulls = options['empty-string-as-null'] && nullLiteral !== '';
  if (isString && !twoNulls && !options['trim-spaces']) {
    return new StringDecoder(type, field, context);
  }
  if (kind === undefined || storage === 'i128' || storage === 'timestamp128') {
    return new SlowDecoder(type, field, context);
  }
  return new FixedDecoder(type, kind, field, context);
}

/** The parameters that every kernel takes first. */
function shapeOf(list: FieldList, field: number, { dialect, fields }: DecoderContext): number {
  const last = list.regular && field === fields - 1 ? LAST_FIELD : 0;
  return dialect.quote | (dialect.escapeByte << 8) | last;
}

/** A bitmap that the kernels write: whole words behind the last row are cleared for readers. */
class KernelBitmap {
  readonly address: number;
  readonly #region: Region;

  constructor(region: Region, rowsMax: number) {
    this.#region = region;
    this.address = region.alloc(bitmapBytes(rowsMax) + 8);
  }

  view(rows: number): Uint8Array {
    const bytes = bitmapBytes(rows);
    this.#region.bytes(this.address + bytes, 8).fill(0);
    return this.#region.bytes(this.address, bytes);
  }
}

class FixedDecoder implements FieldDecoder {
  readonly #type: DataType;
  readonly #kind: number;
  readonly #field: number;
  readonly #context: DecoderContext;
  readonly #kernels: CsvKernels;
  readonly #validity: KernelBitmap;
  readonly #values: number;
  readonly #bits: KernelBitmap | null;
  readonly #parse: FieldParser;

  constructor(type: DataType, kind: number, field: number, context: DecoderContext) {
    const { region, rowsMax } = context;
    const storage = storageOf(type);
    this.#type = type;
    this.#kind = kind;
    this.#field = field;
    this.#context = context;
    this.#kernels = csvKernels(region);
    this.#validity = new KernelBitmap(region, rowsMax);
    this.#bits = storage === null ? new KernelBitmap(region, rowsMax) : null;
    this.#values =
      storage === null ? (this.#bits?.address ?? 0) : region.alloc(rowsMax * storageWidth(storage));
    this.#parse = fieldParser(type, context.dialect, context.style);
  }

  decode(list: FieldList, bad: Set<number>): Column {
    const { region, nullAt, nullLength, slow, out } = this.#context;
    const type = this.#type;
    const { rows } = list;
    this.#kernels.csvFixed(
      this.#kind,
      list.address + this.#field * 4,
      list.stride,
      rows,
      shapeOf(list, this.#field, this.#context),
      nullAt,
      nullLength,
      unitOf(type),
      limitOf(type),
      this.#values,
      this.#validity.address,
      slow,
      out,
    );
    const [nulls = 0, slowRows = 0] = region.int32(out, 2);
    const validity = this.#validity.view(rows);
    const storage = storageOf(type);
    const bits = this.#bits?.view(rows) ?? validity;
    const values =
      storage === null ? null : viewOf(region.arena.buffer, storage, this.#values, rows);
    const late = this.#parseSlow(list, slowRows, bad, (row, value) => {
      setBit(validity, row);
      if (values !== null) writeFixed(type, values, row, value);
      else if (value === true) setBit(bits, row);
    });
    const nullCount = nulls + late;
    const bitmap = nullCount === 0 ? null : validity;
    if (values === null || storage === null)
      return new BoolColumn(type, rows, bits, bitmap, nullCount);
    return new FixedColumn(type, rows, values, storageWidth(storage), bitmap, nullCount);
  }

  /** Reads what the kernel left over; returns how many of its rows are NULL. */
  #parseSlow(
    list: FieldList,
    count: number,
    bad: Set<number>,
    put: (row: number, value: unknown) => void,
  ): number {
    if (count === 0) return 0;
    const { region, slow, dialect } = this.#context;
    let nulls = 0;
    for (const row of region.int32(slow, count)) {
      const value = this.#parse(fieldText(region, list, row, this.#field, dialect));
      if (value === undefined) bad.add(row);
      else if (value === null) nulls++;
      else put(row, value);
    }
    return nulls;
  }
}

function unitOf(type: DataType): number {
  if (type.kind === 'DECIMAL') return type.scale;
  return 'precision' in type ? Math.min(type.precision, TIMESTAMP_PRECISION_INT64) : 0;
}

/** Digits that the kernels read into an int64 at most. */
const DIGITS_MAX = 18;
const LIMITS: Readonly<Record<string, bigint>> = {
  TINYINT: 0x7fn,
  SMALLINT: 0x7fffn,
  INT: 0x7fffffffn,
};

function limitOf(type: DataType): bigint {
  const digits = type.kind === 'DECIMAL' ? type.precision : DIGITS_MAX;
  return LIMITS[type.kind] ?? 10n ** BigInt(digits) - 1n;
}

/** What a dictionary may hold before a column counts as one of many values. */
const DICTIONARY_ENTRIES = 2048;
const DICTIONARY_BYTES = 65536;
const DICTIONARY_HEADER = 64;
const SLOT_BYTES = 8;
const SLOTS_PER_ENTRY = 4;

class StringDecoder implements FieldDecoder {
  readonly #type: DataType;
  readonly #field: number;
  readonly #context: DecoderContext;
  readonly #kernels: CsvKernels;
  readonly #validity: KernelBitmap;
  readonly #codes: Int32Array;
  /** Null once the strings proved too many. */
  #dictionary: Dictionary | null;
  /** Of plain strings: offsets, and bytes as many as the longest list needed. */
  #offsets = 0;
  #bytes = 0;
  #repaired: ColumnBuilder | null = null;

  constructor(type: DataType, field: number, context: DecoderContext) {
    const { region, rowsMax } = context;
    this.#type = type;
    this.#field = field;
    this.#context = context;
    this.#kernels = csvKernels(region);
    this.#validity = new KernelBitmap(region, rowsMax);
    this.#codes = allocInt32(region, rowsMax);
    this.#dictionary = new Dictionary(type, region);
  }

  decode(list: FieldList, bad: Set<number>): Column {
    return this.#decodeDictionary(list) ?? this.#decodePlain(list, bad);
  }

  #decodeDictionary(list: FieldList): Column | null {
    const { region, nullAt, nullLength, out } = this.#context;
    const dictionary = this.#dictionary;
    if (dictionary === null) return null;
    const failed = this.#kernels.csvDictionary(
      list.address + this.#field * 4,
      list.stride,
      list.rows,
      shapeOf(list, this.#field, this.#context),
      nullAt,
      nullLength,
      dictionary.table,
      DICTIONARY_ENTRIES,
      dictionary.offsets,
      dictionary.bytes,
      DICTIONARY_BYTES,
      this.#codes.byteOffset,
      this.#validity.address,
      out,
    );
    const values = failed === 0 ? dictionary.values() : null;
    if (values === null) {
      this.#dictionary = null;
      return null;
    }
    const [nulls = 0] = region.int32(out, 1);
    return new DictionaryColumn(
      this.#type,
      list.rows,
      this.#codes.subarray(0, list.rows),
      values,
      nulls === 0 ? null : this.#validity.view(list.rows),
      nulls,
    );
  }

  #decodePlain(list: FieldList, bad: Set<number>): Column {
    const { region, nullAt, nullLength, out, rowsMax } = this.#context;
    if (this.#offsets === 0) this.#offsets = region.alloc((rowsMax + 1) * 4);
    if (this.#bytes === 0) this.#bytes = region.alloc(list.textBytes + 16);
    else if (region.capacityOf(this.#bytes) < list.textBytes + 16) {
      region.free(this.#bytes);
      this.#bytes = region.alloc(list.textBytes + 16);
    }
    const used = this.#kernels.csvStrings(
      list.address + this.#field * 4,
      list.stride,
      list.rows,
      shapeOf(list, this.#field, this.#context),
      nullAt,
      nullLength,
      this.#offsets,
      this.#bytes,
      this.#validity.address,
      out,
    );
    const [nulls = 0, wide = 0, malformed = 0] = region.int32(out, 3);
    if (malformed > 0) this.#addMalformed(list, bad);
    const column = new BinaryColumn(
      this.#type,
      list.rows,
      region.int32(this.#offsets, list.rows + 1),
      region.bytes(this.#bytes, used),
      nulls === 0 ? null : this.#validity.view(list.rows),
      nulls,
    );
    return wide === 0 || isUtf8(column.bytes) ? column : this.#repair(column);
  }

  /** Ill-formed UTF-8 becomes U+FFFD, as in Flink. */
  #repair(column: BinaryColumn): Column {
    this.#repaired ??= builderFor(column.type, this.#context.region, column.length);
    this.#repaired.reset();
    for (let row = 0; row < column.length; row++) this.#repaired.append(column.get(row));
    return this.#repaired.finish();
  }

  #addMalformed(list: FieldList, bad: Set<number>): void {
    const { region, dialect } = this.#context;
    for (let row = 0; row < list.rows; row++) {
      if (fieldText(region, list, row, this.#field, dialect).malformed) bad.add(row);
    }
  }
}

class Dictionary {
  readonly table: number;
  readonly offsets: number;
  readonly bytes: number;
  readonly #type: DataType;
  readonly #region: Region;
  #values: BinaryColumn | null = null;

  constructor(type: DataType, region: Region) {
    this.#type = type;
    this.#region = region;
    const tableBytes = DICTIONARY_HEADER + DICTIONARY_ENTRIES * SLOTS_PER_ENTRY * SLOT_BYTES;
    this.table = region.alloc(tableBytes);
    region.clear(this.table, tableBytes);
    this.offsets = region.alloc((DICTIONARY_ENTRIES + 1) * 4);
    region.int32(this.offsets, 1)[0] = 0;
    this.bytes = region.alloc(DICTIONARY_BYTES);
  }

  /** The values so far, the same column while none is added; null when one is ill-formed. */
  values(): BinaryColumn | null {
    const [entries = 0, used = 0] = this.#region.int32(this.table, 2);
    if (this.#values !== null && this.#values.length === entries) return this.#values;
    const bytes = this.#region.bytes(this.bytes, used);
    if (!isUtf8(bytes)) return null;
    const offsets = this.#region.int32(this.offsets, entries + 1);
    this.#values = new BinaryColumn(this.#type, entries, offsets, bytes, null, 0);
    return this.#values;
  }
}

/** Reads any type value by value: wide decimals, nanoseconds, times, arrays, binary strings. */
class SlowDecoder implements FieldDecoder {
  readonly #field: number;
  readonly #context: DecoderContext;
  readonly #parse: FieldParser;
  readonly #builder: ColumnBuilder;

  constructor(type: DataType, field: number, context: DecoderContext) {
    this.#field = field;
    this.#context = context;
    this.#parse = fieldParser(type, context.dialect, context.style);
    this.#builder = builderFor(type.kind === 'NULL' ? STRING : type, context.region);
  }

  decode(list: FieldList, bad: Set<number>): Column {
    const { region, dialect } = this.#context;
    this.#builder.reset();
    for (let row = 0; row < list.rows; row++) {
      const value = this.#parse(fieldText(region, list, row, this.#field, dialect));
      if (value === undefined) bad.add(row);
      this.#builder.append(value ?? null);
    }
    return this.#builder.finish();
  }
}
