import type { Rows } from './engines/engine.ts';
import { RemoteEngine } from './engines/remote-engine.ts';
import { sameRows, type Timing, timingOf } from './measure.ts';
import { SUITES } from './suites/index.ts';
import type { Case, SuiteOptions } from './suites/suite.ts';

/** The engine whose time the ratios are of, and the one whose ratios have targets. */
const PEER = 'duckdb';
const OWN = 'millrace';

/** What was measured of one query: milliseconds by engine, and why an engine has none. */
export interface CaseResult {
  readonly suite: string;
  readonly name: string;
  readonly target: number | null;
  readonly times: Readonly<Record<string, Timing | string>>;
}

/** How a suite is run. */
export interface EngineSuiteOptions extends SuiteOptions {
  readonly engines: readonly string[];
  readonly runs: number;
  /** Only the cases whose names begin so. */
  readonly only: string | undefined;
}

/**
 * Runs a suite's queries in turn on engines in processes of their own (A B A B …), after the rows
 * of the first run have been compared. Errors: where the first engine and another one differ.
 */
export async function runEngineSuite(
  name: string,
  { engines: names, runs, only, ...options }: EngineSuiteOptions,
): Promise<readonly CaseResult[]> {
  const suite = await SUITES[name]!(options);
  const engines: RemoteEngine[] = [];
  for (const engine of names) engines.push(await RemoteEngine.start(engine, name, options));
  const results: CaseResult[] = [];
  for (const [nth, one] of suite.cases.entries()) {
    if (only !== undefined && !one.name.startsWith(only)) continue;
    const times = await timesOf(engines, nth, one, runs);
    const result = { suite: name, name: one.name, target: one.target ?? null, times };
    results.push(result);
    console.log(line(result));
  }
  for (const engine of engines) {
    console.log(`${engine.name}: ${(await engine.end()).toFixed(0)} MiB at most`);
  }
  for (const other of names.filter((engine) => engine !== OWN)) {
    const target = other === PEER ? suite.target : undefined;
    console.log(summary(name, other, results, target));
  }
  return results;
}

async function timesOf(
  engines: readonly RemoteEngine[],
  nth: number,
  one: Case,
  runs: number,
): Promise<Readonly<Record<string, Timing | string>>> {
  const lists = new Map<RemoteEngine, number[]>();
  const times: Record<string, Timing | string> = {};
  let expected: Rows | undefined;
  for (const engine of engines) {
    try {
      const rows = await engine.rows(nth);
      if (rows === null) {
        times[engine.name] = 'cannot say it';
        continue;
      }
      expected ??= rows;
      if (!sameRows(inOrder(expected), inOrder(rows))) {
        throw new Error(`${one.name}: ${engine.name} differs:\n${show(expected)}\n${show(rows)}`);
      }
      lists.set(engine, []);
    } catch (error) {
      if (engine.name === OWN || engine.name === PEER) throw error;
      times[engine.name] = String(error).slice(0, 200);
    }
  }
  for (let i = 0; i < runs; i++) {
    for (const [engine, list] of lists) list.push(await engine.time(nth));
  }
  for (const [engine, list] of lists) times[engine.name] = timingOf(list);
  return times;
}

/** Queries without ORDER BY give their rows in any order: compares them in one. */
function inOrder(rows: Rows): Rows {
  return rows
    .map((row) => [row.map((value) => String(value).slice(0, 12)).join('\u0000'), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, row]) => row);
}

const show = (rows: Rows): string => JSON.stringify(rows.slice(0, 5)).slice(0, 1000);

/** The ratio of our median to another engine's; null where one has none. */
export function ratioTo(engine: string, { times }: CaseResult): number | null {
  const [own, other] = [times[OWN], times[engine]];
  return typeof own === 'object' && typeof other === 'object' ? own.median / other.median : null;
}

function line(result: CaseResult): string {
  const parts = Object.entries(result.times).map(([engine, time]) =>
    typeof time === 'string'
      ? `${engine}: ${time}`
      : `${engine} ${time.median.toFixed(1)} ms (${time.min.toFixed(1)}–${time.max.toFixed(1)})`,
  );
  const ratio = ratioTo(PEER, result);
  const { target } = result;
  const verdict = target === null ? '' : (ratio ?? 0) <= target ? ', within' : ', ABOVE';
  const end = ratio === null ? '' : `  ratio ${ratio.toFixed(2)}${verdict} ${target ?? ''}`;
  return `${result.name.padEnd(28)} ${parts.map((part) => part.padEnd(34)).join(' ')}${end}`;
}

function summary(
  suite: string,
  engine: string,
  results: readonly CaseResult[],
  target: number | undefined,
): string {
  const ratios = results.flatMap((result) => ratioTo(engine, result) ?? []);
  const mean = Math.exp(ratios.reduce((sum, r) => sum + Math.log(r), 0) / ratios.length);
  const verdict = target === undefined ? '' : mean <= target ? ', within' : ', ABOVE';
  return `${suite}: geometric mean of ${ratios.length} ratios to ${engine}: ${mean.toFixed(3)}${verdict} ${target ?? ''}; worst ${Math.max(...ratios).toFixed(2)}`;
}
