import { Readable } from 'node:stream';
import type { Table as ArrowTable, RecordBatch } from 'apache-arrow';
import type { Arena } from '../columnar/arena/arena.ts';
import { Region } from '../columnar/arena/region.ts';
import { loadArrow, toArrowSchema } from '../columnar/arrow/types.ts';
import { toRecordBatch } from '../columnar/arrow/write.ts';
import type { Batch } from '../columnar/batch.ts';
import { batchOfRows } from '../columnar/row-batch.ts';
import {
  arrayRows,
  DEFAULT_TYPE_MAPPING,
  objectRows,
  type RowReader,
  type TypeMapping,
  typeMapping,
} from '../columnar/rows.ts';
import { invalidArgument, requireOptions } from '../common/arguments.ts';
import { runtimeError, validationError } from '../common/errors.ts';
import { castFunction } from '../functions/cast/cast.ts';
import type { StatementContext } from '../functions/definition.ts';
import type { Schema } from '../types/schema.ts';
import { STRING } from '../types/types.ts';
import type { MetricReading } from '../udf/metrics.ts';
import {
  checkColumns,
  type ExpectedColumns,
  type ExpectedRow,
  isExpectedColumns,
} from './expected-columns.ts';
import type { Job, JobClient } from './job.ts';
import { jsonLines, jsonText } from './json-rows.ts';
import { ResolvedSchema } from './resolved-schema.ts';
import type { RowKind } from './row-kind.ts';
import { printTableau, requireStream, type TextStream } from './tableau.ts';
import { WatchedReader } from './watched-reader.ts';

/** A row: a plain object by column name. */
export type Row = Record<string, unknown>;

/**
 * The row that options ask for: an object, of the result's own type unless its values are mapped to
 * others, or an array with `rowFormat: 'array'`.
 */
export type RowOf<O extends CollectOptions, R extends object = Row> = O extends {
  readonly rowFormat: 'array';
}
  ? unknown[]
  : O extends { readonly typeMapping: object }
    ? Row
    : R;

/** How rows are to be read: by options, or as rows of the columns that are expected. */
export type RowsAsked = CollectOptions | ExpectedColumns;

/** The row that options, or the columns that are expected, ask for. */
export type ReadRow<G extends RowsAsked, R extends object> = [keyof G] extends [never]
  ? R
  : G extends ExpectedColumns
    ? ExpectedRow<G>
    : G extends CollectOptions
      ? RowOf<G, R>
      : never;

/** Options of every way to read rows. */
export interface CollectOptions {
  /** `object` (default): a plain object by column name; `array`: the values in column order. */
  readonly rowFormat?: 'object' | 'array';
  /** How BIGINT, DECIMAL and timestamps appear; the environment's setting if not given. */
  readonly typeMapping?: Partial<TypeMapping>;
}

/** One change of a result. */
export interface Change<R = Row> {
  readonly kind: RowKind;
  readonly row: R;
}

/** What a result reads from: batches of a running query, or rows that are known. */
export interface ResultContent {
  readonly schema: Schema;
  /** Starts the query; called once. Batches are borrowed until the next pull. */
  open(): AsyncGenerator<Batch, void, undefined>;
  /** The memory that the batches lie in. */
  readonly arena: () => Arena;
  readonly statement: StatementContext;
  readonly streaming: boolean;
  readonly columnWidthMax: number;
  /** What `print` shows for NULL. */
  readonly nullText: string;
  readonly typeMapping: TypeMapping;
  /** The job that makes the rows; absent for rows that are known. */
  readonly job?: Job;
  /** Whether the rows only say how many a write has written. Default: false. */
  readonly isCount?: boolean;
}

/** How `toReadable` gives the rows. */
export interface ReadableOptions extends CollectOptions {
  /** `rows` (default): a stream of row values; `json`: a stream of bytes, a JSON text a line. */
  readonly format?: 'rows' | 'json';
}

const COLLECT_OPTIONS = ['rowFormat', 'typeMapping'] satisfies readonly (keyof CollectOptions)[];

const READABLE_OPTIONS = [
  ...COLLECT_OPTIONS,
  'format',
] satisfies readonly (keyof ReadableOptions)[];

const KINDS = ['+I', '-U', '+U', '-D'] as const;

/** Jobs that were begun for results that were then dropped unread. */
const dropped = new FinalizationRegistry<Job>((job) => job.abandon());

/**
 * The outcome of a statement. A result has one consumer.
 *
 * @example
 * ```ts
 * import { TableEnvironment } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * const result = await tEnv.executeSql('SELECT x FROM (VALUES (1), (2)) AS t(x) ORDER BY x');
 * for await (const row of result.collect()) {
 *   console.log(row); // { x: 1 }
 *   break; // cancels the query
 * }
 * await tEnv.close();
 * ```
 */
export class TableResult<R extends object = Row> {
  readonly resultKind: 'SUCCESS' | 'SUCCESS_WITH_CONTENT';
  readonly schema: ResolvedSchema;
  /** The job behind a query; null for statements that have ended, and rows that are known. */
  readonly jobClient: JobClient | null;
  readonly #content: ResultContent;
  #consumed = false;

  /** Made by the environment. @internal */
  constructor(kind: TableResult['resultKind'], content: ResultContent) {
    this.resultKind = kind;
    this.#content = content;
    this.jobClient = content.job ?? null;
    this.schema = new ResolvedSchema(content.schema);
  }

  /**
   * The rows, one by one; the query starts at the first pull, and leaving the loop cancels it.
   * Errors: ValidationError RESULT_CONSUMED at a second call.
   */
  async *collect<const O extends CollectOptions>(
    options?: O,
  ): AsyncGenerator<RowOf<O, R>, void, undefined> {
    for await (const { rows } of this.#read(options)) yield* rows;
  }

  /** The changelog. In batch mode every change is an insertion. */
  async *changes<const O extends CollectOptions>(
    options?: O,
  ): AsyncGenerator<Change<RowOf<O, R>>, void, undefined> {
    for await (const { rows, rowKinds } of this.#read(options)) {
      for (const [i, row] of rows.entries()) yield { kind: KINDS[rowKinds?.[i] ?? 0] ?? '+I', row };
    }
  }

  /**
   * All rows. With the columns that are expected, rows have their types, whatever the environment
   * maps values to: `toArray({ id: DataTypes.BIGINT().notNull(), name: DataTypes.STRING() })`.
   * Errors: ValidationError RESULT_SCHEMA where the result has others.
   */
  async toArray<const G extends RowsAsked = CollectOptions>(given?: G): Promise<ReadRow<G, R>[]> {
    const isSchema = isExpectedColumns(given);
    if (isSchema) checkColumns(this.#content.schema, given);
    const options = isSchema ? { typeMapping: DEFAULT_TYPE_MAPPING } : given;
    const reader = this.#reader(options);
    const all: object[] = [];
    for await (const batch of this.#open()) for (const row of reader(batch)) all.push(row);
    return all as ReadRow<G, R>[];
  }

  /**
   * All rows as the text of a JSON list. Integers that a JavaScript number does not hold are
   * texts, as are decimals and times; bytes are base64.
   */
  async toJson(options?: CollectOptions): Promise<string> {
    const reader = this.#reader(options);
    const texts: string[] = [];
    for await (const batch of this.#open())
      for (const row of reader(batch)) texts.push(jsonText(row));
    return `[${texts.join(',\n')}]`;
  }

  /**
   * The rows as a Node stream; destroying it cancels the query. With `format: 'json'` a stream of
   * bytes for a file or an HTTP response: one JSON text a line, as in `toJson`.
   */
  toReadable(options: ReadableOptions = {}): Readable {
    requireOptions('toReadable', options, READABLE_OPTIONS);
    const { format = 'rows', ...rest } = options;
    if (format === 'rows') return Readable.from(this.collect(rest));
    if (format === 'json')
      return Readable.from(jsonLines(this.collect(rest)), { objectMode: false });
    throw invalidArgument("The option 'format'", "'rows' or 'json'", format);
  }

  /** The rows as Arrow record batches that own their memory. */
  async *batches(): AsyncGenerator<RecordBatch, void, undefined> {
    const arrow = await loadArrow();
    const reader = new WatchedReader(this.#open());
    using scratch = new Region(this.#content.arena());
    try {
      for await (const batch of reader) yield toRecordBatch(arrow, batch, scratch);
    } finally {
      reader.unwatch();
    }
  }

  /** All rows as an Arrow table that owns its memory. */
  async toArrow(): Promise<ArrowTable> {
    const batches: RecordBatch[] = [];
    for await (const batch of this.batches()) batches.push(batch);
    const arrow = await loadArrow();
    return new arrow.Table(toArrowSchema(arrow, this.#content.schema), batches);
  }

  /**
   * What the statement's user-defined functions measured, by `udf.<function>.<metric>`; complete
   * when the result has been read.
   */
  metrics(): Readonly<Record<string, MetricReading>> {
    return this.jobClient?.metrics().functions ?? {};
  }

  /** All rows as SQL texts: what CAST(… AS STRING) gives, and null for NULL. */
  async textRows(): Promise<(string | null)[][]> {
    const rows: (string | null)[][] = [];
    for await (const { cells } of this.#cells()) rows.push(cells);
    return rows;
  }

  /** Prints the rows as a table, with the row count below, to `stream` (default: standard output). */
  async print(stream: TextStream = process.stdout): Promise<void> {
    requireStream(stream);
    const { schema, streaming, columnWidthMax } = this.#content;
    const names = schema.fields.map((f) => f.name);
    const headers =
      streaming && this.resultKind === 'SUCCESS_WITH_CONTENT' ? ['op', ...names] : names;
    await printTableau(stream, this.#printed(headers.length > names.length), {
      headers,
      columnWidthMax,
    });
  }

  /**
   * Starts the query and resolves when its first rows are there, or when it has ended. Errors:
   * those of the query; TableRuntimeError WAIT_TIMEOUT, after which it goes on.
   */
  async wait(timeoutMs?: number): Promise<void> {
    if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 0)) {
      throw invalidArgument('The time to wait', 'a number of milliseconds', timeoutMs);
    }
    if (this.#consumed) return;
    const { job } = this.#content;
    if (job !== undefined) dropped.register(this, job, this);
    const begun = job?.begin() ?? Promise.resolve();
    await (timeoutMs === undefined ? begun : within(begun, timeoutMs));
  }

  /** Whether its row only says how many rows a write has written. @internal */
  get isCount(): boolean {
    return this.#content.isCount ?? false;
  }

  /** The same as `resultKind`. */
  getResultKind(): TableResult['resultKind'] {
    return this.resultKind;
  }

  /** The same as `schema`. */
  getResolvedSchema(): ResolvedSchema {
    return this.schema;
  }

  /** The same as `schema`, by its old name. */
  getTableSchema(): ResolvedSchema {
    return this.schema;
  }

  /** The same as `jobClient`. */
  getJobClient(): JobClient | null {
    return this.jobClient;
  }

  async *#printed(withKind: boolean): AsyncGenerator<readonly string[], void, undefined> {
    for await (const { kind, cells } of this.#cells()) {
      const texts = cells.map((cell) => cell ?? this.#content.nullText);
      yield withKind ? [kind, ...texts] : texts;
    }
  }

  async *#cells(): AsyncGenerator<{ kind: Change['kind']; cells: (string | null)[] }, void> {
    const { schema, statement } = this.#content;
    const texts = schema.fields.map((f) => castFunction(f.type, STRING, statement));
    for await (const batch of this.#open()) {
      for (let row = 0; row < batch.length; row++) {
        const cells = batch.columns.map((column, i) => {
          const value = column.get(row);
          return value === null ? null : String(texts[i]?.(value));
        });
        yield { kind: KINDS[batch.rowKinds?.[row] ?? 0] ?? '+I', cells };
      }
    }
  }

  async *#read<O extends CollectOptions>(
    options: O | undefined,
  ): AsyncGenerator<{ rows: RowOf<O, R>[]; rowKinds: Uint8Array | null }, void, undefined> {
    const rowsOf = this.#reader(options);
    const reader = new WatchedReader(this.#open());
    try {
      for await (const batch of reader) {
        // The batch is void at the next pull: what outlives it is copied. `rowsOf` was chosen by
        // the row format that decides what RowOf is.
        yield { rows: rowsOf(batch) as RowOf<O, R>[], rowKinds: batch.rowKinds?.slice() ?? null };
      }
    } finally {
      reader.unwatch();
    }
  }

  #reader(options: CollectOptions | undefined): RowReader<object> {
    if (options !== undefined) requireOptions('a result', options, COLLECT_OPTIONS);
    const { schema } = this.#content;
    const mapping = typeMapping({ ...this.#content.typeMapping, ...options?.typeMapping });
    return options?.rowFormat === 'array'
      ? arrayRows(schema, mapping)
      : objectRows(schema, mapping);
  }

  #open(): AsyncGenerator<Batch, void, undefined> {
    if (this.#consumed) {
      throw validationError('RESULT_CONSUMED', {});
    }
    this.#consumed = true;
    dropped.unregister(this);
    return this.#content.open();
  }
}

/** Errors: TableRuntimeError WAIT_TIMEOUT. */
async function within(done: Promise<unknown>, timeoutMs: number): Promise<void> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(runtimeError('WAIT_TIMEOUT', { timeoutMs })),
    timeoutMs,
  );
  try {
    await Promise.race([done, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The content of a result whose rows are known: SHOW, DESCRIBE, EXPLAIN, the `OK` of a DDL. */
export function knownRows(
  schema: Schema,
  rows: readonly (readonly unknown[])[],
  rest: Omit<ResultContent, 'schema' | 'open'>,
): ResultContent {
  return {
    ...rest,
    schema,
    async *open() {
      if (rows.length === 0) return;
      using memory = new Region(rest.arena());
      yield batchOfRows(schema, rows, memory);
    },
  };
}
