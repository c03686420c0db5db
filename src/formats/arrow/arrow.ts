import { Region } from '../../columnar/arena/region.ts';
import { type fromArrowTable, fromRecordBatch } from '../../columnar/arrow/read.ts';
import { fromArrowSchema, requireArrow, toArrowSchema } from '../../columnar/arrow/types.ts';
import { verifyData } from '../../columnar/arrow/verify-data.ts';
import { verifyMessages } from '../../columnar/arrow/verify-messages.ts';
import { toRecordBatch } from '../../columnar/arrow/write.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import { sliceBatch } from '../../columnar/batches.ts';
import { NullColumn } from '../../columnar/column.ts';
import { storageTypeOf } from '../../columnar/stored-values.ts';
import { runtimeError, TableError } from '../../common/errors.ts';
import type { DataType, Field } from '../../types/data-type.ts';
import { childTypes, isBinary, isCharacter, isConstructed } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import { columnIndex, type Schema } from '../../types/schema.ts';
import {
  type DecodingFormat,
  defineFormat,
  type FileSplit,
  type FileWriter,
  type ReadContext,
} from '../format.ts';
import { openInput } from '../input-file.ts';
import { OutputFile } from '../output-file.ts';

type ArrowTable = Parameters<typeof fromArrowTable>[0];
type RecordBatch = Parameters<typeof fromRecordBatch>[0];

/** The format arrow: Arrow IPC files and streams. */
export const arrow = defineFormat({
  identifier: 'arrow',
  doc: 'Apache Arrow IPC, as a file or a stream.',
  extensions: ['arrow', 'arrows', 'feather'],
  options: {},
  decoding: () => new ArrowDecoding(),
  encoding: () => ({ extension: 'arrow', open: openArrowWriter }),
});

class ArrowDecoding implements DecodingFormat {
  inferSchema(path: string): Schema {
    return fromArrowSchema(readTable(path).schema);
  }

  splits(path: string, targetBytes: number): readonly FileSplit[] {
    const { batches } = readTable(path);
    using file = openInput(path);
    const rows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
    const rowsWanted = Math.max(1, Math.floor((targetBytes / file.size) * rows));
    const splits: FileSplit[] = [];
    let blocks: number[] = [];
    let count = 0;
    for (const [index, batch] of batches.entries()) {
      if (batch.numRows === 0) continue;
      blocks.push(index);
      count += batch.numRows;
      if (count < rowsWanted && index < batches.length - 1) continue;
      splits.push({ path, start: 0, end: file.size, blocks, rows: count });
      blocks = [];
      count = 0;
    }
    if (blocks.length > 0) splits.push({ path, start: 0, end: file.size, blocks, rows: count });
    return splits;
  }

  *read(split: FileSplit, schema: Schema, context: ReadContext): Iterable<Batch> {
    const table = readTable(split.path);
    const names = table.schema.fields.map((field) => String(field.name));
    const present = schema.fields.filter(({ name }) => names.includes(name));
    const indexes = present.map(({ name }) => names.indexOf(name));
    for (const block of split.blocks ?? []) {
      context.checkCancelled();
      const source = table.batches[block];
      if (source === undefined) throw badArrow(split.path, 'a record batch is gone');
      using region = new Region(context.region.arena);
      const wanted = source.selectAt(indexes);
      guarded(split.path, () => verifyData(wanted.data));
      checkTypes(split.path, wanted, present);
      const batch = fromRecordBatch(wanted, region, { fields: present });
      for (let from = 0; from < source.numRows; from += context.batchRows) {
        const to = Math.min(from + context.batchRows, source.numRows);
        yield complete(sliceBatch({ ...batch, length: source.numRows }, from, to, region), schema);
      }
    }
  }
}

/** Errors: TableRuntimeError BAD_FILE when a column cannot be read as what it is declared. */
function checkTypes(path: string, batch: RecordBatch, wanted: readonly Field[]): void {
  const { Field: ArrowField, Schema: ArrowSchema } = requireArrow();
  const { children } = batch.data;
  if (children.length < wanted.length) throw badArrow(path, 'a column is missing');
  const fields = wanted.map(({ name }, i) => new ArrowField(name, children[i]!.type, true));
  for (const [i, found] of fromArrowSchema(new ArrowSchema(fields)).fields.entries()) {
    const { name, type } = wanted[i]!;
    if (isReadAs(found.type, type)) continue;
    const reason = `its column '${name}' is ${printType(found.type)}, which cannot be read as ${printType(type)}`;
    throw badArrow(path, reason);
  }
}

/** Whether values of a type in a file can become values of a type: how they lie in memory decides. */
function isReadAs(inFile: DataType, type: DataType): boolean {
  if (inFile.kind === 'NULL') return true;
  const layout = layoutOf(type);
  if (layout !== layoutOf(inFile)) return false;
  const inner = childTypes(type);
  const innerInFile = childTypes(inFile);
  return (
    layout !== type.kind ||
    (inner.length === innerInFile.length &&
      inner.every((child, i) => isReadAs(innerInFile[i]!, child)))
  );
}

/** What types with the same layout have in common; nested types are only like themselves. */
function layoutOf(declared: DataType): string {
  const type = storageTypeOf(declared);
  if (isCharacter(type)) return 'text';
  if (isBinary(type)) return 'bytes';
  return type.kind === 'BOOLEAN' || isConstructed(type) ? type.kind : 'fixed';
}

/** The columns of a schema; those that the file does not have are NULL. */
function complete(batch: Batch, schema: Schema): Batch {
  const columns = schema.fields.map(({ name, type }) => {
    const index = columnIndex(batch.schema, name);
    return index === null ? new NullColumn(type, batch.length) : batch.columns[index]!;
  });
  return batchOf(schema, columns, batch.length);
}

/** The table of a file; its buffers look at the bytes that were read. */
function readTable(path: string): ArrowTable {
  using file = openInput(path);
  const bytes = new Uint8Array(file.size);
  file.read(bytes, 0);
  return guarded(path, () => {
    verifyMessages(bytes);
    const table = requireArrow().tableFromIPC(bytes);
    // An empty text is an empty table to the package, but no file of ours.
    if (table.schema.fields.length === 0 && table.numRows === 0) {
      throw badArrow(path, 'it has no schema');
    }
    return table;
  });
}

/** Runs what reads damaged bytes perhaps. Errors: TableRuntimeError BAD_FILE. */
function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TableError) throw error;
    throw badArrow(path, error instanceof Error ? error.message : String(error), error);
  }
}

function badArrow(path: string, reason: string, cause?: unknown): Error {
  return runtimeError('BAD_FILE', { path, format: 'Arrow', reason }, { cause });
}

/** Collects the batches, because the file's footer lists them, and writes them at the end. */
function openArrowWriter(path: string, schema: Schema, region: Region): FileWriter {
  const module = requireArrow();
  const file = new OutputFile(path);
  const batches: ReturnType<typeof toRecordBatch>[] = [];
  return {
    write(batch) {
      batches.push(toRecordBatch(module, { ...batch, schema }, region));
    },
    finish() {
      const table = new module.Table(toArrowSchema(module, schema), batches);
      file.write(module.tableToIPC(table, 'file'));
      file.finish();
    },
    abort: () => file.abort(),
  };
}
