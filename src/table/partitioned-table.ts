import type { UserFunction } from '../udf/user-function.ts';
import type { MakeTable } from './make-table.ts';
import type { Source } from './operations/items.ts';
import { processed, TABLE_ARGUMENT, type TableArgument } from './operations/process.ts';
import type { Row } from './result.ts';
import type { Columns, Items } from './row-types.ts';
import type { Table } from './table.ts';

/** A table after `partitionBy`: sets of rows for a process table function. */
export class PartitionedTable<R extends object = Row> {
  readonly #argument: TableArgument;
  readonly #table: MakeTable;

  /** Made by `partitionBy`. @internal */
  constructor(argument: TableArgument, table: MakeTable) {
    this.#argument = argument;
    this.#table = table;
  }

  /** What a call takes: for the package, not for users. @internal */
  get [TABLE_ARGUMENT](): TableArgument {
    return this.#argument;
  }

  /** The order of the rows of each set: `orderBy(col('ts'), col('n').desc())`. */
  orderBy(...keys: Items<Columns<R>>): PartitionedTable<R> {
    return new PartitionedTable({ ...this.#argument, orderBy: keys }, this.#table);
  }

  /**
   * The rows that a process table function makes of the sets, which are its first table argument;
   * the others follow in their order, or as one object by name.
   */
  process(fn: string | UserFunction, ...args: readonly unknown[]): Table {
    return this.#table(processed(this.#source.session, fn, this.#argument, args));
  }

  get #source(): Source {
    return this.#argument.source;
  }
}
