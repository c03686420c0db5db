import {
  type CatalogColumn,
  type CatalogTable,
  type CatalogView,
  PLAIN_TABLE,
} from '../catalog/catalog.ts';
import { IterableTable } from '../connectors/iterable.ts';
import { printType } from '../types/print.ts';
import { INT, STRING } from '../types/types.ts';
import type { Session } from './session.ts';

type Row = readonly unknown[];
type Entry = readonly [database: string, name: string, table: CatalogTable | CatalogView];

const NAME = 'INFORMATION_SCHEMA';

/** A table of INFORMATION_SCHEMA: its columns, and its rows for one catalog. */
interface InformationTable {
  readonly columns: readonly string[];
  /** Columns that hold an INT; the others hold texts. */
  readonly numbers?: readonly string[];
  rows(catalog: string, session: Session): Iterable<Row>;
}

const TABLES: Readonly<Record<string, InformationTable>> = {
  SCHEMATA: {
    columns: ['CATALOG_NAME', 'SCHEMA_NAME', 'COMMENT'],
    *rows(catalog, session) {
      const home = session.catalogs.catalog(catalog);
      for (const database of home.listDatabases()) {
        yield [catalog, database, home.getDatabase(database)?.comment ?? null];
      }
      yield [catalog, NAME, null];
    },
  },
  TABLES: {
    columns: ['TABLE_CATALOG', 'TABLE_SCHEMA', 'TABLE_NAME', 'TABLE_TYPE', 'COMMENT'],
    *rows(catalog, session) {
      for (const [database, name, table] of entries(catalog, session)) {
        const type = tableType(table);
        yield [catalog, database, name, type, table.comment];
      }
    },
  },
  VIEWS: {
    columns: ['TABLE_CATALOG', 'TABLE_SCHEMA', 'TABLE_NAME', 'VIEW_DEFINITION'],
    *rows(catalog, session) {
      for (const [database, name, table] of entries(catalog, session)) {
        if (table.kind === 'view') yield [catalog, database, name, table.expandedQuery];
      }
    },
  },
  COLUMNS: {
    columns: [
      'TABLE_CATALOG',
      'TABLE_SCHEMA',
      'TABLE_NAME',
      'COLUMN_NAME',
      'ORDINAL_POSITION',
      'IS_NULLABLE',
      'DATA_TYPE',
      'IS_METADATA',
      'IS_GENERATED',
      'GENERATION_EXPRESSION',
      'COMMENT',
    ],
    numbers: ['ORDINAL_POSITION'],
    *rows(catalog, session) {
      for (const [database, name, table] of entries(catalog, session)) {
        for (const [i, column] of table.columns.entries()) {
          yield [catalog, database, name, ...columnRow(column, i + 1)];
        }
      }
    },
  },
};

function tableType(table: CatalogTable | CatalogView): string {
  if (table.kind === 'view') return 'VIEW';
  return table.materialization === null ? 'BASE TABLE' : 'MATERIALIZED TABLE';
}

function columnRow(column: CatalogColumn, position: number): Row {
  const computed = column.kind === 'computed';
  return [
    column.name,
    position,
    column.type.nullable ? 'YES' : 'NO',
    printType({ ...column.type, nullable: true }),
    column.kind === 'metadata' ? 'YES' : 'NO',
    computed ? 'ALWAYS' : 'NEVER',
    computed ? column.expression : null,
    column.comment,
  ];
}

/**
 * The table that a path names in the read-only database INFORMATION_SCHEMA that every catalog has;
 * null for other paths. Neither the database's nor the table's name is case-sensitive.
 */
export function informationTable(path: readonly string[], session: Session): CatalogTable | null {
  const [name = '', database = '', catalog = session.catalogs.currentCatalog] = [...path].reverse();
  const table = TABLES[name.toUpperCase()];
  if (table === undefined || path.length > 3 || database.toUpperCase() !== NAME) return null;
  if (session.catalogs.getCatalog(catalog) === null) return null;
  const open = async function* (): AsyncGenerator<Row> {
    yield* table.rows(catalog, session);
  };
  return {
    ...PLAIN_TABLE,
    columns: table.columns.map((column) => ({
      kind: 'physical',
      name: column,
      type: table.numbers?.includes(column) ? INT : STRING,
      comment: null,
    })),
    instance: new IterableTable(open, false),
  };
}

function* entries(catalog: string, session: Session): Iterable<Entry> {
  const { catalogs } = session;
  for (const database of catalogs.catalog(catalog).listDatabases()) {
    for (const name of catalogs.listTables(catalog, database)) {
      yield [database, name, catalogs.require([catalog, database, name]).table];
    }
  }
}
