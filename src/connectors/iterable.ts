import type { TableInstance } from '../catalog/catalog.ts';
import { Region } from '../columnar/arena/region.ts';
import type { Batch } from '../columnar/batch.ts';
import { batchOfRows } from '../columnar/row-batch.ts';
import { runtimeError, validationError } from '../common/errors.ts';
import { describeThrown, isTableError } from '../common/thrown.ts';
import type { ReadContext } from '../formats/format.ts';
import type { Schema } from '../types/schema.ts';
import {
  defineConnector,
  INSERT_ONLY,
  type ScanTableSource,
  type SourceSplit,
} from './connector.ts';

/** Rows of the user's iterable, as internal values, behind a table of `fromIterable`. */
export class IterableTable implements TableInstance {
  readonly connector = 'iterable';
  /** Starts the iteration; called again for each scan where the iterable allows that. */
  readonly open: () => AsyncIterable<readonly unknown[]>;
  /** An iterator that can be read once only. */
  readonly once: boolean;
  consumed = false;

  constructor(open: () => AsyncIterable<readonly unknown[]>, once: boolean) {
    this.open = open;
    this.once = once;
  }
}

class IterableSource implements ScanTableSource {
  readonly schema: Schema;
  readonly changelogMode = INSERT_ONLY;
  readonly bounded = true;
  readonly rowCount = null;
  readonly digest = '';
  readonly spec = null;
  readonly #table: IterableTable;

  constructor(table: IterableTable, schema: Schema) {
    this.#table = table;
    this.schema = schema;
  }

  splits(): readonly SourceSplit[] {
    return [{}];
  }

  async *read(_split: SourceSplit, context: ReadContext): AsyncIterable<Batch> {
    if (this.#table.once && this.#table.consumed) throw runtimeError('SOURCE_CONSUMED', {});
    this.#table.consumed = true;
    let rows: (readonly unknown[])[] = [];
    for await (const row of this.#rows()) {
      rows.push(row);
      if (rows.length < context.batchRows) continue;
      yield* this.#lent(rows, context);
      rows = [];
    }
    if (rows.length > 0) yield* this.#lent(rows, context);
  }

  /** Errors: TableRuntimeError SOURCE_FAILED for what the user's code throws. */
  async *#rows(): AsyncGenerator<readonly unknown[], void, undefined> {
    try {
      yield* this.#table.open();
    } catch (cause) {
      if (isTableError(cause)) throw cause;
      throw runtimeError('SOURCE_FAILED', { reason: describeThrown(cause) }, { cause });
    }
  }

  *#lent(rows: readonly (readonly unknown[])[], context: ReadContext): Iterable<Batch> {
    context.checkCancelled();
    using region = new Region(context.region.arena);
    yield batchOfRows(this.schema, rows, region);
  }
}

/** Tables over the user's iterables: read on the calling thread. */
export const iterable = defineConnector({
  identifier: 'iterable',
  doc: 'The rows of an iterable of this process.',
  options: {},
  source: ({ table, schema }) => {
    if (!(table.instance instanceof IterableTable)) {
      throw validationError('CONNECTOR_ABILITY', { name: 'iterable', ability: 'declared in SQL' });
    }
    return new IterableSource(table.instance, schema);
  },
  sink: null,
});
