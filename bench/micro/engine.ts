import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';
import type { MicroCase } from '../run.ts';

const ROWS = 1_000_000;
const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
const command = path.join(import.meta.dirname, '../../dist/main.js');
/** The command is measured as it is published. */
const built = existsSync(command);
if (!built) console.log('The cold start is not measured before npm run build');

tEnv.createTemporarySystemFunction(
  'axb1',
  udf((a: number, b: number) => a * b + 1, {
    inputTypes: [DataTypes.DOUBLE(), DataTypes.DOUBLE()],
    resultType: DataTypes.DOUBLE(),
  }),
);
await tEnv.executeSql('CREATE TABLE numbers (a DOUBLE, b DOUBLE, s STRING)');
await tEnv.executeSql(
  `CREATE TABLE seq (n BIGINT) WITH ('connector' = 'datagen', 'fields.n.kind' = 'sequence',
   'fields.n.start' = '1', 'fields.n.end' = '${ROWS}')`,
);
await tEnv.executeSql(
  `INSERT INTO numbers SELECT CAST(n AS DOUBLE), CAST(n AS DOUBLE) / 7, 'name ' || CAST(n AS STRING) FROM seq`,
);

function query(sql: string): () => Promise<unknown> {
  return async () => (await tEnv.executeSql(sql)).toArray();
}

let nth = 0;

/** Whole statements: latency, and functions over a million rows. */
export const engineCases: readonly MicroCase[] = [
  { name: 'SELECT 1 + 1, same text', run: query('SELECT 1 + 1') },
  {
    name: 'SELECT 1 + n, a new text each time',
    run: () => {
      nth++;
      return query(`SELECT 1 + ${nth}`)();
    },
  },
  {
    name: 'SUM(a * b + 1), built in',
    rows: ROWS,
    run: query('SELECT SUM(a * b + 1) FROM numbers'),
  },
  {
    name: 'SUM(axb1(a, b)), user function',
    rows: ROWS,
    run: query('SELECT SUM(axb1(a, b)) FROM numbers'),
  },
  ...(built ? coldStart() : []),
];

function coldStart(): readonly MicroCase[] {
  const run = (args: readonly string[]) => () =>
    execFileSync(process.execPath, args, { stdio: 'pipe' });
  return [
    {
      name: 'cold process: millrace -e "SELECT 1 + 1" (built)',
      run: run([command, '-e', 'SELECT 1 + 1']),
    },
    { name: '  baseline: node -e ""', run: run(['-e', '']) },
  ];
}

/** Ends the environment of the cases. */
export const closeEngine = (): Promise<void> => tEnv.close();
