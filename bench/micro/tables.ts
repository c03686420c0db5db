import { makeVector, Table } from 'apache-arrow';
import { TableEnvironment } from '../../src/index.ts';
import type { Arquero } from '../engines/arquero.ts';
import { installed, NotInstalledError } from '../libraries/installed.ts';
import type { MicroCase } from '../run.ts';

const ROWS = 1_000_000;
const KEYS = 1000;
const k = Int32Array.from({ length: ROWS }, (_, row) => (row * 7919) % KEYS);
const v = Float64Array.from({ length: ROWS }, (_, row) => Math.sin(row) * 1e6);

const arrowKeys = makeVector(k);
const arrowValues = makeVector(v);
const arrow = new Table({ k: arrowKeys, v: arrowValues });

const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
tEnv.createTemporaryView('numbers', tEnv.fromArrow(arrow));
await tEnv.executeSql('CREATE TABLE loaded AS SELECT * FROM numbers');

async function arqueroCases(): Promise<ReadonlyMap<string, () => unknown>> {
  try {
    const table = (await installed<Arquero>('arquero')).table({ k, v });
    return new Map([
      ['filter', () => table.filter('d => d.k < 300').rollup({ s: 'd => op.sum(d.v)' }).objects()],
      ['group', () => table.groupby('k').rollup({ s: 'd => op.sum(d.v)' }).objects()],
      ['sort', () => table.orderby('v').slice(0, 10).objects()],
    ]);
  } catch (error) {
    if (!(error instanceof NotInstalledError)) throw error;
    console.log(error.message);
    return new Map();
  }
}

const arquero = await arqueroCases();

function query(sql: string): MicroCase['run'] {
  return async () => (await tEnv.executeSql(sql)).toArray();
}

/** A statement with its baselines, all over a million rows. */
function compared(
  name: string,
  sql: string,
  key: string,
  baselines: Readonly<Record<string, () => unknown>>,
): readonly MicroCase[] {
  const others = Object.entries(baselines);
  const library = arquero.get(key);
  if (library !== undefined) others.push(['arquero', library]);
  return [
    { name, rows: ROWS, run: query(sql) },
    ...others.map(([other, run]) => ({ name: `  baseline: ${other}`, rows: ROWS, run })),
  ];
}

/** Whole statements beside plain loops, apache-arrow and arquero. */
export const tableCases: readonly MicroCase[] = [
  ...compared('filter and sum', 'SELECT SUM(v) FROM loaded WHERE k < 300', 'filter', {
    'loop over typed arrays': () => {
      let sum = 0;
      for (let row = 0; row < ROWS; row++) if (k[row]! < 300) sum += v[row]!;
      return sum;
    },
    'apache-arrow, get()': () => {
      let sum = 0;
      for (let row = 0; row < ROWS; row++) {
        if (arrowKeys.get(row)! < 300) sum += arrowValues.get(row)!;
      }
      return sum;
    },
  }),
  ...compared('GROUP BY 1,000 ints', 'SELECT k, SUM(v) FROM loaded GROUP BY k', 'group', {
    'loop with a Map': () => {
      const sums = new Map<number, number>();
      for (let row = 0; row < ROWS; row++) sums.set(k[row]!, (sums.get(k[row]!) ?? 0) + v[row]!);
      return sums;
    },
    'apache-arrow, rows': () => {
      const sums = new Map<number, number>();
      for (const { k: key, v: value } of arrow as Iterable<{ k: number; v: number }>) {
        sums.set(key, (sums.get(key) ?? 0) + value);
      }
      return sums;
    },
  }),
  ...compared(
    'ORDER BY a double',
    `SELECT k, v FROM loaded ORDER BY v OFFSET ${ROWS - 10} ROWS`,
    'sort',
    {
      'sort of row numbers': () =>
        Uint32Array.from({ length: ROWS }, (_, row) => row).sort((a, b) => v[a]! - v[b]!),
    },
  ),
];

/** Ends the environment of the suite. */
export const closeTables = (): Promise<void> => tEnv.close();
