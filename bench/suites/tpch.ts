import { readFileSync } from 'node:fs';
import path from 'node:path';
import { generateTpch } from '../tpch/generate.ts';
import type { Suite, SuiteOptions } from './suite.ts';

const TEXTS = path.join(import.meta.dirname, '../../test/tpch/specification.sql');

/** Queries that have a target of their own; no other may be above the general one. */
const TARGETS: Readonly<Record<string, number>> = { Q1: 0.3, Q6: 0.5 };
const TARGET = 2.5;

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

/** The 22 queries over tables in memory. */
export async function tpch({ scale, folder }: SuiteOptions): Promise<Suite> {
  const files = generateTpch(path.join(folder, `tpch-${scale}`), scale);
  return {
    tables: Object.entries(files).map(([name, file]) => ({ name, file })),
    cases: Object.entries(tpchQueries()).map(([name, sql]) => ({
      name: `${name}, SF ${scale}`,
      sql,
      target: TARGETS[name] ?? TARGET,
    })),
    target: 0.9,
  };
}
