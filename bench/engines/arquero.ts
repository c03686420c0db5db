import { installed, versionOf } from '../libraries/installed.ts';
import type { Engine, Program, Rows } from './engine.ts';
import { parquetRows } from './parquet-rows.ts';

/** What our programs use of an arquero table. Expressions are texts, which arquero compiles. */
export interface ArqueroTable {
  filter(expression: string): ArqueroTable;
  groupby(...keys: string[]): ArqueroTable;
  rollup(values: Readonly<Record<string, string>>): ArqueroTable;
  derive(values: Readonly<Record<string, string>>): ArqueroTable;
  join(other: ArqueroTable, on: readonly [string, string]): ArqueroTable;
  orderby(...keys: unknown[]): ArqueroTable;
  slice(start: number, end?: number): ArqueroTable;
  select(...columns: string[]): ArqueroTable;
  ungroup(): ArqueroTable;
  columnNames(): string[];
  objects(): Readonly<Record<string, unknown>>[];
}

/** What a program for arquero works on. */
export interface ArqueroContext {
  readonly tables: Readonly<Record<string, ArqueroTable>>;
  desc(column: string): unknown;
}

/** What we use of arquero. */
export interface Arquero {
  desc(column: string): unknown;
  table(columns: Readonly<Record<string, ArrayLike<unknown>>>): ArqueroTable;
}

/** A query for arquero: its table's rows are the answer. */
export function arqueroProgram(build: (context: ArqueroContext) => ArqueroTable): Program {
  return (context: ArqueroContext): Rows => {
    const result = build(context);
    const names = result.columnNames();
    return result.objects().map((row) => names.map((name) => row[name]));
  };
}

/** Arquero over columns of typed arrays and of strings; it has no SQL. */
export async function arquero(): Promise<Engine> {
  const { table, desc } = await installed<Arquero>('arquero');
  const tables: Record<string, ArqueroTable> = {};
  return {
    version: versionOf('arquero'),
    load: async ({ name, file }) => {
      tables[name] = table(await columnsOf(file));
    },
    run: async (program) => program({ tables, desc } as never),
    close: async () => {},
  };
}

async function columnsOf(file: string): Promise<Record<string, ArrayLike<unknown>>> {
  const columns: Record<string, (number | string)[]> = {};
  for await (const rows of parquetRows(file)) {
    for (const name in rows[0]) {
      columns[name] ??= [];
      for (const row of rows) columns[name].push(row[name]!);
    }
  }
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, typed(values)]));
}

function typed(values: (number | string)[]): ArrayLike<unknown> {
  if (typeof values[0] === 'string') return values;
  const numbers = values as number[];
  const whole = numbers.every((value) => (value | 0) === value);
  return whole ? Int32Array.from(numbers) : Float64Array.from(numbers);
}
