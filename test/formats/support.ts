import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { type Batch, batchOf } from '../../src/columnar/batch.ts';
import { builderFor } from '../../src/columnar/builders/builder-for.ts';
import { parseOptions } from '../../src/common/config-option.ts';
import type { ColumnCondition, FormatDefinition, ReadContext } from '../../src/formats/format.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { type Schema, schemaOf } from '../../src/types/schema.ts';

const arena = Arena.create(512 * 1024 ** 2);

/** A region that the caller disposes of. */
export function newRegion(): Region {
  return new Region(arena);
}

/** A read context over a region; `skipped` counts the rows that were passed over. */
export function readContext(
  region: Region,
  batchRows = 16384,
): ReadContext & { readonly skipped: () => number } {
  let skipped = 0;
  return {
    region,
    batchRows,
    viewRows: batchRows,
    timeZone: 'UTC',
    checkCancelled: () => {},
    skippedRows: (count) => {
      skipped += count;
    },
    skipped: () => skipped,
  };
}

/** A schema from names and types. */
export function schema(columns: Record<string, DataType>): Schema {
  return schemaOf(Object.entries(columns).map(([name, type]) => ({ name, type, comment: null })));
}

/** A folder for one test. */
export function tempFolder(): { readonly path: string; [Symbol.dispose](): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-test-'));
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The rows of batches as arrays of internal values. */
export function rowsOf(batches: Iterable<Batch>): unknown[][] {
  const rows: unknown[][] = [];
  for (const batch of batches) {
    for (let row = 0; row < batch.length; row++) {
      rows.push(batch.columns.map((column) => column.get(row)));
    }
  }
  return rows;
}

/** A batch of rows of internal values. */
export function batchFrom(
  table: Schema,
  rows: readonly (readonly unknown[])[],
  region: Region,
): Batch {
  const columns = table.fields.map(({ type }, i) => {
    const builder = builderFor(type, region);
    for (const row of rows) builder.append(row[i] ?? null);
    return builder.finish();
  });
  return batchOf(table, columns, rows.length);
}

/** What `readFile` may be told. */
export interface ReadOptions {
  readonly table?: Schema;
  readonly columns?: readonly string[];
  readonly options?: Record<string, string>;
  readonly splitBytes?: number;
  readonly batchRows?: number;
  readonly conditions?: readonly ColumnCondition[];
}

/** Reads a whole file through its splits. */
export function readFile(format: FormatDefinition, file: string, read: ReadOptions = {}) {
  const values = parseOptions(format.options, new Map(Object.entries(read.options ?? {})), 'test');
  const table = read.table ?? format.decoding(null, values).inferSchema(file);
  const decoding = format.decoding(table, values);
  const projected = schemaOf(
    read.columns === undefined
      ? table.fields
      : read.columns.map(
          (name) => table.fields.find((field) => field.name === name) ?? table.fields[0]!,
        ),
  );
  using region = newRegion();
  const context = readContext(region, read.batchRows);
  const splits = decoding.splits(file, read.splitBytes ?? 64 * 1024 ** 2, read.conditions ?? []);
  const rows = splits.flatMap((split) => rowsOf(decoding.read(split, projected, context)));
  return { rows, table, splits, skipped: context.skipped() };
}

/** Writes a text to a file of a temporary folder and reads it. */
export function readText(
  format: FormatDefinition,
  text: string | Uint8Array,
  read: ReadOptions & { readonly name?: string } = {},
) {
  using folder = tempFolder();
  const file = path.join(folder.path, read.name ?? `data.${format.extensions[0] ?? 'bin'}`);
  writeFileSync(file, text);
  return readFile(format, file, read);
}

/** Writes rows of internal values to a new file. */
export function writeRows(
  format: FormatDefinition,
  file: string,
  table: Schema,
  rows: readonly (readonly unknown[])[],
  options: Record<string, string> = {},
): void {
  const values = parseOptions(format.options, new Map(Object.entries(options)), 'test');
  using region = newRegion();
  const writer = format.encoding?.(table, values).open(file, table, region);
  if (rows.length > 0) writer?.write(batchFrom(table, rows, region));
  writer?.finish();
}

/** Writes rows with a format and reads them back. */
export function roundTrip(
  format: FormatDefinition,
  table: Schema,
  rows: readonly (readonly unknown[])[],
  options: Record<string, string> = {},
): unknown[][] {
  using folder = tempFolder();
  const file = path.join(folder.path, `data.${format.extensions[0] ?? 'bin'}`);
  writeRows(format, file, table, rows, options);
  return readFile(format, file, { table, options }).rows;
}
