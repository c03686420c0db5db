import { type Answer, openDuckdb, openMillrace, openSqlite } from '../fuzz/engines.ts';
import { Random } from '../fuzz/random.ts';
import { CorpusGenerator, corpusTables, type GeneratedQuery } from './generator.ts';

/** A query that others answer in another way. */
export interface Difference extends GeneratedQuery {
  readonly seed: number;
  readonly detail: string;
}

/** What a comparison did, by style. */
export interface ComparisonReport {
  readonly queries: Readonly<Record<string, number>>;
  /** Queries that the two others do not answer alike, or with an error. */
  readonly skipped: number;
  readonly differences: readonly Difference[];
}

/** Queries over the same tables. */
const BATCH = 250;
/** DuckDB divides integers as real numbers. */
const DIVIDES = / \/ /;

/** Compares made queries with SQLite and DuckDB; the same seed makes the same ones. */
export async function compareGenerated(options: {
  readonly queries: number;
  readonly seed: number;
}): Promise<ComparisonReport> {
  const queries: Record<string, number> = {};
  const differences: Difference[] = [];
  let skipped = 0;
  let done = 0;
  for (let round = 0; done < options.queries; round++) {
    const seed = options.seed * 1_000_003 + round;
    const random = new Random(seed);
    const tables = corpusTables(random);
    const [millrace, sqlite, duckdb] = await Promise.all([
      openMillrace(tables, round),
      openSqlite(tables),
      openDuckdb(tables),
    ]);
    const generator = new CorpusGenerator(random);
    for (let i = 0; i < BATCH && done < options.queries; i++, done++) {
      const query = generator.query();
      queries[query.style] = (queries[query.style] ?? 0) + 1;
      const expected = [await sqlite.run(query.sql)];
      if (!DIVIDES.test(query.sql)) expected.push(await duckdb.run(query.sql));
      const known = new Set(expected.map(textOf));
      if (known.size !== 1 || expected[0]?.error !== null) {
        skipped++;
        continue;
      }
      const got = await millrace.run(query.sql);
      if (known.has(textOf(got))) continue;
      const detail = `expected ${textOf(expected[0])}\n     got ${got.error ?? textOf(got)}`;
      differences.push({ ...query, seed, detail });
    }
    for (const engine of [millrace, sqlite, duckdb]) await engine.close();
  }
  return { queries, skipped, differences };
}

/** The rows in one order: engines put NULLs in different places. */
function textOf({ rows, error }: Answer): string {
  return rows === null ? `error: ${error}` : rows.toSorted().join('\n');
}
