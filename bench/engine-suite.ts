import type { Rows } from './engines/engine.ts';
import { ENGINES } from './engines/index.ts';
import type { Run } from './engines/protocol.ts';
import { RemoteEngine, type Start } from './engines/remote-engine.ts';
import { sameRows, timingOf, WARM_MS } from './measure.ts';
import { OWN, PEER, summaries } from './ratios.ts';
import type { CaseRecord, Measurement, SuiteRecord } from './record.ts';
import { thisMachine } from './record.ts';
import { SUITES } from './suites/index.ts';
import type { Case, Suite, SuiteOptions, Unable } from './suites/suite.ts';

/** What the engines of a suite are if neither it nor the command line says. */
const DEFAULT_ENGINES = [OWN, PEER];
/** Queries that take so many milliseconds are run fewer times. */
const SLOW = 5_000;
const VERY_SLOW = 20_000;

/** How a suite is run. */
export interface EngineSuiteOptions extends SuiteOptions {
  readonly engines: readonly string[] | null;
  readonly runs: number;
  /** Only these cases, by name or by how their names begin; none: all. */
  readonly only: readonly string[];
  /** The longest that loading or a query may take, in milliseconds. */
  readonly timeMax: number;
  /** Called after each case with all that has been measured so far. */
  save(run: SuiteRun): void;
}

/** What a run has measured, and where it belongs. */
export interface SuiteRun {
  /** The name of the record. */
  readonly name: string;
  readonly record: SuiteRecord;
  /** The names of all cases of the suite. */
  readonly order: readonly string[];
}

/** An engine of a run: its process may end before its time, and is started again for the next case. */
interface Lane {
  readonly name: string;
  engine: RemoteEngine | null;
  /** Why there is none. */
  reason: string;
}

/** What has been measured of an engine in a case so far. */
interface Measured {
  readonly engine: RemoteEngine;
  readonly first: number;
  readonly times: number[];
  peakMib: number;
}

/**
 * Runs a suite's queries in turn on engines in processes of their own (A B A B …), after the rows
 * of the first run have been compared with those of the first engine and each engine has run the
 * query for a second. False: an engine that must
 * answer right did not.
 */
export async function runEngineSuite(
  name: string,
  { engines, runs, only, timeMax, save, ...options }: EngineSuiteOptions,
): Promise<boolean> {
  const suite = await SUITES[name]!(options);
  const usual = suite.engines ?? DEFAULT_ENGINES;
  const names = engines ?? usual;
  const chosen = suite.cases.filter((one) => isChosen(one, suite, only));
  const start: Start = { suite: name, options, tables: tablesOf(suite, chosen), timeMax };
  const lanes = names.map((engine): Lane => ({ name: engine, engine: null, reason: '' }));
  const others = names.some((engine) => !usual.includes(engine));
  const cases: CaseRecord[] = [];
  const versions: Record<string, string> = {};
  const { size, target = null } = suite;
  const record: SuiteRecord = {
    suite: name,
    size,
    machine: thisMachine(),
    versions,
    target,
    cases,
  };
  for (const one of chosen) {
    for (const lane of lanes.filter(({ name: engine }) => unableOf(one, engine) === null)) {
      await revive(lane, start, versions);
    }
    const result = await runCase(lanes, suite.cases.indexOf(one), one, runs);
    cases.push(result);
    console.log(line(result));
    save({
      name: `${name}-${size}${others ? '-peers' : ''}`,
      record,
      order: suite.cases.map((each) => each.name),
    });
  }
  for (const { engine } of lanes) await engine?.end();
  for (const text of summaries(record)) console.log(text);
  return !cases.some((one) => [OWN, PEER].some((engine) => isFailure(one.engines[engine])));
}

function isChosen(one: Case, suite: Suite, only: readonly string[]): boolean {
  if (only.length === 0) return true;
  return only.some((text) =>
    suite.cases.some(({ name }) => name === text) ? one.name === text : one.name.startsWith(text),
  );
}

function tablesOf(suite: Suite, cases: readonly Case[]): readonly string[] {
  const all = suite.tables.map(({ name }) => name);
  return cases.some(({ tables }) => tables === undefined)
    ? all
    : all.filter((name) => cases.some(({ tables }) => tables?.includes(name)));
}

/** Why an engine does not run a case; null: it does. */
function unableOf(one: Case, engine: string): string | null {
  const { dialect } = ENGINES[engine]!;
  const own = one.dialects?.[dialect];
  return typeof own === 'object' ? own.unable : null;
}

/** Starts an engine that has not been, or whose process has ended. One that cannot start stays so. */
async function revive(lane: Lane, start: Start, versions: Record<string, string>): Promise<void> {
  if (lane.engine?.alive === true || (lane.engine === null && lane.reason !== '')) return;
  try {
    lane.engine = await RemoteEngine.start(lane.name, start);
    versions[lane.name] = lane.engine.version;
  } catch (error) {
    lane.engine = null;
    lane.reason = messageOf(error);
    if (lane.name === OWN || lane.name === PEER) throw error;
    console.log(`${lane.name}: ${lane.reason}`);
  }
}

async function runCase(
  lanes: readonly Lane[],
  nth: number,
  one: Case,
  runs: number,
): Promise<CaseRecord> {
  const results = new Map<string, Measurement | Unable>();
  const measured: Measured[] = [];
  const runsOf = new Map<RemoteEngine, number>();
  let expected: Rows | undefined;
  for (const { name, engine, reason } of lanes) {
    const unable = unableOf(one, name);
    if (unable !== null || engine === null) {
      results.set(name, { unable: unable ?? reason });
      continue;
    }
    try {
      const first = await engine.rows(nth);
      expected ??= first.rows;
      if (!sameRows(inOrder(expected), inOrder(first.rows))) {
        console.log(`${one.name}: ${name} differs:\n${show(expected)}\n${show(first.rows)}`);
        results.set(name, { unable: 'gives other rows' });
        continue;
      }
      await engine.warm(nth, WARM_MS - first.milliseconds);
      results.set(name, { first: first.milliseconds, milliseconds: [], peakMib: first.peakMib });
      measured.push({ engine, first: first.milliseconds, times: [], peakMib: first.peakMib });
      runsOf.set(engine, runsFor(first, runs));
    } catch (error) {
      results.set(name, { unable: messageOf(error) });
    }
  }
  for (let i = 0; i < runs; i++) {
    for (const lane of measured.filter(({ engine }) => i < runsOf.get(engine)!)) {
      const { milliseconds, peakMib } = await lane.engine.time(nth);
      lane.times.push(milliseconds);
      lane.peakMib = peakMib;
    }
  }
  for (const { engine, first, times, peakMib } of measured) {
    const milliseconds = times.map(rounded);
    results.set(engine.name, { first: rounded(first), milliseconds, peakMib: Math.round(peakMib) });
  }
  return {
    name: one.name,
    target: one.target ?? null,
    ...(one.rows !== undefined && { rows: one.rows }),
    measured: new Date().toISOString().slice(0, 16),
    engines: Object.fromEntries(results),
  };
}

function runsFor({ milliseconds }: Run, runs: number): number {
  if (milliseconds > VERY_SLOW) return 1;
  return milliseconds > SLOW ? Math.min(2, runs) : runs;
}

/** Three digits behind the point tell microseconds. */
const rounded = (milliseconds: number): number => Number(milliseconds.toPrecision(5));

/** The first line of what an engine says of a query that it does not run. */
function messageOf(error: unknown): string {
  const text = String(error).replace(/^(?:\w*Error: )+/, '');
  return (text.split('\n')[0] ?? '').slice(0, 120);
}

/** Queries without ORDER BY give their rows in any order: compares them in one. */
function inOrder(rows: Rows): Rows {
  return rows
    .map((row) => [row.map((value) => String(value).slice(0, 12)).join('\u0000'), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, row]) => row);
}

const show = (rows: Rows): string => JSON.stringify(rows.slice(0, 5)).slice(0, 1000);

const isFailure = (result: Measurement | Unable | undefined): boolean =>
  result !== undefined && 'unable' in result;

function line({ name, engines }: CaseRecord): string {
  const parts = Object.entries(engines).map(([engine, result]) => {
    if ('unable' in result) return `${engine}: ${result.unable}`;
    const { median, min, max } = timingOf(result.milliseconds);
    return `${engine} ${median.toPrecision(4)} ms (${min.toPrecision(4)}–${max.toPrecision(4)})`;
  });
  return `${name.padEnd(28)} ${parts.map((part) => part.padEnd(36)).join(' ')}`;
}
