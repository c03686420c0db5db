import { DuckDBInstance } from '@duckdb/node-api';
import { TableEnvironment } from '../../src/index.ts';
import { compare, sameRows, type Timing } from '../measure.ts';
import { type Case, type Target, THREADS, type UdfSuiteOptions } from './case.ts';
import { udfCases } from './suite.ts';

/** What came out of one case. */
interface UdfResult {
  readonly suite: 'udf';
  readonly name: string;
  readonly times: Readonly<Record<string, Timing>>;
  readonly targets: readonly Verdict[];
}

interface Verdict {
  readonly text: string;
  readonly reached: boolean;
}

/**
 * Runs the cases of user-defined functions: in this process, because functions of the other
 * engines run in the process that calls them. Errors: where answers differ.
 */
export async function runUdfSuite(options: UdfSuiteOptions): Promise<readonly UdfResult[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(THREADS) });
  const duckdb = await instance.connect();
  const millrace = TableEnvironment.create({ config: { 'parallelism.default': THREADS } });
  try {
    const results: UdfResult[] = [];
    for (const one of udfCases({ millrace, duckdb }, options)) {
      if (one.name.startsWith(options.only ?? '')) results.push(await runCase(one, options.runs));
    }
    return results;
  } finally {
    await millrace.close();
    duckdb.closeSync();
    instance.closeSync();
  }
}

async function runCase(one: Case, runs: number): Promise<UdfResult> {
  const { name, rows, targets } = one;
  const times = await compare(await one.prepare(), runs, sameRows);
  await one.close();
  console.log(`\n${name}`);
  for (const [contender, { median, min, max }] of times) {
    const time = `${median.toFixed(1)} ms (${min.toFixed(1)}–${max.toFixed(1)})`;
    console.log(`  ${contender.padEnd(24)} ${time.padEnd(32)} best ${rateOf(rows / min)}`);
  }
  const [own] = times.values();
  const judged = targets.map((target) => judge(target, own!, times, rows));
  for (const { text, reached } of judged)
    console.log(`  ${reached ? 'reached' : 'MISSED '} ${text}`);
  return { suite: 'udf', name, times: Object.fromEntries(times), targets: judged };
}

function judge(
  target: Target,
  own: Timing,
  times: ReadonlyMap<string, Timing>,
  rows: number,
): Verdict {
  if (target.kind === 'rate') {
    const text = `${rateOf(rows / own.min)}, at least ${rateOf(target.atLeast / 1000)}`;
    return { text, reached: (rows / own.min) * 1000 >= target.atLeast };
  }
  const { to, atMost } = target;
  const other = times.get(to);
  if (other === undefined) return { text: `${to} was not there to compare with`, reached: false };
  const ratio = own.median / other.median;
  const text = `${ratio.toFixed(3)} of the time of ${to}, at most ${atMost.toFixed(3)}`;
  return { text, reached: ratio <= atMost };
}

function rateOf(rowsPerMs: number): string {
  return `${(rowsPerMs / 1000).toPrecision(3)} M rows/s`;
}
