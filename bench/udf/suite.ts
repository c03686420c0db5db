import { TableEnvironment } from '../../src/index.ts';
import {
  type Case,
  type Engines,
  millraceRows,
  type Target,
  THREADS,
  type UdfSuiteOptions,
} from './case.ts';
import { jsonFile, type Loaded, load, udfFile } from './data.ts';
import { registerInDuckdb } from './duckdb.ts';
import { registerFunctions, registerNumeric } from './functions.ts';
import { libraryNumerics, sqliteNumeric } from './libraries.ts';
import { type Statement, type TableCase, tableCase } from './table-case.ts';

/** User-defined functions of every kind against built-in ones and those of other engines. */
export function udfCases(engines: Engines, args: UdfSuiteOptions): readonly Case[] {
  registerFunctions(engines.millrace);
  registerInDuckdb(engines.duckdb);
  const jobs = [
    jsonJob(args, engines, 100, 1 / 10, 0.8),
    jsonJob(args, engines, 1000, 1 / 50, 0.15),
  ];
  const described = [...SCALARS, ...TYPES, ...KINDS, ...jobs, ...SCALING];
  return [...described.map((one) => tableCase(engines, args, one)), crowdCase(engines, args)];
}

const rate = (millions: number): Target => ({ kind: 'rate', atLeast: millions * 1e6 });
const ratio = (to: string, atMost: number): Target => ({ kind: 'ratio', to, atMost });

const axb1: Statement = (table) => `SELECT SUM(axb1(a, b)) FROM ${table}`;
const shout =
  (column: string): Statement =>
  (table) =>
    `SELECT SUM(CHAR_LENGTH(shout(${column}))), MAX(shout(${column})) FROM ${table}`;
const upper =
  (column: string): Statement =>
  (table) =>
    `SELECT SUM(CHAR_LENGTH(UPPER(${column}) || '!')), MAX(UPPER(${column}) || '!') FROM ${table}`;
const ITEM = 'duckdb, per item';
const TYPED = 'duckdb, typed arrays';

const SCALARS: readonly TableCase[] = [
  {
    name: 'numeric: SUM(a * b + 1) on DOUBLE',
    columns: 'a, b',
    targets: [rate(400), ratio('built-in', 1.5), ratio(ITEM, 1 / 20), ratio(TYPED, 1 / 6)],
    own: { millrace: axb1, 'built-in': (table) => `SELECT SUM(a * b + 1) FROM ${table}` },
    duckdb: {
      [ITEM]: axb1,
      [TYPED]: (table) => `SELECT SUM(axb1_typed(a, b)) FROM ${table}`,
    },
  },
  {
    name: 'numeric, against libraries in JavaScript',
    columns: 'a, b',
    targets: ['node:sqlite', 'alasql', 'arquero'].map((peer) => ratio(peer, 1 / 20)),
    own: { millrace: axb1 },
    others: async (rows) => [sqliteNumeric(rows), ...(await libraryNumerics(rows))],
  },
  {
    name: 'string: 1,000 distinct in a dictionary',
    columns: 'word',
    targets: [ratio('built-in', 1.2), ratio(ITEM, 1 / 8)],
    own: { millrace: shout('word'), 'built-in': upper('word') },
    duckdb: { [ITEM]: shout('word') },
  },
  {
    name: 'string: all distinct',
    columns: 'name',
    targets: [rate(18), ratio(ITEM, 1 / 8)],
    own: { millrace: shout('name'), 'built-in': upper('name') },
    duckdb: { [ITEM]: shout('name') },
  },
];

const TYPES: readonly TableCase[] = [
  {
    name: 'nullable DOUBLE, called on NULL',
    columns: 'maybe_double',
    targets: [rate(150)],
    own: {
      millrace: (table) => `SELECT SUM(or_zero(maybe_double)) FROM ${table}`,
      'built-in': (table) => `SELECT SUM(COALESCE(maybe_double + 1, 0)) FROM ${table}`,
    },
  },
  {
    name: 'nullable BIGINT',
    columns: 'maybe_bigint',
    targets: [rate(150)],
    own: {
      millrace: (table) => `SELECT SUM(next_id(maybe_bigint)) FROM ${table}`,
      'built-in': (table) => `SELECT SUM(maybe_bigint + 1) FROM ${table}`,
    },
  },
  {
    name: 'DECIMAL(15, 2)',
    columns: 'price',
    targets: [rate(10)],
    own: {
      millrace: (table) => `SELECT SUM(doubled(price)) FROM ${table}`,
      'built-in': (table) => `SELECT SUM(CAST(price AS DOUBLE) * 2) FROM ${table}`,
    },
  },
];

const KINDS: readonly TableCase[] = [
  {
    name: 'aggregate: geometric mean by 1,000 keys',
    columns: 'k, v',
    targets: [rate(40)],
    own: {
      millrace: (table) =>
        `SELECT COUNT(*), SUM(g) FROM (SELECT k, geo_mean(v) AS g FROM ${table} GROUP BY k)`,
      'built-in': (table) =>
        `SELECT COUNT(*), SUM(g) FROM (SELECT k, EXP(AVG(LN(v))) AS g FROM ${table} GROUP BY k)`,
    },
  },
  {
    name: 'table function: lists split into 5 rows each, rates of output rows',
    columns: 'list',
    part: 1 / 5,
    counted: 5,
    targets: [rate(10)],
    own: {
      millrace: (table) =>
        `SELECT COUNT(*), SUM(CHAR_LENGTH(part)) FROM ${table}, LATERAL TABLE(parts(list))`,
      'built-in': (table) =>
        `SELECT COUNT(*), SUM(CHAR_LENGTH(part)) FROM ${table}, UNNEST(SPLIT(list, ',')) AS x(part)`,
    },
    duckdb: {
      'duckdb, built-in': (table) =>
        `SELECT COUNT(*), SUM(LENGTH(part)) FROM (SELECT UNNEST(STRING_SPLIT(list, ',')) AS part FROM ${table})`,
    },
  },
  {
    name: 'async: 1 ms latency, concurrency 1,000',
    columns: 'id',
    part: 1 / 20,
    targets: [rate(0.3)],
    own: {
      millrace: (table) => `SELECT SUM(waited(id)) FROM ${table}`,
      'built-in': (table) => `SELECT SUM(id + 1) FROM ${table}`,
    },
  },
];

const SCALING: readonly TableCase[] = [
  {
    name: 'two workers against one: numeric',
    columns: 'a, b',
    targets: [ratio('one worker', 1 / 1.8)],
    own: { millrace: axb1, 'one worker': axb1 },
    threads: { 'one worker': 1 },
  },
  {
    name: 'two workers against one: string',
    columns: 'name',
    targets: [ratio('one worker', 1 / 1.8)],
    own: { millrace: shout('name'), 'one worker': shout('name') },
    threads: { 'one worker': 1 },
  },
];

/** The published job of PyFlink's benchmark. */
function jsonJob(
  { folder }: UdfSuiteOptions,
  engines: Engines,
  bytes: number,
  part: number,
  atLeast: number,
): TableCase {
  return {
    name: `JSON of ${bytes} B: parsed, one field lowered, printed; 1 thread`,
    columns: 'doc',
    part,
    targets: [rate(atLeast)],
    file: (rows) => jsonFile(engines, folder, rows, bytes),
    own: {
      millrace: (table) =>
        `SELECT SUM(CHAR_LENGTH(lower_name(doc))), MAX(lower_name(doc)) FROM ${table}`,
      'built-in': (table) => `SELECT SUM(CHAR_LENGTH(LOWER(doc))), MAX(LOWER(doc)) FROM ${table}`,
    },
    threads: { millrace: 1, 'built-in': 1 },
  };
}

const CROWD = 1000;
/** Functions of the crowd that one statement calls. */
const CALLED_AT_ONCE = 50;
/** Rows that the whole crowd is called for: enough that its loops are optimized. */
const CROWD_ROWS = 200_000;

/** One function among a thousand of equal text that were all used, against the same alone. */
function crowdCase(engines: Engines, args: UdfSuiteOptions): Case {
  let crowd: TableEnvironment | null = null;
  let loaded: Loaded | null = null;
  return {
    name: 'numeric: one function among 1,000 that were used',
    rows: args.rows,
    targets: [ratio('alone', 1.1)],
    async prepare() {
      const file = await udfFile(engines, args);
      loaded = await load(engines, file, 'a, b');
      const crowded = TableEnvironment.create({ config: { 'parallelism.default': THREADS } });
      crowd = crowded;
      await crowded.executeSql(`CREATE TABLE numbers AS SELECT a, b FROM \`${file}\``);
      await crowded.executeSql(`CREATE TABLE few AS SELECT a, b FROM numbers LIMIT ${CROWD_ROWS}`);
      for (let i = 0; i < CROWD; i++) registerNumeric(crowded, `axb1_${i}`);
      for (let i = 0; i < CROWD; i += CALLED_AT_ONCE) {
        const sums = Array.from({ length: CALLED_AT_ONCE }, (_, j) => `SUM(axb1_${i + j}(a, b))`);
        await millraceRows(crowded, `SELECT ${sums.join(', ')} FROM few`);
      }
      const { table } = loaded;
      const engine = 'millrace';
      // A case before may have left it at one.
      await engines.millrace.executeSql(`SET 'parallelism.default' = '${THREADS}'`);
      const last = `SELECT SUM(axb1_${CROWD - 1}(a, b)) FROM numbers`;
      return [
        { name: 'millrace', engine, run: () => millraceRows(crowded, last) },
        { name: 'alone', engine, run: () => millraceRows(engines.millrace, axb1(table)) },
      ];
    },
    async close() {
      await loaded?.close();
      await crowd?.close();
    },
  };
}
