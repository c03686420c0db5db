import type { Region } from '../columnar/arena/region.ts';
import type { Batch } from '../columnar/batch.ts';
import type { Column } from '../columnar/column.ts';
import type { OptionDeclarations, OptionValues, ValuesOf } from '../common/config-option.ts';
import type { ColumnSummary } from '../types/column-summary.ts';
import type { Schema } from '../types/schema.ts';

/**
 * A condition on one column that a source may use to leave out rows or whole blocks: its value
 * lies in one of the ranges. Formats know no expressions: connectors hand pushed-down filters over
 * like this.
 */
export interface ColumnCondition {
  /** The column's name in the file. */
  readonly column: string;
  readonly ranges: readonly ValueRange[];
  /** Whether NULL fulfils it, too. */
  readonly orNull: boolean;
}

/** Values from `min` to `max`. */
export interface ValueRange {
  /** Internal values of the column's type; null: unbounded. */
  readonly min: unknown;
  readonly max: unknown;
  readonly minInclusive: boolean;
  readonly maxInclusive: boolean;
}

/** A part of a file that one reader reads: plain data. */
export interface FileSplit {
  readonly path: string;
  /** Byte range, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Row groups or record batches of the range, for formats that have them; else null. */
  readonly blocks: readonly number[] | null;
  /** Estimated or exact rows; null when unknown. */
  readonly rows: number | null;
  /** Rows of the only block that are passed over before `rows` are read; absent: none. */
  readonly skip?: number;
}

/** What a reader works with. */
export interface ReadContext {
  /** Buffers are taken from here and reused: a yielded batch is valid until the next pull. */
  readonly region: Region;
  readonly batchRows: number;
  /** Rows at most of batches that are views of what lies in memory. */
  readonly viewRows: number;
  readonly timeZone: string;
  checkCancelled(): void;
  /** Counts rows that `ignore-parse-errors` passed over. */
  skippedRows(count: number): void;
}

/** Reads files of a format: made on the calling thread and again in each worker from plain data. */
export interface DecodingFormat {
  /** Infers the columns of a file. Reads at most a footer or a 64 KiB sample, synchronously. */
  inferSchema(path: string): Schema;
  /** Cuts a file into parts of about `targetBytes`; leaves out blocks that no row of can match. */
  splits(
    path: string,
    targetBytes: number,
    conditions: readonly ColumnCondition[],
  ): readonly FileSplit[];
  /** What a file says of the values of a column; null: nothing. */
  summary?(path: string, column: string): ColumnSummary | null;
  /** Reads the columns of `schema` (a projection of the table's, in order) from a split. */
  read(split: FileSplit, schema: Schema, context: ReadContext): Iterable<Batch>;
}

/** Writes one file of a format. */
export interface FileWriter {
  write(batch: Batch): void;
  /** Writes what is pending and flushes; the file is complete afterwards. */
  finish(): void;
  /** Closes the file without completing it. */
  abort(): void;
}

/** Makes writers. */
export interface EncodingFormat {
  readonly extension: string;
  /** Begins a new file. Scratch memory comes from `region`. */
  open(path: string, schema: Schema, region: Region): FileWriter;
}

/** Bytes ↔ batches, under the name that `'format' = …` uses. */
export interface FormatDefinition {
  readonly identifier: string;
  readonly doc: string;
  /** File name extensions that mean this format, without the dot. */
  readonly extensions: readonly string[];
  /** Keys without the format's prefix: `field-delimiter` stands for `csv.field-delimiter`. */
  readonly options: OptionDeclarations;
  /** `table` is what the file must hold: its physical columns; null while it is inferred. */
  decoding(table: Schema | null, options: OptionValues): DecodingFormat;
  /** Null: the format is read only. */
  readonly encoding: ((table: Schema, options: OptionValues) => EncodingFormat) | null;
  /** Decodes one message, for streams; null for block formats. */
  readonly decodeColumns?: (messages: Column, schema: Schema, region: Region) => readonly Column[];
}

/** What `defineFormat` takes: option values have the types that the declarations say. */
export interface FormatSpec<D extends OptionDeclarations>
  extends Omit<FormatDefinition, 'options' | 'decoding' | 'encoding'> {
  readonly options: D;
  decoding(table: Schema | null, options: ValuesOf<D>): DecodingFormat;
  readonly encoding: ((table: Schema, options: ValuesOf<D>) => EncodingFormat) | null;
}

/** Declares a format. */
export function defineFormat<const D extends OptionDeclarations>(
  spec: FormatSpec<D>,
): FormatDefinition {
  // `parseOptions` makes the values from the same declarations, so they have the types of D.
  return spec as unknown as FormatDefinition;
}
