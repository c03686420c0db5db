import { geometricMean, timingOf } from './measure.ts';
import type { CaseRecord, Measurement, SuiteRecord } from './record.ts';
import type { Unable } from './suites/suite.ts';

/** The engine that is measured, and the one that most targets are about. */
export const OWN = 'millrace';
export const PEER = 'duckdb';

/** The engines of which one is to be beaten by half: no native DuckDB, no ClickHouse, not ourselves. */
const LIBRARIES = ['duckdb-wasm', 'polars', 'better-sqlite3', 'node:sqlite', 'alasql', 'arquero'];
const LIBRARIES_TARGET = 0.5;
const CLICKHOUSE_TARGET = 1.5;

/** The median time of an engine, in milliseconds; null where it has none. */
export function medianOf({ engines }: CaseRecord, engine: string): number | null {
  const result = engines[engine];
  return result === undefined || 'unable' in result ? null : timingOf(result.milliseconds).median;
}

/** Our median divided by that of another engine; null where one has none. */
export function ratioTo(one: CaseRecord, engine: string): number | null {
  const [own, other] = [medianOf(one, OWN), medianOf(one, engine)];
  return own === null || other === null ? null : own / other;
}

/** The fastest of the libraries in a case; null: none ran it. */
export function bestLibrary(one: CaseRecord): string | null {
  const times = LIBRARIES.flatMap((name) => {
    const median = medianOf(one, name);
    return median === null ? [] : [[name, median] as const];
  });
  return times.sort(([, a], [, b]) => a - b)[0]?.[0] ?? null;
}

/** The geometric means of a record, as sentences. */
export function summaries(record: SuiteRecord): readonly string[] {
  const { cases, target, versions } = record;
  const others = Object.keys(versions).filter((name) => name !== OWN);
  const lines = others.flatMap((name) => {
    const ratios = cases.flatMap((one) => ratioTo(one, name) ?? []);
    const most = name === PEER ? target : name === 'chdb' ? CLICKHOUSE_TARGET : null;
    return ratios.length === 0 ? [] : [sentence(`time of ${name}`, ratios, most)];
  });
  lines.push(...firstRuns(cases));
  if (!others.some((name) => LIBRARIES.includes(name))) return lines;
  const ratios = cases.flatMap((one) => {
    const best = bestLibrary(one);
    return best === null ? [] : (ratioTo(one, best) ?? []);
  });
  const text = `time of the fastest library in each case (${LIBRARIES.join(', ')})`;
  return ratios.length === 0 ? lines : [...lines, sentence(text, ratios, LIBRARIES_TARGET)];
}

/** What the first run of each query took, before anything was warm. */
function firstRuns(cases: readonly CaseRecord[]): readonly string[] {
  const ratios = cases.flatMap(({ engines }) => {
    const [own, peer] = [OWN, PEER].map((name) => firstOf(engines[name]));
    return own === undefined || peer === undefined ? [] : [own / peer];
  });
  return ratios.length === 0 ? [] : [sentence(`time of ${PEER} in the first runs`, ratios, null)];
}

const firstOf = (result: Measurement | Unable | undefined): number | undefined =>
  result === undefined || 'unable' in result ? undefined : result.first;

function sentence(what: string, ratios: readonly number[], target: number | null): string {
  const mean = geometricMean(ratios);
  const verdict =
    target === null ? '' : `; target ${target}: ${mean <= target ? 'reached' : 'missed'}`;
  return `**${mean.toFixed(2)}** of the ${what}, as the geometric mean of ${ratios.length}; at worst ${Math.max(...ratios).toFixed(2)}${verdict}`;
}
