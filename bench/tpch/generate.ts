import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { type ColumnKind, TABLES, type TableSpec } from './tables.ts';

/** Rows of a row group. */
const GROUP_ROWS = 122_880;

/**
 * Writes the TPC-H tables of a scale factor as Parquet files, one a table, unless they are there.
 * The rows are made one row group at a time, from seeds: the same scale, the same bytes. They
 * follow the specification's distributions, but are not those of its own generator.
 */
export function generateTpch(
  folder: string,
  scale: number,
  names: readonly string[] = TABLES.map((table) => table.name),
): Readonly<Record<string, string>> {
  mkdirSync(folder, { recursive: true });
  const files: Record<string, string> = {};
  for (const table of TABLES.filter(({ name }) => names.includes(name))) {
    const file = path.join(folder, `${table.name}.parquet`);
    if (!existsSync(file)) {
      writeTable(table, scale, `${file}.tmp`);
      renameSync(`${file}.tmp`, file);
    }
    files[table.name] = file;
  }
  return files;
}

function writeTable(table: TableSpec, scale: number, file: string): void {
  const writer = new ParquetWriter({ writer: fileWriter(file), schema: schemaOf(table) });
  const units = table.units(scale);
  let columns: unknown[][] = table.columns.map(() => []);
  const flush = (): void => {
    const columnData = table.columns.map(([name, kind], i) => ({
      name,
      data: valuesOf(kind, columns[i]!),
    }));
    writer.write({ columnData, rowGroupSize: GROUP_ROWS * 2 });
    columns = table.columns.map(() => []);
  };
  for (let unit = 1; unit <= units; unit++) {
    table.rows(unit, scale, columns);
    if (columns[0]!.length >= GROUP_ROWS) flush();
  }
  if (columns[0]!.length > 0) flush();
  writer.finish();
}

function schemaOf(table: TableSpec): SchemaElement[] {
  const elements = table.columns.map(([name, kind]) => elementOf(name, kind));
  return [{ name: 'root', num_children: elements.length }, ...elements];
}

function elementOf(name: string, kind: ColumnKind): SchemaElement {
  const base = { name, repetition_type: 'REQUIRED' } as const;
  switch (kind) {
    case 'bigint':
      return { ...base, type: 'INT64' };
    case 'int':
      return { ...base, type: 'INT32' };
    case 'date':
      return { ...base, type: 'INT32', converted_type: 'DATE' };
    case 'money':
      return { ...base, type: 'INT64', converted_type: 'DECIMAL', precision: 15, scale: 2 };
    case 'text':
      return { ...base, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
  }
}

function valuesOf(kind: ColumnKind, values: readonly unknown[]): unknown[] {
  return kind === 'bigint' || kind === 'money'
    ? values.map((value) => BigInt(value as number))
    : [...values];
}
