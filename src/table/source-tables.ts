import type { Table as ArrowTable } from 'apache-arrow';
import type { CatalogTable, TableInstance } from '../catalog/catalog.ts';
import { Region } from '../columnar/arena/region.ts';
import { fromArrowTable } from '../columnar/arrow/read.ts';
import { fromArrowSchema } from '../columnar/arrow/types.ts';
import type { Batch } from '../columnar/batch.ts';
import { RowWriter } from '../columnar/row-writer.ts';
import { toInternal } from '../columnar/to-internal.ts';
import { notImplemented, validationError } from '../common/errors.ts';
import { fileTableFor } from '../connectors/filesystem/file-table.ts';
import { createScanSource, withColumns } from '../connectors/index.ts';
import { IterableTable } from '../connectors/iterable.ts';
import { MemoryTable, Storage } from '../connectors/memory/memory-table.ts';
import { scan } from '../planner/logical/build.ts';
import type { DataType } from '../types/data-type.ts';
import { field, type Schema, schemaOf } from '../types/schema.ts';
import { row } from '../types/types.ts';
import { inferType } from './infer-type.ts';
import { type SchemaLike, schemaFrom } from './schema-like.ts';
import type { Session } from './session.ts';
import { Table } from './table.ts';

/** A row as users give it: values in column order, or an object by column name. */
export type InputRow = readonly unknown[] | Readonly<Record<string, unknown>>;

/** The ways to make a Table of data in this process. */
export interface SourceTables {
  fromValues(rows: Iterable<InputRow | unknown>, schema?: SchemaLike): Table;
  fromArrow(table: ArrowTable): Table;
  fromIterable(rows: AsyncIterable<InputRow> | Iterable<InputRow>, schema: SchemaLike): Table;
  fromChangelog(
    rows:
      | Iterable<readonly [string, ...unknown[]]>
      | AsyncIterable<readonly [string, ...unknown[]]>,
    schema: SchemaLike,
    options?: ChangelogOptions,
  ): Table;
  fromFile(path: string, options?: Readonly<Record<string, string>>): Table;
  /** A name that no table has. */
  uniqueName(): string;
}

/** How `fromChangelog` reads its rows. */
export interface ChangelogOptions {
  readonly primaryKey?: readonly string[];
  readonly changelogMode?: 'insert' | 'upsert' | 'all';
}

/** The sources of one environment. */
export function sourceTables(session: Session): SourceTables {
  let names = 0;
  const uniqueName = (): string => {
    names++;
    return `Unregistered_${names}`;
  };
  const instanceTable = (schema: Schema, instance: TableInstance): Table =>
    tableOf(session, catalogTable(schema, instance), uniqueName());
  return {
    uniqueName,
    fromValues(rows, schema) {
      session.assertOpen();
      const given = [...rows].map((row): InputRow => (isRow(row) ? row : [row]));
      const own = schema === undefined ? inferSchema(given) : schemaFrom(schema, session).schema;
      return instanceTable(own, valuesTable(own, given, session));
    },
    fromArrow(table) {
      session.assertOpen();
      const memory = new Region(session.engine.arena);
      const schema = fromArrowSchema(table.schema);
      const batches = fromArrowTable(table, memory, schema);
      return instanceTable(schema, filled(session, schema, memory, batches));
    },
    fromIterable(rows, like) {
      const { schema } = schemaFrom(like, session);
      const parse = toInternal({ ...row(schema.fields), nullable: false }, '');
      const once = !isReplayable(rows);
      const open = async function* (): AsyncGenerator<readonly unknown[]> {
        for await (const one of rows) yield parse(one) as readonly unknown[];
      };
      return instanceTable(schema, new IterableTable(open, once));
    },
    fromChangelog() {
      throw notImplemented('fromChangelog');
    },
    fromFile(path, options = {}) {
      session.assertOpen();
      const found = fileTableFor(path, options);
      if (found === null) throw validationError('NOT_A_FILE', { path });
      return tableOf(session, withColumns(found), path);
    },
  };
}

function tableOf(session: Session, table: CatalogTable, name: string): Table {
  const source = createScanSource(table, null, session.statementContext());
  return new Table(session, scan(name, source));
}

function catalogTable(schema: Schema, instance: TableInstance): CatalogTable {
  return {
    kind: 'table',
    columns: schema.fields.map((f) => ({ kind: 'physical', ...f })),
    primaryKey: null,
    watermark: null,
    partitionKeys: [],
    options: new Map(),
    comment: null,
    instance,
  };
}

function valuesTable(schema: Schema, rows: readonly InputRow[], session: Session): MemoryTable {
  const region = new Region(session.engine.arena);
  try {
    const writer = new RowWriter(schema, region, rows.length);
    for (const one of rows) writer.append(one);
    return filled(session, schema, region, [writer.finish()]);
  } catch (error) {
    region.dispose();
    throw error;
  }
}

function filled(
  session: Session,
  schema: Schema,
  region: Region,
  batches: readonly Batch[],
): MemoryTable {
  const table = new MemoryTable(schema, () => session.engine.arena);
  const storage = new Storage(region);
  const chunks = batches.filter((b) => b.length > 0).map((batch) => ({ batch, storage }));
  if (chunks.length === 0) region.dispose();
  else table.publish(table.prepare(chunks, true));
  return table;
}

function isRow(row: unknown): row is InputRow {
  return Array.isArray(row) || Object.prototype.toString.call(row) === '[object Object]';
}

function inferSchema(rows: readonly InputRow[]): Schema {
  const names: string[] = [];
  for (const row of rows) {
    const own = Array.isArray(row) ? row.map((_, i) => `f${i}`) : Object.keys(row);
    for (const name of own) if (!names.includes(name)) names.push(name);
  }
  const typeOf = (name: string, i: number): DataType =>
    inferType(
      rows.map((row) => (Array.isArray(row) ? row[i] : (row as Record<string, unknown>)[name])),
      `column '${name}'`,
    );
  return schemaOf(names.map((name, i) => field(name, typeOf(name, i))));
}

/** Arrays, sets and the like start anew at each iteration; iterators and generators do not. */
function isReplayable(rows: AsyncIterable<InputRow> | Iterable<InputRow>): boolean {
  return !('next' in rows);
}
