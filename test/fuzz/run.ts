import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

/** Runs random queries against other engines: `node test/fuzz/run.ts --queries 20000 --seed 1`. */
const { values } = parseArgs({
  options: {
    queries: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    findings: { type: 'string', default: '20' },
  },
});
const report = await fuzz({
  queries: Number(values.queries),
  seed: Number(values.seed),
  findingsMax: Number(values.findings),
  onFinding: ({ check, seed, setup, sql, detail }) => {
    process.stdout.write(`${[`-- ${check}, seed ${seed}`, ...setup, sql, detail].join('\n')}\n\n`);
  },
});
const { queries, findings, skipped } = report;
process.stdout.write(
  `${JSON.stringify({ queries, findings: findings.length, skipped }, null, 1)}\n`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
