import { DatabaseSync } from 'node:sqlite';
import { installed, NotInstalledError } from '../libraries/installed.ts';
import type { Contender } from '../measure.ts';

/** What we use of alasql. */
interface Alasql {
  readonly fn: Record<string, unknown>;
  readonly tables: Record<string, { data: unknown[] }>;
  (sql: string): { readonly summed: number }[];
}

/** What we use of arquero. */
interface Arquero {
  addFunction(name: string, fn: unknown, options: { readonly override: boolean }): void;
  table(columns: Record<string, unknown>): {
    rollup(values: Record<string, string>): { objects(): { readonly total: number }[] };
  };
}

const axb1 = (a: number, b: number): number => a * b + 1;

/** The same function in `node:sqlite`, which Node brings along: the same SQLite as better-sqlite3's. */
export function sqliteNumeric(rows: number): Contender {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE numbers (a REAL, b REAL)');
  database.exec(
    `WITH RECURSIVE t(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM t WHERE i < ${rows - 1})
     INSERT INTO numbers SELECT i % 1000, i % 77 FROM t`,
  );
  database.function('axb1', { deterministic: true }, axb1 as (...args: unknown[]) => number);
  const query = database.prepare('SELECT SUM(axb1(a, b)) AS summed FROM numbers');
  return {
    name: 'node:sqlite',
    engine: 'node:sqlite',
    run: async () => [[query.get()?.['summed']]],
  };
}

/** The same function in alasql and in arquero, as far as they are installed. */
export async function libraryNumerics(rows: number): Promise<readonly Contender[]> {
  const a = Float64Array.from({ length: rows }, (_, i) => i % 1000);
  const b = Float64Array.from({ length: rows }, (_, i) => i % 77);
  const contenders: Contender[] = [];
  const alasql = (await ifInstalled('alasql')) as { readonly default: Alasql } | null;
  if (alasql !== null) {
    const run = alasql.default;
    run.fn['axb1'] = axb1;
    run('CREATE TABLE numbers (a FLOAT, b FLOAT)');
    run.tables['numbers']!.data = Array.from(a, (value, i) => ({ a: value, b: b[i] }));
    contenders.push({
      name: 'alasql',
      engine: 'alasql',
      run: async () =>
        run('SELECT SUM(axb1(a, b)) AS summed FROM numbers').map(({ summed }) => [summed]),
    });
  }
  const arquero = (await ifInstalled('arquero')) as Arquero | null;
  if (arquero !== null) {
    arquero.addFunction('axb1', axb1, { override: true });
    const table = arquero.table({ a, b });
    contenders.push({
      name: 'arquero',
      engine: 'arquero',
      run: async () => {
        const rolled = table.rollup({ total: 'd => op.sum(op.axb1(d.a, d.b))' });
        return rolled.objects().map(({ total }) => [total]);
      },
    });
  }
  return contenders;
}

/** A library, or null where it is not installed, which is said. */
async function ifInstalled(name: string): Promise<unknown> {
  try {
    return await installed(name);
  } catch (error) {
    if (!(error instanceof NotInstalledError)) throw error;
    console.log(`(${error.message})`);
    return null;
  }
}
