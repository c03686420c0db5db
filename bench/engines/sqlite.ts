import { DatabaseSync } from 'node:sqlite';
import { installed } from '../libraries/installed.ts';
import type { TableFile } from '../suites/suite.ts';
import type { Engine, Rows } from './engine.ts';
import { parquetRows, type Row } from './parquet-rows.ts';

/** What the two bindings have in common. */
interface Binding {
  exec(sql: string): void;
  run(sql: string): (...values: (number | string)[]) => unknown;
  all(sql: string, parameters: readonly (number | string)[]): Rows;
  close(): void;
}

/** What we use of better-sqlite3. */
interface BetterSqlite3 {
  readonly default: new (
    file: string,
  ) => {
    exec(sql: string): void;
    close(): void;
    prepare(sql: string): {
      run(...values: unknown[]): unknown;
      raw(on: boolean): { all(...values: unknown[]): Rows };
    };
  };
}

/** The SQLite that is part of Node. */
export async function nodeSqlite(): Promise<Engine> {
  const database = new DatabaseSync(':memory:');
  return sqlite({
    exec: (sql) => database.exec(sql),
    run: (sql) => {
      const statement = database.prepare(sql);
      return (...values) => statement.run(...values);
    },
    all: (sql, parameters) => {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      return statement.all(...parameters) as unknown as Rows;
    },
    close: () => database.close(),
  });
}

/** SQLite by better-sqlite3. */
export async function betterSqlite3(): Promise<Engine> {
  const { default: Database } = await installed<BetterSqlite3>('better-sqlite3');
  const database = new Database(':memory:');
  return sqlite({
    exec: (sql) => database.exec(sql),
    run: (sql) => {
      const statement = database.prepare(sql);
      return (...values) => statement.run(...values);
    },
    all: (sql, parameters) =>
      database
        .prepare(sql)
        .raw(true)
        .all(...parameters),
    close: () => database.close(),
  });
}

function sqlite(database: Binding): Engine {
  return {
    version: String(database.all('SELECT sqlite_version()', [])[0]?.[0]),
    load: (table) => fill(database, table),
    query: async (sql, parameters = []) => database.all(sql, parameters),
    close: async () => database.close(),
  };
}

/** Rows are inserted one by one, keys make the primary key: what a user of SQLite does. */
async function fill(
  database: Binding,
  { name, file, key, indexes = [] }: TableFile,
): Promise<void> {
  let insert: ((...values: (number | string)[]) => unknown) | undefined;
  database.exec('BEGIN');
  for await (const rows of parquetRows(file)) {
    insert ??= create(database, name, key, rows[0]!);
    for (const row of rows) insert(...Object.values(row));
  }
  database.exec('COMMIT');
  for (const column of indexes)
    database.exec(`CREATE INDEX ${name}_${column} ON ${name} (${column})`);
  database.exec('ANALYZE');
}

function create(
  database: Binding,
  name: string,
  key: readonly string[] | undefined,
  row: Row,
): (...values: (number | string)[]) => unknown {
  const columns = Object.entries(row).map(
    ([column, value]) => `${column} ${typeof value === 'string' ? 'TEXT' : 'NUMERIC'}`,
  );
  if (key !== undefined) columns.push(`PRIMARY KEY (${key.join(', ')})`);
  database.exec(`CREATE TABLE ${name} (${columns.join(', ')})`);
  return database.run(
    `INSERT INTO ${name} VALUES (${columns
      .slice(0, Object.keys(row).length)
      .map(() => '?')
      .join(', ')})`,
  );
}
