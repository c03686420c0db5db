import { runtimeError } from '../../common/errors.ts';
import type { InputFile } from '../input-file.ts';
import { cachedMetadata } from './footer-cache.ts';
import {
  bytesField,
  intField,
  structField,
  structList,
  ThriftError,
  ThriftReader,
  type ThriftStruct,
  textField,
} from './thrift.ts';

/** The physical types, by their numbers in files. */
export const Physical = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  INT96: 3,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED: 7,
} as const;

/** One element of the flat schema of a file. */
export interface SchemaElement {
  readonly name: string;
  /** A number of `Physical`; null for groups. */
  readonly physical: number | null;
  readonly typeLength: number;
  readonly repetition: 'required' | 'optional' | 'repeated';
  readonly children: number;
  /** The older annotation, by its number; null when there is none. */
  readonly converted: number | null;
  readonly scale: number;
  readonly precision: number;
  /** The newer annotation: which member of the union, and its fields. */
  readonly logical: { readonly id: number; readonly fields: ThriftStruct } | null;
}

/** Statistics of a column of a row group: plain values, null where there are none. */
export interface ColumnStatistics {
  readonly min: Uint8Array | null;
  readonly max: Uint8Array | null;
  readonly nullCount: number | null;
  /** Different values; most writers count them for columns with a dictionary alone. */
  readonly distinctCount: number | null;
}

/** Where a column of a row group lies, and how it is packed. */
export interface ColumnChunk {
  readonly physical: number;
  readonly codec: number;
  readonly values: number;
  /** Bytes in the file, from the first page, which may be a dictionary. */
  readonly start: number;
  readonly bytes: number;
  readonly statistics: ColumnStatistics;
}

/** Rows whose columns lie together. */
export interface RowGroup {
  readonly rows: number;
  readonly columns: readonly ColumnChunk[];
  /** Bytes in the file. */
  readonly start: number;
  readonly bytes: number;
}

/** The footer of a file. */
export interface ParquetMetadata {
  readonly elements: readonly SchemaElement[];
  readonly rowGroups: readonly RowGroup[];
}

const MAGIC = 0x31524150;
const TAIL_BYTES = 8;
const HEAD_BYTES = 4;

/** The TableRuntimeError BAD_FILE of a Parquet file. */
export function badParquet(path: string, reason: string): Error {
  return runtimeError('BAD_FILE', { path, format: 'Parquet', reason });
}

/** Reads the footer of a file. Errors: TableRuntimeError BAD_FILE, FILE_ERROR. */
export function readMetadata(file: InputFile): ParquetMetadata {
  const tail = new Uint8Array(TAIL_BYTES);
  if (file.size < TAIL_BYTES + HEAD_BYTES) throw badParquet(file.path, 'it is too short');
  file.read(tail, file.size - TAIL_BYTES);
  const view = new DataView(tail.buffer);
  if (view.getUint32(4, true) !== MAGIC) {
    const encrypted = Buffer.from(tail.subarray(4)).toString('latin1') === 'PARE';
    throw badParquet(file.path, encrypted ? 'it is encrypted' : "it does not end with 'PAR1'");
  }
  const length = view.getUint32(0, true);
  if (length > file.size - TAIL_BYTES - HEAD_BYTES) {
    throw badParquet(file.path, 'its footer is longer than the file');
  }
  const footer = new Uint8Array(length);
  file.read(footer, file.size - TAIL_BYTES - length);
  try {
    return cachedMetadata(file.path, file.size, footer, () =>
      metadataOf(new ThriftReader(footer).struct(), file),
    );
  } catch (error) {
    if (!(error instanceof ThriftError)) throw error;
    throw badParquet(file.path, `its footer is damaged: ${error.message}`);
  }
}

function metadataOf(struct: ThriftStruct, file: InputFile): ParquetMetadata {
  const elements = structList(struct, 2).map(elementOf);
  const leaves = elements.filter((element) => element.physical !== null).length;
  const rowGroups = structList(struct, 4).map((group) => rowGroupOf(group, file));
  if (elements.length === 0) throw badParquet(file.path, 'it has no schema');
  if (rowGroups.some((group) => group.columns.length !== leaves)) {
    throw badParquet(file.path, 'a row group does not have the columns of the schema');
  }
  return { elements, rowGroups };
}

const REPETITIONS = ['required', 'optional', 'repeated'] as const;

function elementOf(struct: ThriftStruct): SchemaElement {
  const logical = structField(struct, 10);
  const [member] = logical?.entries() ?? [];
  return {
    name: textField(struct, 4),
    physical: intField(struct, 1),
    typeLength: intField(struct, 2) ?? 0,
    repetition: REPETITIONS[intField(struct, 3) ?? 0] ?? 'required',
    children: intField(struct, 5) ?? 0,
    converted: intField(struct, 6),
    scale: intField(struct, 7) ?? 0,
    precision: intField(struct, 8) ?? 0,
    logical:
      member === undefined || !(member[1] instanceof Map)
        ? null
        : { id: member[0], fields: member[1] },
  };
}

function rowGroupOf(struct: ThriftStruct, file: InputFile): RowGroup {
  const columns = structList(struct, 1).map((column) => chunkOf(column, file));
  const rows = intField(struct, 3);
  if (rows === null || rows < 0) throw badParquet(file.path, 'a row group has no row count');
  return {
    rows,
    columns,
    start: Math.min(...columns.map((column) => column.start)),
    bytes: columns.reduce((sum, column) => sum + column.bytes, 0),
  };
}

function chunkOf(struct: ThriftStruct, file: InputFile): ColumnChunk {
  const meta = structField(struct, 3);
  const data = meta === null ? null : intField(meta, 9);
  if (meta === null || data === null) {
    throw badParquet(file.path, 'a column has no metadata of its own');
  }
  const dictionary = intField(meta, 11);
  // Some writers give 0, or an offset behind the data, for "no dictionary".
  const start = dictionary !== null && dictionary > 0 && dictionary < data ? dictionary : data;
  const bytes = intField(meta, 7) ?? 0;
  if (start < 0 || bytes < 0 || start + bytes > file.size) {
    throw badParquet(file.path, 'a column lies outside of the file');
  }
  return {
    physical: intField(meta, 1) ?? -1,
    codec: intField(meta, 4) ?? 0,
    values: intField(meta, 5) ?? 0,
    start,
    bytes,
    statistics: statisticsOf(structField(meta, 12)),
  };
}

/** The older `min` and `max` are not used: how they compare is not defined for all types. */
function statisticsOf(struct: ThriftStruct | null): ColumnStatistics {
  if (struct === null) return { min: null, max: null, nullCount: null, distinctCount: null };
  return {
    min: bytesField(struct, 6),
    max: bytesField(struct, 5),
    nullCount: intField(struct, 3),
    distinctCount: intField(struct, 4),
  };
}
