import type { Contender } from '../measure.ts';
import {
  type Case,
  duckdbRows,
  type Engines,
  millraceRows,
  type Target,
  THREADS,
  type UdfSuiteOptions,
} from './case.ts';
import { type Loaded, load, udfFile } from './data.ts';

/** A statement over the loaded table. */
export type Statement = (table: string) => string;

/** A case of statements over one table. */
export interface TableCase {
  readonly name: string;
  /** The columns that are loaded. */
  readonly columns: string;
  readonly targets: readonly Target[];
  /** What Millrace runs, by the contender's name; the first one is measured. */
  readonly own: Readonly<Record<string, Statement>>;
  /** Threads of contenders that do not get all. */
  readonly threads?: Readonly<Record<string, number>>;
  readonly duckdb?: Readonly<Record<string, Statement>>;
  /** The part of the rows that is loaded, for what is slow by nature. Default: all. */
  readonly part?: number;
  /** Rows that rates count for one loaded row. Default: 1. */
  readonly counted?: number;
  /** A file of its own with so many rows. */
  readonly file?: (rows: number) => Promise<string>;
  readonly others?: (rows: number) => Promise<readonly Contender[]>;
}

/** The comparison: loads the table when it begins, drops it at the end. */
export function tableCase(engines: Engines, args: UdfSuiteOptions, described: TableCase): Case {
  const { name, columns, targets, own, threads = {}, part = 1, counted = 1 } = described;
  const rows = Math.ceil(args.rows * part);
  let loaded: Loaded | null = null;
  const prepare = async (): Promise<readonly Contender[]> => {
    loaded =
      described.file === undefined
        ? await load(engines, await udfFile(engines, args), columns, `WHERE id < ${rows}`)
        : await load(engines, await described.file(rows), columns);
    const { table } = loaded;
    return [
      ...Object.entries(own).map(([contender, sql]) =>
        onThreads(engines, contender, sql(table), threads[contender] ?? THREADS),
      ),
      ...Object.entries(described.duckdb ?? {}).map(
        ([peer, sql]): Contender => ({
          name: peer,
          engine: 'duckdb',
          run: () => duckdbRows(engines.duckdb, sql(table)),
        }),
      ),
      ...((await described.others?.(rows)) ?? []),
    ];
  };
  return { name, rows: rows * counted, targets, prepare, close: async () => loaded?.close() };
}

/** A statement of Millrace on a number of threads. */
function onThreads({ millrace }: Engines, name: string, sql: string, threads: number): Contender {
  const run = async (): Promise<unknown> => {
    await millrace.executeSql(`SET 'parallelism.default' = '${threads}'`);
    return millraceRows(millrace, sql);
  };
  return { name, engine: 'millrace', run };
}
