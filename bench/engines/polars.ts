import { installed, versionOf } from '../libraries/installed.ts';
import type { Engine, EngineOptions, Rows } from './engine.ts';

/** What we use of nodejs-polars. */
interface Polars {
  readonly default: {
    readParquet(file: string): DataFrame;
    col(name: string): { cast(type: unknown): unknown };
    readonly Float64: unknown;
    SQLContext(frames: Readonly<Record<string, DataFrame>>): {
      execute(sql: string, options: { readonly eager: true }): { rows(): Rows };
    };
  };
}

interface DataFrame {
  readonly columns: readonly string[];
  readonly dtypes: readonly unknown[];
  withColumns(...columns: readonly unknown[]): DataFrame;
}

/**
 * Polars by its SQL. Decimals become doubles: the binding cannot read them, and its products are
 * rounded to their scale.
 */
export async function polars({ threads }: EngineOptions): Promise<Engine> {
  process.env['POLARS_MAX_THREADS'] = String(threads);
  const { default: pl } = await installed<Polars>('nodejs-polars');
  const frames: Record<string, DataFrame> = {};
  return {
    version: versionOf('nodejs-polars'),
    load: async ({ name, file }) => {
      const frame = pl.readParquet(file);
      const decimals = frame.columns.filter((_, i) => /decimal/i.test(String(frame.dtypes[i])));
      frames[name] = frame.withColumns(...decimals.map((c) => pl.col(c).cast(pl.Float64)));
    },
    query: async (sql) => pl.SQLContext(frames).execute(sql, { eager: true }).rows(),
    close: async () => {},
  };
}
