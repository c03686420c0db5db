import { readFileSync } from 'node:fs';
import path from 'node:path';
import { generateTpch } from '../tpch/generate.ts';
import { clickhouseText, polarsText, sqliteText } from './dialects.ts';
import type { Case, Suite, SuiteOptions, TableFile, Unable } from './suite.ts';

const TEXTS = path.join(import.meta.dirname, '../../test/tpch/specification.sql');

/** Queries that have a target of their own; no other may be above the general one. */
const TARGETS: Readonly<Record<string, number>> = { Q1: 0.3, Q6: 0.5 };
const TARGET = 2.5;

/** Scalar and correlated subqueries are beyond its SQL; its binding hides the message. */
const SUBQUERIES: Unable = { unable: 'its SQL lacks such subqueries' };
const NOT_IN_POLARS: Readonly<Record<string, Unable>> = {
  Q2: SUBQUERIES,
  Q11: SUBQUERIES,
  Q13: { unable: 'its SQL lacks other conditions than equality in outer joins' },
  Q15: SUBQUERIES,
  Q17: SUBQUERIES,
  Q18: { unable: 'joins without conditions first and fills the memory' },
  Q20: SUBQUERIES,
  Q21: SUBQUERIES,
  Q22: SUBQUERIES,
};

const NOT_IN_CLICKHOUSE: Readonly<Record<string, Unable>> = {
  Q8: { unable: 'divides decimals to four digits: other rows' },
};

/** The primary keys of the specification. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  region: ['r_regionkey'],
  nation: ['n_nationkey'],
  supplier: ['s_suppkey'],
  customer: ['c_custkey'],
  part: ['p_partkey'],
  partsupp: ['ps_partkey', 'ps_suppkey'],
  orders: ['o_orderkey'],
  lineitem: ['l_orderkey', 'l_linenumber'],
};

/** Further keys that the queries look for. */
const INDEXES: Readonly<Record<string, readonly string[]>> = {
  orders: ['o_custkey'],
  lineitem: ['l_partkey'],
  partsupp: ['ps_suppkey'],
};

/** The queries of TPC-H with the parameters of the specification's answers, by name. */
export function tpchQueries(): Readonly<Record<string, string>> {
  const parts = readFileSync(TEXTS, 'utf8').split(/^-- (?=Q\d+$)/m);
  return Object.fromEntries(
    parts.slice(1).map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end).trim().replace(/;$/, '')];
    }),
  );
}

/** The eight tables of a scale factor; they are generated if they are not there. */
export function tpchTables(folder: string, scale: number): readonly TableFile[] {
  const files = generateTpch(path.join(folder, `tpch-${scale}`), scale);
  return Object.entries(files).map(([name, file]) => ({
    name,
    file,
    key: KEYS[name]!,
    indexes: INDEXES[name] ?? [],
  }));
}

/** The 22 queries over tables in memory. */
export async function tpch({ scale, folder }: SuiteOptions): Promise<Suite> {
  return {
    size: `sf${scale}`,
    tables: tpchTables(folder, scale),
    cases: Object.entries(tpchQueries()).map(
      ([name, sql]): Case => ({
        name,
        sql,
        dialects: {
          clickhouse: NOT_IN_CLICKHOUSE[name] ?? clickhouseText(sql),
          polars: NOT_IN_POLARS[name] ?? polarsText(sql),
          sqlite: sqliteText(sql),
          arquero: { unable: 'no SQL' },
          alasql: { unable: 'joins of several tables take minutes' },
        },
        target: TARGETS[name] ?? TARGET,
      }),
    ),
    target: 0.9,
  };
}
