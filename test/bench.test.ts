import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bestLibrary, ratioTo, summaries } from '../bench/ratios.ts';
import { readRecord, type SuiteRecord, saveRecord, thisMachine } from '../bench/record.ts';
import { writePage } from '../bench/report/page.ts';
import { judgeSoak } from '../bench/soak/record.ts';
import { SUITES } from '../bench/suites/index.ts';

const DOCS = path.join(import.meta.dirname, '../docs');
const folder = mkdtempSync(path.join(tmpdir(), 'millrace-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

function recordOf(times: Readonly<Record<string, Readonly<Record<string, number>>>>): SuiteRecord {
  const cases = Object.entries(times).map(([name, engines]) => ({
    name,
    target: null,
    measured: '2026-01-01T00:00',
    engines: Object.fromEntries(
      Object.entries(engines).map(([engine, ms]) => [engine, { milliseconds: [ms], peakMib: 1 }]),
    ),
  }));
  const versions = { millrace: '1', duckdb: '1', polars: '1', arquero: '1' };
  return { suite: 's', size: '1', machine: thisMachine(), versions, target: 1, cases };
}

describe('records of benchmarks', () => {
  test('a piece of a suite replaces its own cases and keeps the others, in the order of the suite', () => {
    const order = ['a', 'b', 'c'];
    saveRecord(folder, 'pieces', recordOf({ c: { millrace: 1 }, b: { millrace: 2 } }), order);
    saveRecord(folder, 'pieces', recordOf({ a: { millrace: 3 }, b: { millrace: 4 } }), order);
    const { cases } = readRecord(path.join(folder, 'pieces.json'));
    expect(cases.map(({ name, engines }) => [name, engines['millrace']])).toEqual([
      ['a', { milliseconds: [3], peakMib: 1 }],
      ['b', { milliseconds: [4], peakMib: 1 }],
      ['c', { milliseconds: [1], peakMib: 1 }],
    ]);
  });

  test('ratios are to the named engine, or to the fastest library of each case', () => {
    const record = recordOf({
      a: { millrace: 2, duckdb: 1, polars: 4, arquero: 8 },
      b: { millrace: 2, duckdb: 4, polars: 8, arquero: 4 },
    });
    expect(record.cases.map((one) => ratioTo(one, 'duckdb'))).toEqual([2, 0.5]);
    expect(record.cases.map(bestLibrary)).toEqual(['polars', 'arquero']);
    expect(summaries(record).at(-1)).toContain('**0.50** of the time of the fastest library');
    expect(summaries(record)[0]).toBe(
      '**1.00** of the time of duckdb, as the geometric mean of 2; at worst 2.00; target 1: reached',
    );
  });

  test('memory that grows by more than a tenth is not flat', () => {
    const soak = (last: number) => ({
      suite: 'soak' as const,
      machine: thisMachine(),
      measured: '',
      samples: Array.from({ length: 10 }, (_, i) => ({
        queries: (i + 1) * 1000,
        rssMib: i === 9 ? last : 100,
        heapMib: 1,
      })),
    });
    expect(judgeSoak(soak(109)).flat).toBe(true);
    expect(judgeSoak(soak(111)).flat).toBe(false);
  });

  test('docs/benchmarks.md and its charts are those of the records', () => {
    const copy = path.join(folder, 'docs');
    mkdirSync(path.join(copy, 'benchmarks'), { recursive: true });
    const files = readdirSync(path.join(DOCS, 'benchmarks'));
    for (const file of files.filter((name) => name.endsWith('.json'))) {
      copyFileSync(path.join(DOCS, 'benchmarks', file), path.join(copy, 'benchmarks', file));
    }
    writePage(copy);
    expect(readdirSync(path.join(copy, 'benchmarks')).sort()).toEqual(files.sort());
    for (const file of ['benchmarks.md', ...files.map((name) => `benchmarks/${name}`)]) {
      const [made, kept] = [copy, DOCS].map((root) => readFileSync(path.join(root, file), 'utf8'));
      expect(made, file).toBe(kept);
    }
  });
});

test('the cases of a suite have distinct names', async () => {
  const options = { scale: 0.001, rows: 10_000, folder: path.join(folder, 'data') };
  for (const [name, suite] of Object.entries(SUITES)) {
    const names = (await suite(options)).cases.map((one) => one.name);
    expect(new Set(names).size, name).toBe(names.length);
  }
});
