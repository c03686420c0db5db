import path from 'node:path';
import { NotInstalledError, requireLibrary } from '../libraries/installed.ts';
import { csvOf } from './csv-of.ts';
import type { Engine, Rows } from './engine.ts';

/** What we use of the blocking bindings of `@duckdb/duckdb-wasm`. */
interface Bindings {
  readonly NODE_RUNTIME: unknown;
  readonly VoidLogger: new () => unknown;
  readonly DuckDBDataProtocol: { readonly NODE_FS: number };
  createDuckDB(bundles: unknown, logger: unknown, runtime: unknown): Promise<Database>;
}

interface Database {
  instantiate(): Promise<unknown>;
  open(config: unknown): void;
  getVersion(): string;
  connect(): Connection;
  registerFileURL(name: string, url: string, protocol: number, direct: boolean): void;
  dropFile(name: string): void;
  reset(): void;
}

interface Connection {
  query(sql: string): {
    readonly schema: { readonly fields: readonly { readonly typeId: number }[] };
    toArray(): { toArray(): unknown[] }[];
  };
  close(): void;
}

const PACKAGE = '@duckdb/duckdb-wasm';
/** The number of Arrow's type of dates. */
const DATE = 8;

/**
 * DuckDB in WebAssembly, on one thread: the build for Node has no threads. It would download the
 * extension that reads Parquet: its tables come from CSV.
 */
export async function duckdbWasm(): Promise<Engine> {
  const bindings = load();
  const folder = path.dirname(requireLibrary.resolve(`${PACKAGE}/dist/duckdb-node-blocking.cjs`));
  const bundle = (kind: string): unknown => ({
    mainModule: path.join(folder, `duckdb-${kind}.wasm`),
    mainWorker: '',
  });
  const database = await bindings.createDuckDB(
    { mvp: bundle('mvp'), eh: bundle('eh') },
    new bindings.VoidLogger(),
    bindings.NODE_RUNTIME,
  );
  await database.instantiate();
  database.open({ path: ':memory:', query: { castDecimalToDouble: true } });
  const connection = database.connect();
  return {
    version: database.getVersion(),
    load: async ({ name, file }) => {
      const { csv, columns } = await csvOf(file);
      database.registerFileURL(csv, csv, bindings.DuckDBDataProtocol.NODE_FS, true);
      connection.query(
        `CREATE TABLE ${name} AS SELECT * FROM read_csv('${csv}', header = false, columns = {${columns}})`,
      );
      database.dropFile(csv);
    },
    query: async (sql) => rowsOf(connection.query(sql)),
    close: async () => {
      connection.close();
      database.reset();
    },
  };
}

/** Arrow's dates come as milliseconds. */
function rowsOf(result: ReturnType<Connection['query']>): Rows {
  const dates = result.schema.fields.map(({ typeId }) => typeId === DATE);
  return result
    .toArray()
    .map((row) => row.toArray().map((value, i) => (dates[i] ? new Date(value as number) : value)));
}

function load(): Bindings {
  try {
    return requireLibrary(`${PACKAGE}/dist/duckdb-node-blocking.cjs`) as Bindings;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') {
      throw new NotInstalledError(PACKAGE);
    }
    throw error;
  }
}
