// Compares Millrace with other engines:
// npm run bench:peers -- [suite ...] [--sf 1] [--rows 10000000] [--runs 5] [--engines a,b] [--only Q1]
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBScalarFunction,
  VARCHAR,
} from '@duckdb/node-api';
import { DataTypes, TableEnvironment, udf } from '../src/index.ts';
import { runEngineSuite } from './engine-suite.ts';
import { compare, sameRows, type Timing } from './measure.ts';
import { SUITES as ENGINE_SUITES } from './suites/index.ts';

const THREADS = 2;
const UDF_ROWS = 10_000_000;
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
const runs = Number(args.runs);

interface Engines {
  readonly millrace: TableEnvironment;
  readonly duckdb: DuckDBConnection;
}

/** Target: the largest ratio to DuckDB's time that the project allows itself. */
interface Case {
  readonly name: string;
  readonly target: number;
  readonly millrace: string;
  readonly duckdb: string;
}

type Suite = (engines: Engines) => Promise<readonly Case[]>;

const SUITES: Readonly<Record<string, Suite>> = {
  async udf({ millrace, duckdb }) {
    registerMillraceFunctions(millrace);
    registerDuckdbFunctions(duckdb);
    const file = path.join(DATA, 'udf.parquet');
    if (!existsSync(file)) {
      mkdirSync(DATA, { recursive: true });
      await duckdb.run(
        `COPY (SELECT CAST(i % 1000 AS DOUBLE) AS a, CAST(i % 77 AS DOUBLE) AS b, 'name ' || i AS s
               FROM range(${UDF_ROWS}) AS t(i)) TO '${file}' (ROW_GROUP_SIZE 122880)`,
      );
    }
    await millrace.executeSql(`CREATE TABLE udf_rows AS SELECT * FROM \`${file}\``);
    await duckdb.run(`CREATE TABLE udf_rows AS SELECT * FROM '${file}'`);
    return [
      {
        name: 'UDF a * b + 1, 10 M rows',
        target: 0.1,
        ...both('SELECT SUM(axb1(a, b)) FROM udf_rows'),
      },
      {
        name: "UDF s.toUpperCase() + '!', 10 M distinct strings",
        target: 0.3,
        ...both('SELECT SUM(CHAR_LENGTH(shout(s))), MAX(shout(s)) FROM udf_rows'),
      },
    ];
  },
};

function both(sql: string): Pick<Case, 'millrace' | 'duckdb'> {
  return { millrace: sql, duckdb: sql };
}

function registerMillraceFunctions(tEnv: TableEnvironment): void {
  const [double, string] = [DataTypes.DOUBLE(), DataTypes.STRING()];
  tEnv.createTemporarySystemFunction(
    'axb1',
    udf((a: number, b: number) => a * b + 1, { inputTypes: [double, double], resultType: double }),
  );
  tEnv.createTemporarySystemFunction(
    'shout',
    udf((s: string) => `${s.toUpperCase()}!`, { inputTypes: [string], resultType: string }),
  );
}

function registerDuckdbFunctions(connection: DuckDBConnection): void {
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'axb1',
      returnType: DOUBLE,
      parameterTypes: [DOUBLE, DOUBLE],
      mainFunction: (_info, input, output) => {
        const a = input.getColumnVector(0);
        const b = input.getColumnVector(1);
        for (let row = 0; row < input.rowCount; row++) {
          output.setItem(row, (a.getItem(row) as number) * (b.getItem(row) as number) + 1);
        }
        output.flush();
      },
    }),
  );
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'shout',
      returnType: VARCHAR,
      parameterTypes: [VARCHAR],
      mainFunction: (_info, input, output) => {
        const s = input.getColumnVector(0);
        for (let row = 0; row < input.rowCount; row++) {
          output.setItem(row, `${(s.getItem(row) as string).toUpperCase()}!`);
        }
        output.flush();
      },
    }),
  );
}

async function millraceRows(tEnv: TableEnvironment, sql: string): Promise<unknown> {
  return (await tEnv.executeSql(sql)).toArray({
    rowFormat: 'array',
    typeMapping: { decimal: 'string', bigint: 'string' },
  });
}

async function duckdbRows(connection: DuckDBConnection, sql: string): Promise<unknown> {
  return (await connection.runAndReadAll(sql)).getRowsJson();
}

interface Row {
  readonly name: string;
  readonly millrace: Timing;
  readonly duckdb: Timing;
  readonly ratio: number;
  readonly target: number;
}

async function runSuite(suite: Suite): Promise<readonly Row[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(THREADS) });
  const duckdb = await instance.connect();
  const millrace = TableEnvironment.create({ config: { 'parallelism.default': THREADS } });
  try {
    const rows: Row[] = [];
    for (const { name, target, ...sql } of await suite({ millrace, duckdb })) {
      const timings = await compare(
        [
          { name: 'millrace', run: () => millraceRows(millrace, sql.millrace) },
          { name: 'duckdb', run: () => duckdbRows(duckdb, sql.duckdb) },
        ],
        runs,
        sameRows,
      );
      const own = timings.get('millrace')!;
      const peer = timings.get('duckdb')!;
      const row = { name, millrace: own, duckdb: peer, ratio: own.median / peer.median, target };
      rows.push(row);
      console.log(line(row));
    }
    return rows;
  } finally {
    await millrace.close();
    duckdb.closeSync();
    instance.closeSync();
  }
}

function line({ name, millrace, duckdb, ratio, target }: Row): string {
  const time = ({ median, min, max }: Timing): string =>
    `${median.toFixed(1)} ms (${min.toFixed(1)}–${max.toFixed(1)})`;
  const verdict = ratio <= target ? 'within' : 'ABOVE';
  return `${name.padEnd(52)} millrace ${time(millrace).padEnd(26)} duckdb ${time(duckdb).padEnd(26)} ratio ${ratio.toFixed(2)}, ${verdict} ${target}`;
}

mkdirSync(DATA, { recursive: true });
const names =
  positionals.length > 0 ? positionals : [...Object.keys(ENGINE_SUITES), ...Object.keys(SUITES)];
console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores; ${THREADS} threads each; medians of ${runs} (min–max); results checked.`,
);
const results: unknown[] = [];
for (const name of names) {
  if (ENGINE_SUITES[name] !== undefined) {
    const options = {
      scale: Number(args.sf),
      rows: Number(args.rows),
      folder: DATA,
      engines: args.engines.split(','),
      runs,
      only: args.only,
    };
    results.push(...(await runEngineSuite(name, options)));
    continue;
  }
  const suite = SUITES[name];
  if (suite === undefined)
    throw new Error(`No suite '${name}'; there are ${Object.keys(SUITES).join(', ')}`);
  results.push(...(await runSuite(suite)));
}
writeFileSync(path.join(DATA, 'peers.json'), `${JSON.stringify(results, null, 2)}\n`);
