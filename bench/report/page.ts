import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CaseRecord, type Machine, readRecord, type SuiteRecord } from '../record.ts';
import { judgeSoak, type SoakRecord } from '../soak/record.ts';
import { comparisonChart, comparisonTable } from './comparison.ts';
import { growthChart, growthTable } from './growth.ts';
import { memoryTable } from './memory.ts';
import { soakChart, soakText } from './soak.ts';

const INTRODUCTION = `# Speed beside other engines

This page is made of the records in [benchmarks](benchmarks): \`npm run bench:peers -- SUITE … --report\` measures and writes both anew. Every engine works in a
process of its own. The rows of the first run of each query are compared with ours, then every engine runs the query for a second to be hot (Millrace, like its
host V8, compiles what runs often), and then the engines run it in turns (A B A B …). Times are medians of 5 such runs (2 where a query takes more than 5 s, 1
above 20 s); what the first runs took is said below the tables; ratios are our time divided by the other's: below 1, Millrace is the faster one. The
machine is noisy and ratios move by a tenth or two from run to run: compare those, not the times. Engines with threads have 2; duckdb-wasm, SQLite, alasql and
arquero work on one.

Engines that are no dependency of the project come by \`npm install --prefix bench/libraries --no-package-lock\`; without it they are shown as not installed. User-defined
functions have a page of their own: [benchmarks-udf.md](benchmarks-udf.md).`;

interface Section {
  /** The records that it shows, by how their names begin. */
  readonly prefix: RegExp;
  title(size: string): string;
  readonly command: string;
  readonly text: string;
}

const million = (rows: string): string => `${Number(rows) / 1e6} M`;
const scale = (size: string): string => size.replace('sf', 'SF ');

const SECTIONS: readonly Section[] = [
  {
    prefix: /^tpch-sf[\d.]+$/,
    title: (size) => `TPC-H, ${scale(size)}, tables in memory`,
    command: 'tpch',
    text: 'The 22 queries of the specification over tables of a seeded generator.',
  },
  {
    prefix: /^micro-\d+$/,
    title: (rows) => `Operations over ${million(rows)} rows in memory`,
    command: 'micro',
    text: 'The operations that queries are made of, each over one table.',
  },
  {
    prefix: /^scan-/,
    title: () => 'Files',
    command: 'scan',
    text: 'Query 6 of TPC-H straight from a file.',
  },
  {
    prefix: /^latency-/,
    title: () => 'Single rows',
    command: 'latency',
    text: 'One row of a table of a hundred: the time around the work, mean of a thousand queries in each run.',
  },
  {
    prefix: /^micro-\d+-peers$/,
    title: (rows) => `All engines: operations over ${million(rows)} rows`,
    command: 'micro --engines peers --rows 1000000',
    text: 'Joined and counted keys are a tenth of the rows. Arquero has no SQL: its programs are in `bench/suites/micro-programs.ts`.',
  },
  {
    prefix: /^tpch-sf[\d.]+-peers$/,
    title: (size) => `All engines: TPC-H, ${scale(size)}`,
    command: 'tpch --engines peers',
    text: 'SQLite has the primary keys and three indexes; Polars has doubles for decimals, which its binding cannot read.',
  },
  {
    prefix: /^memory-/,
    title: (size) => `TPC-H, ${scale(size)}, from Parquet within 1 GiB`,
    command: 'memory --sf 10',
    text: "`table.exec.memory.limit` and DuckDB's `memory_limit` are 1 GiB; each query reads the files. The peak is that of the process, resident.",
  },
  {
    prefix: /^growth-/,
    title: () => 'Growth: rows and threads',
    command: 'growth',
    text: 'Tables in memory of three columns (SMALLINT, INT, DOUBLE); 1,000 groups and 100,000 joined rows at every size, so that what grows is the table alone.',
  },
];

/** Writes the page of all records of a folder, and its charts beside them. */
export function writePage(docs: string): void {
  const folder = path.join(docs, 'benchmarks');
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.json') && file !== 'soak.json')
    .map((file) => file.slice(0, -'.json'.length));
  const parts = [INTRODUCTION];
  for (const section of SECTIONS) {
    for (const name of names.filter((one) => section.prefix.test(one)).sort()) {
      parts.push(sectionText(section, name, readRecord(path.join(folder, `${name}.json`)), folder));
    }
  }
  const soak = path.join(folder, 'soak.json');
  if (existsSync(soak)) parts.push(soakSection(soak, folder));
  writeFileSync(path.join(docs, 'benchmarks.md'), `${parts.join('\n\n')}\n`);
}

function sectionText(section: Section, name: string, record: SuiteRecord, folder: string): string {
  const title = section.title(record.size);
  const parts = [
    `## ${title}`,
    `\`npm run bench:peers -- ${section.command}\`. ${section.text} ${conditions(record)}`,
  ];
  const svg = path.join(folder, `${name}.svg`);
  if (record.suite === 'growth') {
    writeFileSync(svg, growthChart(record));
    parts.push(`![${title}](benchmarks/${name}.svg)`, growthTable(record));
  } else if (record.suite === 'memory') {
    parts.push(memoryTable(record));
  } else {
    if (record.cases.length > 2) {
      writeFileSync(svg, comparisonChart(record, `${title}: time of Millrace to DuckDB's`));
      parts.push(`![${title}](benchmarks/${name}.svg)`);
    }
    parts.push(comparisonTable(record));
  }
  return parts.join('\n\n');
}

function soakSection(file: string, folder: string): string {
  const record = JSON.parse(readFileSync(file, 'utf8')) as SoakRecord;
  writeFileSync(path.join(folder, 'soak.svg'), soakChart(record));
  const rule = `Flat means: the most resident memory in the last tenth of the queries is at most ${judgeSoak(record).most} times the most in the tenth after the first.`;
  return [
    '## Memory over many queries',
    `\`npm run bench:peers -- soak\`. Eighteen kinds of queries in turn in one process (parameters, new texts, groups, joins, sorts, windows, functions, files, tables that come and go, cancelled and failing statements; \`bench/soak/queries.ts\`). ${rule} ${machineText(record.machine)}, ${record.measured.slice(0, 10)}.`,
    '![Memory over queries](benchmarks/soak.svg)',
    soakText(record),
  ].join('\n\n');
}

/** When and where a record was measured. */
function conditions({ machine, cases, versions }: SuiteRecord): string {
  const dates = [...new Set(cases.map(({ measured }) => measured.slice(0, 10)))].sort();
  const engines = Object.entries(versions)
    .filter(([name]) => !name.startsWith('millrace'))
    .map(([name, version]) => `${name} ${version.replace(/^v/, '')}`);
  const cold = cases.some((one) => !isWarm(one))
    ? ' Some times came right after the first run.'
    : '';
  return `${machineText(machine)}, ${dates.join(', ')}; ${engines.join(', ')}.${cold}`;
}

/** Whether the engines had a warm-up: records keep the first runs since there is one. */
const isWarm = ({ engines }: CaseRecord): boolean =>
  Object.values(engines).every((result) => 'unable' in result || result.first !== undefined);

const machineText = ({ processor, cores, memoryGib, node }: Machine): string =>
  `Node ${node.slice(1)}, ${cores} cores of ${processor}, ${memoryGib} GiB`;
