import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import path from 'node:path';
import type { Unable } from './suites/suite.ts';

/** What was measured of one engine in one case. */
export interface Measurement {
  /** The time of the first run, in milliseconds; absent in records of before it was kept. */
  readonly first?: number;
  /** The times of the runs after the warm-up, of one query each, in milliseconds. */
  readonly milliseconds: readonly number[];
  /** The most memory that the engine's process had held by then. */
  readonly peakMib: number;
}

/** One case of a record. */
export interface CaseRecord {
  readonly name: string;
  readonly target: number | null;
  /** Rows that a query handles; absent: no matter. */
  readonly rows?: number;
  readonly measured: string;
  readonly engines: Readonly<Record<string, Measurement | Unable>>;
}

/** The machine that a record was made on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly node: string;
}

/** Everything measured of one suite at one size. */
export interface SuiteRecord {
  readonly suite: string;
  readonly size: string;
  readonly machine: Machine;
  /** The versions of the engines. */
  readonly versions: Readonly<Record<string, string>>;
  /** The largest geometric mean of the ratios to DuckDB; null: no target. */
  readonly target: number | null;
  readonly cases: readonly CaseRecord[];
}

/** This machine. */
export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown processor',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}

/**
 * Writes a record into a folder. Cases that an earlier run of the same suite and size left there
 * stay unless they were measured again: a suite can be run in pieces. `order` are the names of all
 * cases of the suite.
 */
export function saveRecord(
  folder: string,
  name: string,
  record: SuiteRecord,
  order: readonly string[],
): void {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.json`);
  const before = existsSync(file) ? readRecord(file) : null;
  const byName = new Map([...(before?.cases ?? []), ...record.cases].map((one) => [one.name, one]));
  const merged: SuiteRecord = {
    ...record,
    versions: { ...before?.versions, ...record.versions },
    cases: order.flatMap((one) => byName.get(one) ?? []),
  };
  writeFileSync(file, `${JSON.stringify(merged, null, 1)}\n`);
}

/** Reads a record. */
export function readRecord(file: string): SuiteRecord {
  return JSON.parse(readFileSync(file, 'utf8')) as SuiteRecord;
}
