// Not by name: a Node without Zstandard should get as far as to the sentence that says so.
import zlib from 'node:zlib';
import type { Writer } from 'hyparquet-writer/src/types.js';
import type { Batch } from '../../columnar/batch.ts';
import type { ValuesOf } from '../../common/config-option.ts';
import { runtimeError } from '../../common/errors.ts';
import { loadPackage } from '../../common/packages.ts';
import type { Schema } from '../../types/schema.ts';
import type { FileWriter } from '../format.ts';
import { OutputFile } from '../output-file.ts';
import type { PARQUET_OPTIONS } from './options.ts';
import { encoderOf, schemaElements } from './writer-schema.ts';

/** Loads the package when a file is written: queries that write none start faster without. */
function loadWriter(): typeof import('hyparquet-writer') {
  return loadPackage('hyparquet-writer');
}

const COMPRESSORS = {
  GZIP: (bytes: Uint8Array) => zlib.gzipSync(bytes),
  BROTLI: (bytes: Uint8Array) => zlib.brotliCompressSync(bytes),
  ZSTD: (bytes: Uint8Array) => zlib.zstdCompressSync(bytes),
};

/** Opens a writer of a new Parquet file. Errors: TableRuntimeError FILE_ERROR. */
export function openParquetWriter(
  path: string,
  schema: Schema,
  options: ValuesOf<typeof PARQUET_OPTIONS>,
): FileWriter {
  const unit = options['timestamp.time.unit'];
  const elements = schemaElements(schema, unit);
  const { ByteWriter, ParquetWriter } = loadWriter();
  const file = new OutputFile(path);
  const output = bufferedOutput(new ByteWriter(), file);
  const writer = new ParquetWriter({
    writer: output,
    schema: elements,
    codec: options.compression,
    compressors: COMPRESSORS,
    createdBy: 'millrace',
  });
  const rowsMax = Math.max(1, options['row-group.rows']);
  const encoders = schema.fields.map(({ type }) => encoderOf(type, unit));
  let columns: unknown[][] = schema.fields.map(() => []);
  let rows = 0;

  const writeGroup = () => {
    if (rows === 0) return;
    const columnData = schema.fields.map(({ name }, i) => ({ name, data: columns[i] ?? [] }));
    try {
      // The output is synchronous, and so is this call.
      writer.write({ columnData, rowGroupSize: rows });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw runtimeError('FILE_ERROR', { path, reason }, { cause: error });
    }
    columns = schema.fields.map(() => []);
    rows = 0;
  };

  return {
    write(batch: Batch) {
      const count = batch.selection?.length ?? batch.length;
      for (let i = 0; i < count; i++) {
        const row = batch.selection === null ? i : batch.selection[i]!;
        for (let c = 0; c < columns.length; c++) {
          const value = batch.columns[c]?.get(row) ?? null;
          const encoder = encoders[c] ?? null;
          columns[c]?.push(value === null || encoder === null ? value : encoder(value));
        }
        if (++rows >= rowsMax) writeGroup();
      }
    },
    finish() {
      writeGroup();
      writer.finish();
      file.finish();
    },
    abort: () => file.abort(),
  };
}

/** Passes what the package has written on to the file after each row group. */
function bufferedOutput(
  bytes: InstanceType<ReturnType<typeof loadWriter>['ByteWriter']>,
  file: OutputFile,
): Writer {
  const flush = () => {
    file.write(bytes.getBytes());
    bytes.index = 0;
  };
  return Object.assign(bytes, { flush, finish: flush });
}
