import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { microPrograms } from './micro-programs.ts';
import type { Case, QueryText, Suite, SuiteOptions, Unable } from './suite.ts';

/** The most rows that engines of one object a row are asked to hold. */
const OBJECTS_MAX = 2_000_000;

type Dialects = Readonly<Record<string, QueryText | Unable>>;

interface Operation {
  readonly name: string;
  readonly sql: string;
  readonly dialects?: Dialects;
}

function operations(rows: number): readonly Operation[] {
  const last = rows - 10;
  return [
    { name: 'filter and sum', sql: 'SELECT SUM(v), COUNT(*) FROM facts WHERE k1000 < 300' },
    {
      name: 'GROUP BY 1,000 integers',
      sql: 'SELECT k1000, SUM(v), COUNT(*) FROM facts GROUP BY k1000',
    },
    { name: 'GROUP BY 1,000 strings', sql: 'SELECT s, SUM(v), COUNT(*) FROM facts GROUP BY s' },
    {
      name: 'GROUP BY 1 M integers',
      sql: 'SELECT COUNT(*), MAX(summed) FROM (SELECT k1m, SUM(v) AS summed FROM facts GROUP BY k1m) AS t',
    },
    {
      name: 'join with 1 M rows',
      sql: 'SELECT SUM(v * w), COUNT(*) FROM facts JOIN dims ON k1m = k',
      dialects: {
        alasql: 'SELECT SUM(facts.v * dims.w), COUNT(*) FROM facts JOIN dims ON facts.k1m = dims.k',
      },
    },
    { name: 'Top-100', sql: 'SELECT v, id FROM facts ORDER BY v DESC, id LIMIT 100' },
    {
      name: 'full sort',
      sql: `SELECT v, id FROM facts ORDER BY v, id OFFSET ${last} ROWS`,
      dialects: limitDialects('SELECT v, id FROM facts ORDER BY v, id', last),
    },
    { name: "LIKE '%77%'", sql: "SELECT COUNT(*) FROM facts WHERE t LIKE '%77%'" },
    {
      name: 'ROW_NUMBER per key',
      sql: `SELECT SUM(rn) AS summed, MAX(rn) AS largest FROM (
        SELECT ROW_NUMBER() OVER (PARTITION BY k1m ORDER BY v) AS rn FROM facts) AS t`,
      dialects: {
        alasql: { unable: 'counts anew wherever the key changes in the order of the input' },
      },
    },
    { name: 'COUNT(DISTINCT)', sql: 'SELECT COUNT(DISTINCT k1m) FROM facts' },
  ];
}

/** The last ten rows for those who know OFFSET only after LIMIT. */
function limitDialects(sql: string, offset: number): Dialects {
  const text = `${sql} LIMIT 10 OFFSET ${offset}`;
  return { alasql: text, polars: text, sqlite: text };
}

/** The operations that queries are made of, each over one table of ten million rows. */
export async function micro({ rows, folder }: SuiteOptions): Promise<Suite> {
  const facts = path.join(folder, `facts-${rows}.parquet`);
  const dims = path.join(folder, `dims-${rows}.parquet`);
  if (!existsSync(facts) || !existsSync(dims)) await generate(rows, facts, dims);
  const programs = microPrograms(rows);
  return {
    size: `${rows}`,
    tables: [
      { name: 'facts', file: facts },
      { name: 'dims', file: dims, key: ['k'] },
    ],
    cases: operations(rows).map(({ name, sql, dialects }): Case => {
      const program = programs[name];
      return {
        name,
        sql,
        dialects: { ...dialects, ...(rows > OBJECTS_MAX && TOO_MANY_ROWS) },
        ...(program !== undefined && { programs: { arquero: program } }),
        target: 2.5,
      };
    }),
    target: 1,
  };
}

const TOO_MANY_ROWS: Dialects = {
  alasql: { unable: 'keeps every row as an object; runs at a million rows' },
};

/** Seeded rows; `k1m` has a tenth as many values as there are rows, all of them in `dims`. */
async function generate(rows: number, facts: string, dims: string): Promise<void> {
  mkdirSync(path.dirname(facts), { recursive: true });
  const keys = Math.max(1, Math.floor(rows / 10));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const write = (query: string, file: string): Promise<unknown> =>
    connection.run(`COPY (${query}) TO '${file}' (ROW_GROUP_SIZE 122880)`);
  await write(
    `SELECT CAST(i AS INTEGER) AS id, CAST(hash(i) % 1000 AS INTEGER) AS k1000,
       CAST(hash(i + 1) % ${keys} AS INTEGER) AS k1m, CAST(hash(i + 2) % 1000000007 AS DOUBLE) / 7 AS v,
       'string ' || (hash(i + 3) % 1000) AS s, 'text ' || (hash(i + 4) % 10000000) || ' end' AS t
     FROM range(${rows}) AS r(i)`,
    facts,
  );
  await write(
    `SELECT CAST(i AS INTEGER) AS k, CAST(hash(i) % 1000 AS DOUBLE) / 3 AS w FROM range(${keys}) AS r(i)`,
    dims,
  );
  connection.closeSync();
  instance.closeSync();
}
