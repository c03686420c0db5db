import { type Batch, batchOf } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import { runtimeError } from '../../common/errors.ts';
import { printType } from '../../types/print.ts';
import type { Schema } from '../../types/schema.ts';
import type { ReadContext } from '../format.ts';
import type { InputFile } from '../input-file.ts';
import { lineAt } from '../line-number.ts';
import type { TextStyle } from '../text-values.ts';
import { type DecoderContext, type FieldDecoder, fieldDecoder } from './decoders.ts';
import type { CsvDialect } from './dialect.ts';
import { type FieldList, fieldText } from './fields.ts';
import { type CsvKernels, csvKernels } from './kernels.ts';
import { MissingDecoder } from './missing.ts';

const DELIMITER_HINT = "'csv.field-delimiter' = ';' sets another character between fields";

/** Text that is scanned at a time: so much stays in the second-level cache for the decoders. */
const CHUNK_BYTES = 1024 ** 2;
/** A row may have so many bytes. */
const ROW_BYTES_MAX = 256 * 1024 ** 2;
/** Entries that a field list should have at most. */
const LIST_ENTRIES = 262_144;
/** Kernels read and list so much further than they are asked to. */
const SLACK = 128;

/** What a `CsvReader` reads. */
export interface CsvInput {
  readonly file: InputFile;
  /** Both at the start of a row. */
  readonly start: number;
  readonly end: number;
  /** Fields that rows of the file have. */
  readonly fields: number;
  /** The columns to read. */
  readonly schema: Schema;
  /** Their fields; -1 for those that the file does not have. */
  readonly fieldOf: readonly number[];
  readonly dialect: CsvDialect;
  readonly style: TextStyle;
}

/** Reads a part of a CSV file into batches, whose buffers are used again at the next pull. */
export class CsvReader {
  readonly #input: CsvInput;
  readonly #context: ReadContext;
  readonly #kernels: CsvKernels;
  readonly #decoders: readonly FieldDecoder[];
  readonly #shared: DecoderContext;
  readonly #list: number;
  readonly #states: number;
  readonly #rowsMax: number;
  #chunk: number;
  #chunkBytes: number;
  /** The text in the chunk that is not decoded yet, as addresses. */
  #from: number;
  #to: number;
  /** Offset in the file of the byte at `#to`. */
  #position: number;
  /** Whether rows end with a delimiter: known by experience. */
  #trailing = false;
  /** Bytes at `#to` that are not in the file: a last newline. */
  #added = 0;

  constructor(input: CsvInput, context: ReadContext) {
    const { region } = context;
    const { fields, dialect } = input;
    this.#input = input;
    this.#context = context;
    this.#kernels = csvKernels(region);
    const entries = fields + 2;
    this.#rowsMax = Math.max(64, Math.min(context.batchRows, Math.floor(LIST_ENTRIES / entries)));
    this.#list = region.alloc((this.#rowsMax * entries + SLACK) * 4);
    this.#states = region.alloc(this.#rowsMax);
    this.#chunkBytes = Math.min(CHUNK_BYTES, input.end - input.start + 1);
    this.#chunk = region.alloc(this.#chunkBytes + SLACK);
    this.#from = this.#chunk;
    this.#to = this.#chunk;
    this.#position = input.start;
    const nullBytes = Buffer.from(dialect.nullLiteral ?? '');
    const nullAt = region.alloc(nullBytes.length);
    region.bytes(nullAt, nullBytes.length).set(nullBytes);
    this.#shared = {
      region,
      dialect,
      style: input.style,
      rowsMax: this.#rowsMax,
      fields,
      out: region.alloc(16),
      slow: region.alloc(this.#rowsMax * 4),
      nullAt,
      nullLength: dialect.nullLiteral === null ? -1 : nullBytes.length,
    };
    this.#decoders = input.schema.fields.map(({ type }, i) => {
      const field = input.fieldOf[i] ?? -1;
      return field < 0 ? new MissingDecoder(type) : fieldDecoder(type, field, this.#shared);
    });
  }

  /** The rows. Errors: TableRuntimeError BAD_FIELD, BAD_ROW, FILE_ERROR. */
  *batches(): Generator<Batch> {
    for (;;) {
      this.#context.checkCancelled();
      const more = this.#fill();
      const list = this.#scan();
      if (list !== null) {
        const batch = this.#decode(list);
        if (batch !== null) yield batch;
      } else if (!more) {
        if (this.#to > this.#from) this.#unfinished();
        return;
      }
    }
  }

  /** Moves what is left to the front and reads on behind it; false at the end of the input. */
  #fill(): boolean {
    const { region } = this.#context;
    const left = this.#to - this.#from;
    if (left === this.#chunkBytes) this.#growChunk();
    else if (this.#from > this.#chunk) {
      region
        .bytes(this.#chunk, this.#chunkBytes)
        .copyWithin(0, this.#from - this.#chunk, this.#to - this.#chunk);
    }
    this.#from = this.#chunk;
    this.#to = this.#chunk + left;
    const wanted = Math.min(this.#chunkBytes - left, this.#input.end - this.#position);
    if (wanted <= 0) return false;
    const read = this.#input.file.read(region.bytes(this.#to, wanted), this.#position);
    this.#position += read;
    this.#to += read;
    const atEnd = this.#position >= this.#input.end || read < wanted;
    if (atEnd) {
      this.#position = this.#input.end;
      this.#endLine();
    }
    return !atEnd;
  }

  /** The last row of a file need not end with a newline: the kernels want one. */
  #endLine(): void {
    const { region } = this.#context;
    if (this.#to === this.#from || region.bytes(this.#to - 1, 1)[0] === 10) return;
    region.bytes(this.#to, 1)[0] = 10;
    this.#to++;
    this.#added = 1;
  }

  #growChunk(): void {
    const { region } = this.#context;
    if (this.#chunkBytes >= ROW_BYTES_MAX) throw this.#badRow(this.#from, 'the row is too long');
    const bytes = this.#chunkBytes * 2;
    const grown = region.alloc(bytes + SLACK);
    region.bytes(grown, this.#chunkBytes).set(region.bytes(this.#from, this.#chunkBytes));
    region.free(this.#chunk);
    this.#chunk = grown;
    this.#chunkBytes = bytes;
  }

  /** Lists the fields of the next rows; null when the chunk holds no whole row. */
  #scan(): FieldList | null {
    const { fields, dialect } = this.#input;
    if (dialect.comment === 0) {
      const first = fields + (this.#trailing ? 1 : 0);
      const list = this.#scanRegular(first);
      if (list !== 'irregular') return list;
      if (dialect.options['allow-trailing-comma']) {
        const other = this.#scanRegular(fields + (this.#trailing ? 0 : 1));
        if (other !== 'irregular') {
          this.#trailing = !this.#trailing;
          return other;
        }
      }
    }
    return this.#scanRagged();
  }

  #scanRegular(stride: number): FieldList | null | 'irregular' {
    const { delimiter, quote, escapeByte } = this.#input.dialect;
    const { out, region } = this.#shared;
    const rows = this.#kernels.csvScan(
      this.#from,
      this.#to,
      delimiter,
      quote,
      escapeByte,
      stride,
      this.#rowsMax,
      this.#list,
      out,
    );
    const [end = 0, irregular = 0] = new Uint32Array(region.arena.buffer, out, 2);
    if (irregular === 1) return 'irregular';
    const regular = stride === this.#input.fields;
    if (!regular && !this.#endsEmpty(rows, stride)) return 'irregular';
    return this.#listOf(rows, end, { stride, regular, apart: false });
  }

  #listOf(
    rows: number,
    end: number,
    shape: Pick<FieldList, 'stride' | 'regular' | 'apart'>,
  ): FieldList | null {
    if (rows === 0) return null;
    const textBytes = end - this.#from;
    this.#from = end;
    return { address: this.#list, rows, textBytes, ...shape };
  }

  /** Whether the surplus last field is empty in every row. */
  #endsEmpty(rows: number, stride: number): boolean {
    const { buffer } = this.#shared.region.arena;
    const entries = new Uint32Array(buffer, this.#list, rows * stride + 1);
    const bytes = new Uint8Array(buffer);
    for (let at = stride; at <= rows * stride; at += stride) {
      const length = entries[at]! - entries[at - 1]! - 1;
      if (length > 1 || (length === 1 && bytes[entries[at]! - 1] !== 13)) return false;
    }
    return rows > 0;
  }

  #scanRagged(): FieldList | null {
    const { delimiter, quote, escapeByte, comment, options } = this.#input.dialect;
    const { out, region } = this.#shared;
    const before = this.#from;
    const rows = this.#kernels.csvScanRagged(
      before,
      this.#to,
      delimiter,
      quote,
      escapeByte,
      comment,
      this.#input.fields,
      this.#rowsMax,
      this.#list,
      this.#states,
      out,
    );
    const [end = 0] = new Uint32Array(region.arena.buffer, out, 1);
    // Comments and empty lines alone make no rows, but are done with.
    if (rows === 0) this.#from = end;
    const stride = this.#input.fields + 1;
    const list = this.#listOf(rows, end, { stride, regular: false, apart: true });
    if (list === null) return null;
    const states = region.bytes(this.#states, rows);
    const bad = new Set<number>();
    for (let row = 0; row < rows; row++) {
      const state = states[row]!;
      if (state === 1 && options['fail-on-missing-columns']) bad.add(row);
      if (state === 2 && !options['ignore-trailing-unmappable']) bad.add(row);
    }
    if (bad.size === 0) return list;
    this.#refuse(list, bad, (row) => {
      const fewer = states[row] === 1;
      const reason = `the row has ${fewer ? 'fewer' : 'more'} fields than ${this.#input.fields}`;
      return this.#badRow(this.#rowStart(list, row), reason, this.#fieldsHint(fewer));
    });
    return withoutRows(list, bad, region.arena.buffer);
  }

  /** Decodes the rows; bad ones are an error, or left out. Null when no row is left. */
  #decode(list: FieldList): Batch | null {
    if (list.rows === 0) return null;
    const bad = new Set<number>();
    let columns = this.#decodeAll(list, bad);
    if (bad.size > 0) {
      this.#refuse(list, bad, (row) => this.#badField(list, row));
      const rest = withoutRows(list, bad, this.#shared.region.arena.buffer);
      if (rest.rows === 0) return null;
      columns = this.#decodeAll(rest, new Set());
      return batchOf(this.#input.schema, columns, rest.rows);
    }
    return batchOf(this.#input.schema, columns, list.rows);
  }

  #decodeAll(list: FieldList, bad: Set<number>): readonly Column[] {
    return this.#decoders.map((decoder) => decoder.decode(list, bad));
  }

  /** Counts bad rows, or throws the error of the first. */
  #refuse(list: FieldList, bad: ReadonlySet<number>, error: (row: number) => Error): void {
    if (!this.#input.dialect.options['ignore-parse-errors']) throw error(Math.min(...bad));
    if (list.rows > 0) this.#context.skippedRows(bad.size);
  }

  #rowStart(list: FieldList, row: number): number {
    const { buffer } = this.#shared.region.arena;
    return new Uint32Array(buffer, list.address + row * list.stride * 4, 1)[0]! + 1;
  }

  /** The offset in the file of an address in the chunk. */
  #offset(address: number): number {
    return this.#position - (this.#to - this.#added - address);
  }

  #badRow(address: number, reason: string, hint: string | null = null): Error {
    const line = lineAt(this.#input.file, this.#offset(address));
    return runtimeError('BAD_ROW', { path: this.#input.file.path, line, reason }, { hint });
  }

  /** What to set for rows of another number of fields. */
  #fieldsHint(fewer: boolean): string | null {
    if (fewer) return "Without 'csv.fail-on-missing-columns' the other columns are NULL.";
    const surplus = "'csv.ignore-trailing-unmappable' = 'true' ignores the others";
    return this.#input.fields === 1 ? `${DELIMITER_HINT}; ${surplus}.` : `${surplus}.`;
  }

  #badField(list: FieldList, row: number): Error {
    const { schema, fieldOf, dialect, file } = this.#input;
    const { region } = this.#shared;
    for (const [i, decoder] of this.#decoders.entries()) {
      const found = new Set<number>();
      decoder.decode(list, found);
      if (!found.has(row)) continue;
      const { text, malformed } = fieldText(region, list, row, fieldOf[i] ?? 0, dialect);
      const address = this.#rowStart(list, row);
      if (malformed)
        return this.#badRow(address, 'a quoted field goes on behind its closing quote');
      const column = schema.fields[i];
      const field = {
        path: file.path,
        line: lineAt(file, this.#offset(address)),
        column: column?.name ?? '',
        value: `'${text.length > 100 ? `${text.slice(0, 100)}…` : text}'`,
        type: column === undefined ? '' : printType(column.type),
      };
      const delimited = /[;\t|]/.test(text) ? `${DELIMITER_HINT}. ` : '';
      const hint = `${delimited}CREATE TABLE can declare another type; 'csv.ignore-parse-errors' = 'true' leaves such rows out.`;
      return runtimeError('BAD_FIELD', field, { hint });
    }
    return this.#badRow(this.#rowStart(list, row), 'it cannot be read');
  }

  /** The input ends inside of quotes. */
  #unfinished(): void {
    if (!this.#input.dialect.options['ignore-parse-errors']) {
      throw this.#badRow(this.#from, 'a quoted field is not closed');
    }
    this.#context.skippedRows(1);
    this.#from = this.#to;
  }
}

/** The list without some rows, in the same memory. */
function withoutRows(
  list: FieldList,
  left: ReadonlySet<number>,
  buffer: ArrayBufferLike,
): FieldList {
  const { stride, rows, apart } = list;
  const entries = new Uint32Array(buffer, list.address, rows * stride + 1);
  const width = apart ? stride : stride + 1;
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (left.has(row)) continue;
    for (let i = 0; i < width; i++) kept.push(entries[row * stride + i]!);
  }
  new Uint32Array(buffer, list.address, kept.length).set(kept);
  return { ...list, rows: rows - left.size, stride: width, apart: true };
}
