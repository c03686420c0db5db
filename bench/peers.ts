// Compares Millrace with other engines; `npm run bench:peers -- --help` says how.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runEngineSuite } from './engine-suite.ts';
import { ENGINES, PEERS } from './engines/index.ts';
import { INSTALL } from './engines/installed.ts';
import { saveRecord, thisMachine } from './record.ts';
import { SUITES as ENGINE_SUITES } from './suites/index.ts';
import { runUdfSuite } from './udf/run.ts';

const ROOT = path.join(import.meta.dirname, '..');
const NAMES = [...Object.keys(ENGINE_SUITES), 'udf'];

const HELP = `npm run bench:peers -- [suite ...] [option ...]

Suites: ${NAMES.join(', ')}; all if none is given.
--engines a,b   of ${Object.keys(ENGINES).join(', ')};
                peers: all of them. Those that are no dependency: ${INSTALL}
--only NAME     only the cases with this name, or whose names begin so; may be repeated
--sf 1          scale factor of TPC-H
--rows 10000000 rows of the suites micro and udf, most rows of growth
--runs 5        measured runs of each query, after a first one; fewer where it takes long
--timeout 120   seconds that a query or loading may take
--data FOLDER   where generated tables and records lie; .bench-data
--report        writes the records into docs/benchmarks and the page of them anew`;

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sf: { type: 'string', default: '1' },
    rows: { type: 'string' },
    runs: { type: 'string', default: '5' },
    engines: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    timeout: { type: 'string', default: '120' },
    data: { type: 'string', default: path.join(ROOT, '.bench-data') },
    report: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function enginesOf(text: string | undefined): readonly string[] | null {
  if (text === undefined) return null;
  const names = text === 'peers' ? PEERS : text.split(',');
  const unknown = names.find((name) => ENGINES[name] === undefined);
  if (unknown !== undefined) {
    throw new Error(`No engine '${unknown}'; there are ${Object.keys(ENGINES).join(', ')}`);
  }
  return names;
}

async function runSuite(name: string): Promise<void> {
  const common = { folder: args.data, runs: Number(args.runs) };
  if (name === 'udf') {
    const only = args.only[0];
    await runUdfSuite({ ...common, rows: Number(args.rows ?? 1e7), only });
    return;
  }
  const { record, order, failed, ...run } = await runEngineSuite(name, {
    ...common,
    scale: Number(args.sf),
    rows: Number(args.rows ?? (name === 'growth' ? 1e8 : 1e7)),
    engines: enginesOf(args.engines),
    only: args.only,
    timeMax: Number(args.timeout) * 1000,
  });
  saveRecord(path.join(args.data, 'records'), run.name, record, order);
  if (args.report) saveRecord(path.join(ROOT, 'docs/benchmarks'), run.name, record, order);
  if (failed) process.exitCode = 1;
}

if (args.help) {
  console.log(HELP);
} else {
  const unknown = positionals.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new Error(`No suite '${unknown}'; there are ${NAMES.join(', ')}`);
  mkdirSync(args.data, { recursive: true });
  const { node, processor, cores } = thisMachine();
  console.log(`Node ${node}, ${processor}, ${cores} cores; medians (min–max); results checked.`);
  for (const name of positionals.length > 0 ? positionals : NAMES) await runSuite(name);
}
