import { parseArgs } from 'node:util';
import { compareGenerated } from './compare.ts';

/** Compares made queries with SQLite and DuckDB: `node test/sqllogictest/run-generated.ts`. */
const SHOWN_MAX = 20;
const { values } = parseArgs({
  options: {
    queries: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
});
const report = await compareGenerated({
  queries: Number(values.queries),
  seed: Number(values.seed),
});
for (const { style, seed, sql, detail } of report.differences.slice(0, SHOWN_MAX)) {
  process.stdout.write(`-- ${style}, seed ${seed}\n${sql}\n${detail}\n\n`);
}
const { queries, skipped, differences } = report;
process.stdout.write(
  `${JSON.stringify({ queries, skipped, differences: differences.length }, null, 1)}\n`,
);
process.exitCode = differences.length === 0 ? 0 : 1;
