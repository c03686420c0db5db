// Compares Millrace with other engines:
// npm run bench:peers -- [suite ...] [--sf 1] [--rows 10000000] [--runs 5] [--engines a,b] [--only Q1]
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runEngineSuite } from './engine-suite.ts';
import { SUITES as ENGINE_SUITES } from './suites/index.ts';
import { THREADS } from './udf/case.ts';
import { runUdfSuite } from './udf/run.ts';

const DATA = path.join(import.meta.dirname, '../.bench-data');

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sf: { type: 'string', default: '1' },
    rows: { type: 'string', default: '10000000' },
    runs: { type: 'string', default: '5' },
    engines: { type: 'string', default: 'millrace,duckdb' },
    only: { type: 'string' },
  },
});
const options = {
  scale: Number(args.sf),
  rows: Number(args.rows),
  folder: DATA,
  engines: args.engines.split(','),
  runs: Number(args.runs),
  only: args.only,
};

mkdirSync(DATA, { recursive: true });
const all = [...Object.keys(ENGINE_SUITES), 'udf'];
const names = positionals.length > 0 ? positionals : all;
console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores; ${THREADS} threads each; medians of ${options.runs} (min–max); results checked.`,
);
const results: unknown[] = [];
for (const name of names) {
  if (!all.includes(name)) throw new Error(`No suite '${name}'; there are ${all.join(', ')}`);
  const run = name === 'udf' ? runUdfSuite(options) : runEngineSuite(name, options);
  results.push(...(await run));
}
writeFileSync(path.join(DATA, 'peers.json'), `${JSON.stringify(results, null, 2)}\n`);
