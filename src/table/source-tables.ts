import type { Table as ArrowTable } from 'apache-arrow';
import {
  type CatalogColumn,
  type CatalogTable,
  PLAIN_TABLE,
  type TableInstance,
} from '../catalog/catalog.ts';
import { Region } from '../columnar/arena/region.ts';
import { fromArrowTable } from '../columnar/arrow/read.ts';
import { fromArrowSchema } from '../columnar/arrow/types.ts';
import type { Batch } from '../columnar/batch.ts';
import { batchOfRows } from '../columnar/row-batch.ts';
import { RowWriter } from '../columnar/row-writer.ts';
import { inRow, toInternal } from '../columnar/to-internal.ts';
import { invalidArgument, requireOptions, requireText } from '../common/arguments.ts';
import { didYouMean } from '../common/diagnostics.ts';
import { validationError } from '../common/errors.ts';
import { quotePath } from '../common/identifiers.ts';
import { fileTableFor } from '../connectors/filesystem/file-table.ts';
import { createScanSource, withColumns } from '../connectors/index.ts';
import { IterableTable } from '../connectors/iterable.ts';
import { type MemoryTable, Storage } from '../connectors/memory/memory-table.ts';
import { parseQuery } from '../parser/parser.ts';
import { bindQuery } from '../planner/bind/query.ts';
import { columnNames, scan } from '../planner/logical/build.ts';
import type { DataType } from '../types/data-type.ts';
import { columnIndex, field, type Schema, schemaOf } from '../types/schema.ts';
import { row } from '../types/types.ts';
import { SessionBindContext } from './bind-context.ts';
import { describedTable } from './described-table.ts';
import type { TableDescriptor } from './descriptors.ts';
import {
  ChangelogFold,
  type ChangelogKinds,
  type FoldOptions,
  type InputChange,
} from './fold-changelog.ts';
import { inferType } from './infer-type.ts';
import { CallParameters } from './parameters.ts';
import { type SchemaLike, schemaFrom } from './schema-like.ts';
import type { Session } from './session.ts';
import type { TableParts } from './statements/table-elements.ts';
import { Table } from './table.ts';

/** A row as users give it: values in column order, or an object by column name. */
export type InputRow = readonly unknown[] | Readonly<Record<string, unknown>>;

/** The ways to make a Table of data in this process. */
export interface SourceTables {
  fromValues<R extends object>(rows: Iterable<InputRow | unknown>, schema?: SchemaLike): Table<R>;
  fromArrow<R extends object>(table: ArrowTable): Table<R>;
  fromIterable<R extends object>(
    rows: AsyncIterable<InputRow> | Iterable<InputRow>,
    schema: SchemaLike,
  ): Table<R>;
  fromChangelog<R extends object>(
    rows: Iterable<InputChange> | AsyncIterable<InputChange>,
    schema: SchemaLike,
    options?: ChangelogOptions,
  ): Table<R>;
  fromFile<R extends object>(path: string, options?: Readonly<Record<string, string>>): Table<R>;
  fromDescriptor<R extends object>(descriptor: TableDescriptor): Table<R>;
}

/** How `fromChangelog` reads its rows. */
export interface ChangelogOptions {
  /** The key of updates without `-U`; the schema's if not given. */
  readonly primaryKey?: readonly string[];
  /** Which kinds a row may have: `+I`; also `+U` and `-D`; or all (default). */
  readonly changelogMode?: ChangelogKinds;
}

/** The sources of one environment. */
export function sourceTables(session: Session): SourceTables {
  const instanceTable = <R extends object>(parts: TableParts, instance: TableInstance): Table<R> =>
    tableOf(session, catalogTable(parts, instance), session.uniqueName());
  return {
    fromValues(rows, like) {
      session.assertOpen();
      requireIterable(rows, false);
      const given = [...rows].map((row): InputRow => (isRow(row) ? row : [row]));
      const { schema, parts } =
        like === undefined ? inferred(inferSchema(given)) : schemaFrom(like, session);
      return instanceTable(parts, valuesTable(schema, given, session));
    },
    fromArrow(table) {
      session.assertOpen();
      if (!Array.isArray(table?.schema?.fields)) {
        throw invalidArgument('The argument of fromArrow', 'an Arrow table', table);
      }
      const memory = new Region(session.engine.arena);
      const schema = fromArrowSchema(table.schema);
      const batches = fromArrowTable(table, memory, schema);
      return instanceTable(inferred(schema).parts, filled(session, schema, memory, batches));
    },
    fromIterable(rows, like) {
      requireIterable(rows, true);
      const { schema, parts } = schemaFrom(like, session);
      const parse = toInternal({ ...row(schema.fields), nullable: false }, '');
      const once = !isReplayable(rows);
      const open = async function* (): AsyncGenerator<readonly unknown[]> {
        let number = 0;
        for await (const one of rows) {
          number++;
          let values: unknown;
          try {
            values = parse(one);
          } catch (error) {
            throw inRow(error, one, number);
          }
          yield values as readonly unknown[];
        }
      };
      return instanceTable(parts, new IterableTable(open, once));
    },
    fromChangelog(changes, like, options = {}) {
      session.assertOpen();
      requireIterable(changes, true);
      requireOptions('fromChangelog', options, ['primaryKey', 'changelogMode']);
      const { schema, parts } = schemaFrom(like, session);
      const fold = foldOptions(schema, parts, options);
      if (Symbol.iterator in changes) {
        const folded = new ChangelogFold(fold);
        for (const change of changes) folded.add(change);
        const region = new Region(session.engine.arena);
        const rows = folded.rows();
        const batches = rows.length === 0 ? [] : [batchOfRows(schema, rows, region)];
        return instanceTable(parts, filled(session, schema, region, batches));
      }
      const open = async function* (): AsyncGenerator<readonly unknown[]> {
        const folded = new ChangelogFold(fold);
        for await (const change of changes) folded.add(change);
        yield* folded.rows();
      };
      return instanceTable(parts, new IterableTable(open, !isReplayable(changes)));
    },
    fromDescriptor(descriptor) {
      session.assertOpen();
      return tableOf(session, describedTable(descriptor, session), session.uniqueName());
    },
    fromFile(path, options = {}) {
      session.assertOpen();
      requireText('The path of a file', path);
      requireOptions('fromFile', options);
      const found = fileTableFor(path, options);
      if (found === null) throw validationError('NOT_A_FILE', { path });
      return tableOf(session, withColumns(found), path);
    },
  };
}

function tableOf<R extends object>(session: Session, table: CatalogTable, name: string): Table<R> {
  const statement = session.statementContext();
  if (table.columns.every((column) => column.kind === 'physical')) {
    return new Table(session, scan(name, createScanSource(table, null, statement)));
  }
  // Computed columns are expressions over the scan: the binder puts them there.
  const tables = new Map([[name, table]]);
  const context = new SessionBindContext(session, statement, new CallParameters(), tables);
  return new Table(session, bindQuery(parseQuery(`TABLE ${quotePath([name])}`), context));
}

/** The declaration of a table that has its columns from data. */
function inferred(schema: Schema): { readonly schema: Schema; readonly parts: TableParts } {
  const columns = schema.fields.map((f): CatalogColumn => ({ kind: 'physical', ...f }));
  return { schema, parts: { columns, primaryKey: null, watermark: null } };
}

function catalogTable(parts: TableParts, instance: TableInstance): CatalogTable {
  return { ...PLAIN_TABLE, ...parts, instance };
}

/** Errors: COLUMN_NOT_FOUND for a key that is none of the stored columns. */
function foldOptions(
  schema: Schema,
  { primaryKey }: TableParts,
  options: ChangelogOptions,
): FoldOptions {
  const names = options.primaryKey ?? primaryKey?.columns ?? [];
  const key = names.map((column) => {
    const index = columnIndex(schema, column);
    if (index !== null) return index;
    const hint = didYouMean(column, columnNames(schema));
    throw validationError('COLUMN_NOT_FOUND', { column, scope: 'the changelog' }, { hint });
  });
  return { schema, mode: options.changelogMode ?? 'all', key };
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
  const table = session.memoryTables.create(schema);
  const storage = new Storage(region);
  const chunks = batches.filter((b) => b.length > 0).map((batch) => ({ batch, storage }));
  if (chunks.length === 0) region.dispose();
  else table.publish(table.prepare(chunks, []));
  return table;
}

/** Errors: ValidationError INVALID_ARGUMENT for what has no rows to go through. */
function requireIterable(rows: unknown, async: boolean): void {
  const given = Object(rows) as object;
  if (typeof rows === 'object' && Symbol.iterator in given) return;
  if (async && Symbol.asyncIterator in given) return;
  throw invalidArgument('The rows of a table', `an iterable${async ? ' (also async)' : ''}`, rows);
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
  const typeOf = (name: string, i: number): DataType => {
    let number = 0;
    const values = function* (): Iterable<unknown> {
      for (const row of rows) {
        number++;
        yield Array.isArray(row) ? row[i] : (row as Record<string, unknown>)[name];
      }
    };
    try {
      return inferType(values(), `column '${name}'`);
    } catch (error) {
      throw inRow(error, rows[number - 1], number);
    }
  };
  return schemaOf(names.map((name, i) => field(name, typeOf(name, i))));
}

/** Arrays, sets and the like start anew at each iteration; iterators and generators do not. */
function isReplayable(rows: AsyncIterable<unknown> | Iterable<unknown>): boolean {
  return !('next' in rows);
}
