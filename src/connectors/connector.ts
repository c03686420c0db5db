import type { CatalogTable, ObjectIdentifier } from '../catalog/catalog.ts';
import type { Region } from '../columnar/arena/region.ts';
import { type Batch, RowKind } from '../columnar/batch.ts';
import type { OptionDeclarations, OptionValues, ValuesOf } from '../common/config-option.ts';
import type { Expr } from '../expr/expr.ts';
import type { ColumnCondition, ReadContext } from '../formats/format.ts';
import type { StatementContext } from '../functions/definition.ts';
import type { ColumnSummary } from '../types/column-summary.ts';
import type { Schema } from '../types/schema.ts';

/** The row kinds that a source makes or a sink takes. */
export type ChangelogMode = ReadonlySet<RowKind>;

/** The changelog mode of sources and sinks without updates and deletes. */
export const INSERT_ONLY: ChangelogMode = new Set([RowKind.INSERT]);

/** One part of a source that a worker claims: plain data that can be posted. */
export type SourceSplit = Readonly<Record<string, unknown>>;

/** Conditions on single columns that rows must fulfil, all of them, to be needed. */
export type NeededRows = readonly ColumnCondition[];

/** How a worker makes a source again: the connector's name and plain data. */
export interface SourceSpec {
  readonly connector: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/**
 * A table one can scan. The optional methods are abilities the planner may use; an ability
 * returns a new source, nothing is changed during planning.
 */
export interface ScanTableSource {
  /** The columns it yields, after projection. */
  readonly schema: Schema;
  readonly changelogMode: ChangelogMode;
  readonly bounded: boolean;
  /** Estimated rows after what was pushed down; null when unknown. */
  readonly rowCount: number | null;
  /** What is about known of the values of one of the columns; null: nothing. */
  summary?(column: number): ColumnSummary | null;
  /** Whether two scans give the same rows while a statement runs. Absent: they do. */
  readonly repeatable?: boolean;
  /** Whether rows are parsed or decompressed each time they are read. Absent: they are not. */
  readonly decodes?: boolean;
  /** What was pushed down, for EXPLAIN: e.g. `project=[a, b], filter=[a > 1]`. Empty when nothing. */
  readonly digest: string;
  /** For workers; null when the source must be read on the calling thread. */
  readonly spec: SourceSpec | null;
  /**
   * The parts that readers claim, in row order. Made when the statement starts to run: then joins
   * know `conditions` on columns, and rows that do not fulfil all of them may be left out.
   */
  splits(
    parallelism: number,
    conditions?: NeededRows,
  ): readonly SourceSplit[] | Promise<readonly SourceSplit[]>;
  /** Reads one part. Synchronous where `spec` is not null. */
  read(split: SourceSplit, context: ReadContext): Iterable<Batch> | AsyncIterable<Batch>;
  /** A source of these columns only, in this order. */
  applyProjection?(columns: readonly number[]): ScanTableSource;
  /** `accepted` filters are applied exactly; `remaining` ones must still be evaluated. */
  applyFilters?(filters: readonly Expr[]): {
    readonly accepted: readonly Expr[];
    readonly remaining: readonly Expr[];
    readonly source: ScanTableSource;
  };
  /** A source that may stop after this many rows. */
  applyLimit?(rows: number): ScanTableSource;
  /**
   * The same source as of now: what the statement whose call it is reads, whenever it starts.
   * Plans are kept and run again, so what changes from call to call is captured here.
   */
  atCall?(): ScanTableSource;
  /** Ends the hold of a source from `atCall` (on a table version, an iterator). */
  release?(): void;
}

/** What a worker needs of a source. */
export type WorkerSource = Pick<ScanTableSource, 'read'>;
/** What a worker needs of a sink. */
export type WorkerSink = Pick<DynamicTableSink, 'writer'>;

/** Where a statement's rows go. One object a statement; `abort` and `commit` end it. */
export interface DynamicTableSink {
  readonly changelogMode: ChangelogMode;
  /** For workers, which then write parts of their own; null: written on the calling thread. */
  readonly spec: SourceSpec | null;
  /** A writer of one task. `part` is unique in the statement. */
  writer(part: number, region: Region): SinkWriter;
  /** Makes what the writers finished visible, all at once. */
  commit(parts: readonly unknown[]): Promise<void>;
  /** Removes whatever was written. */
  abort(): Promise<void>;
}

/** Writes the rows of one task. */
export interface SinkWriter {
  write(batch: Batch): void | Promise<void>;
  /** Ends the part and returns what `commit` needs, as plain data. */
  finish(): unknown;
  abort(): void;
}

/** The table that a source or sink is made for. */
export interface TableSite {
  readonly table: CatalogTable;
  /** Null for tables without a name: a path in a FROM clause. */
  readonly identifier: ObjectIdentifier | null;
  /** The stored columns, physical and metadata ones, in declared order: no computed columns. */
  readonly schema: Schema;
  readonly context: StatementContext;
}

/** A connector, under the name that `'connector' = …` uses. */
export interface ConnectorDefinition {
  readonly identifier: string;
  readonly doc: string;
  readonly options: OptionDeclarations;
  /** Further options that depend on the given ones: those of the table's format. */
  readonly moreOptions?: (given: ReadonlyMap<string, string>) => OptionDeclarations;
  /** Null: the connector cannot be read. */
  readonly source: ((site: TableSite, options: OptionValues) => ScanTableSource) | null;
  /** Null: the connector cannot be written. `overwrite`: INSERT OVERWRITE. */
  readonly sink:
    | ((site: TableSite, options: OptionValues, overwrite: boolean) => DynamicTableSink)
    | null;
  /** Infers the columns of a table that declares none. Absent: columns must be declared. */
  readonly inferSchema?: (table: CatalogTable, options: OptionValues) => Schema;
  /** Makes what reads splits again from the `state` of a source's spec, in a worker. */
  readonly restoreSource?: (state: SourceSpec['state']) => WorkerSource;
  /** Makes what writes parts again from the `state` of a sink's spec, in a worker. */
  readonly restoreSink?: (state: SourceSpec['state']) => WorkerSink;
}

/** What `defineConnector` takes: option values have the types that the declarations say. */
export interface ConnectorDeclaration<D extends OptionDeclarations>
  extends Omit<ConnectorDefinition, 'options' | 'source' | 'sink' | 'inferSchema'> {
  readonly options: D;
  readonly source: ((site: TableSite, options: ValuesOf<D>) => ScanTableSource) | null;
  readonly sink:
    | ((site: TableSite, options: ValuesOf<D>, overwrite: boolean) => DynamicTableSink)
    | null;
  readonly inferSchema?: (table: CatalogTable, options: ValuesOf<D>) => Schema;
}

/** Declares a connector. */
export function defineConnector<const D extends OptionDeclarations>(
  declaration: ConnectorDeclaration<D>,
): ConnectorDefinition {
  // `parseOptions` makes the values from the same declarations, so they have the types of D.
  return declaration as unknown as ConnectorDefinition;
}
