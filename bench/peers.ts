// Compares Millrace with other engines; `npm run bench:peers -- --help` says how.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runEngineSuite } from './engine-suite.ts';
import { ENGINES, PEERS } from './engines/index.ts';
import { INSTALL } from './libraries/installed.ts';
import { saveRecord, thisMachine } from './record.ts';
import { writePage } from './report/page.ts';
import { runSoak } from './soak/run.ts';
import { SUITES as ENGINE_SUITES } from './suites/index.ts';
import { runUdfSuite } from './udf/run.ts';

const ROOT = path.join(import.meta.dirname, '..');
const DOCS = path.join(ROOT, 'docs');
const NAMES = [...Object.keys(ENGINE_SUITES), 'soak', 'udf'];

const HELP = `npm run bench:peers -- [suite ...] [option ...]

Suites: ${NAMES.join(', ')}; all if none is given;
report: measures nothing and writes the page of the records in docs/benchmarks.
--engines a,b   of ${Object.keys(ENGINES).join(', ')};
                peers: all of them. Those that are no dependency: ${INSTALL}
--only NAME     only the cases with this name, or whose names begin so; may be repeated
--sf 1          scale factor of TPC-H
--rows 10000000 rows of the suites micro and udf, most rows of growth
--queries 10000 queries of the soak
--runs 5        measured runs of each query, after a second of warm-up; fewer where it takes long
--timeout 120   seconds that a query or loading may take
--data FOLDER   where generated tables and records lie; .bench-data
--report        writes the records into docs/benchmarks and the page of them anew`;

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sf: { type: 'string', default: '1' },
    rows: { type: 'string' },
    queries: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '5' },
    engines: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    timeout: { type: 'string', default: '120' },
    data: { type: 'string', default: path.join(ROOT, '.bench-data') },
    report: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const RECORDS = [
  path.join(args.data, 'records'),
  ...(args.report ? [path.join(DOCS, 'benchmarks')] : []),
];

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
  if (name === 'soak') {
    const text = `${JSON.stringify(await runSoak(args.data, Number(args.queries)), null, 1)}\n`;
    for (const folder of RECORDS) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'soak.json'), text);
    }
    return;
  }
  const right = await runEngineSuite(name, {
    ...common,
    scale: Number(args.sf),
    rows: Number(args.rows ?? (name === 'growth' ? 1e8 : 1e7)),
    engines: enginesOf(args.engines),
    only: args.only,
    timeMax: Number(args.timeout) * 1000,
    save: (run) => {
      for (const folder of RECORDS) saveRecord(folder, run.name, run.record, run.order);
    },
  });
  if (!right) process.exitCode = 1;
}

if (args.help) {
  console.log(HELP);
} else {
  const suites = positionals.filter((name) => name !== 'report');
  const unknown = suites.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new Error(`No suite '${unknown}'; there are ${NAMES.join(', ')}`);
  mkdirSync(args.data, { recursive: true });
  const { node, processor, cores } = thisMachine();
  console.log(`Node ${node}, ${processor}, ${cores} cores; medians (min–max); results checked.`);
  for (const name of positionals.length > 0 ? suites : NAMES) await runSuite(name);
  if (args.report || positionals.includes('report')) writePage(DOCS);
}
