// Micro-benchmarks: npm run bench -- [parser|plans|columnar|tables|engine|fairness|cancel ...]. The engine's cold start needs `npm run build`.
import Benchmark from 'benchmark';

/** One measured piece of work. */
export interface MicroCase {
  readonly name: string;
  /** Rows that one run handles, for a rate; absent: runs a second. */
  readonly rows?: number;
  /** How many equal pieces one run does: the time is that of one. Absent: one. */
  readonly of?: number;
  run(): unknown;
}

interface MicroSuite {
  readonly cases: readonly MicroCase[];
  readonly close?: () => Promise<void>;
}

const SUITES: Readonly<Record<string, () => Promise<MicroSuite>>> = {
  parser: async () => ({ cases: (await import('./micro/parser.ts')).parserCases }),
  plans: async () => {
    const { planCases, closePlans } = await import('./micro/plans.ts');
    return { cases: planCases, close: closePlans };
  },
  columnar: async () => ({ cases: (await import('./micro/columnar.ts')).columnarCases }),
  tables: async () => {
    const { tableCases, closeTables } = await import('./micro/tables.ts');
    return { cases: tableCases, close: closeTables };
  },
  engine: async () => {
    const { engineCases, closeEngine } = await import('./micro/engine.ts');
    return { cases: engineCases, close: closeEngine };
  },
};

/** What is measured in a way of its own. */
const REPORTS: Readonly<Record<string, () => Promise<void>>> = {
  fairness: async () => (await import('./suites/fairness.ts')).measureFairness(),
  cancel: async () => (await import('./suites/cancel.ts')).measureCancel(),
};

function measure({ name, rows, of = 1, run }: MicroCase): Promise<void> {
  return new Promise((resolve, reject) => {
    const bench = new Benchmark(name, {
      defer: true,
      maxTime: 2,
      fn: (deferred: { resolve(): void }) => {
        Promise.resolve(run()).then(() => deferred.resolve(), reject);
      },
      onComplete: (event: { target: { stats: { sample: number[]; rme: number } } }) => {
        const { sample, rme } = event.target.stats;
        const sorted = [...sample].sort((a, b) => a - b);
        const median = (sorted[sorted.length >> 1] ?? Number.NaN) / of;
        const rate = rows === undefined ? '' : `${(rows / median / 1e6).toFixed(1)} M rows/s`;
        const time =
          median < 1e-3 ? `${(median * 1e6).toFixed(1)} µs` : `${(median * 1e3).toFixed(2)} ms`;
        console.log(`${name.padEnd(52)} median ${time.padStart(12)} ±${rme.toFixed(1)} %  ${rate}`);
        resolve();
      },
    });
    bench.run({ async: true });
  });
}

const chosen = process.argv.slice(2);
const names = [...Object.keys(SUITES), ...Object.keys(REPORTS)];
for (const name of chosen.length > 0 ? chosen : names) {
  console.log(`\n${name} (Node ${process.version})`);
  const suite = SUITES[name];
  if (suite === undefined) {
    const report = REPORTS[name];
    if (report === undefined) throw new Error(`No suite '${name}'; there are ${names.join(', ')}`);
    await report();
    continue;
  }
  const { cases, close } = await suite();
  for (const one of cases) await measure(one);
  await close?.();
}
