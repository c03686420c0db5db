import path from 'node:path';
import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import { sliceColumn } from '../../columnar/take.ts';
import { assert } from '../../common/assert.ts';
import type { OptionValues } from '../../common/config-option.ts';
import type { Expr } from '../../expr/expr.ts';
import { cannotFail } from '../../expr/safety.ts';
import { inputsUsed, remapInputs } from '../../expr/tree.ts';
import type {
  ColumnCondition,
  DecodingFormat,
  FileSplit,
  ReadContext,
} from '../../formats/format.ts';
import { formatFor } from '../../formats/index.ts';
import { mayOverlap } from '../../formats/overlap.ts';
import { textParser } from '../../formats/text-values.ts';
import { comparatorOf } from '../../functions/compare.ts';
import {
  type ColumnSummary,
  mergeSummaries,
  type SummaryPart,
} from '../../types/column-summary.ts';
import type { DataType } from '../../types/data-type.ts';
import { projectSchema, type Schema } from '../../types/schema.ts';
import { conditionsOf } from '../column-conditions.ts';
import {
  INSERT_ONLY,
  type ScanTableSource,
  type SourceSpec,
  type SourceSplit,
} from '../connector.ts';
import { ConstantColumn } from './constant-column.ts';
import type { FileFilters } from './file-filters.ts';
import { type DataFile, listFiles } from './file-listing.ts';
import type { TableLayout } from './table-layout.ts';

/** Everything that a filesystem source is made of: plain data, for workers. */
export interface FilesystemState {
  readonly path: string;
  readonly root: string | null;
  readonly pattern: string | null;
  readonly format: string;
  /** The options of the format. */
  readonly options: OptionValues;
  readonly layout: TableLayout;
  readonly defaultPartition: string;
  readonly reportsRows: boolean;
  /** What was pushed down: columns of the layout's schema, conditions, and rows at most. */
  readonly columns: readonly number[];
  readonly conditions: readonly ColumnCondition[];
  readonly limit: number | null;
}

/** A split of a file with what its rows have in common. */
interface FilesystemSplit extends FileSplit {
  readonly file: DataFile;
}

/**
 * What was found out about the files: kept while a statement is planned, and made anew for each
 * call, because files may change in between.
 */
interface SeenFiles {
  readonly decoding: DecodingFormat;
  files: readonly DataFile[] | null;
}

function seenFiles({ format, layout, options }: FilesystemState): SeenFiles {
  return { decoding: formatFor(format).decoding(layout.fileSchema, options), files: null };
}

/** Parts should be so large that their start costs little, and so many that no worker idles. */
const SPLIT_BYTES_MIN = 1024 ** 2;
const SPLIT_BYTES_MAX = 16 * 1024 ** 2;
const SPLITS_PER_TASK = 4;

/** The files whose footers are read to estimate what conditions on a column leave. */
const SUMMARY_FILES_MAX = 8;

/** Reads the files of a path. */
export class FilesystemSource implements ScanTableSource {
  readonly changelogMode = INSERT_ONLY;
  readonly bounded = true;
  readonly decodes = true;
  readonly schema: Schema;
  readonly #state: FilesystemState;
  readonly #seen: SeenFiles;
  readonly #filters: FileFilters;
  #rowCount: number | null | undefined;
  readonly #summaries = new Map<number, ColumnSummary | null>();

  /** `seen` is given to sources that abilities make of another one. */
  constructor(state: FilesystemState, filters: FileFilters, seen: SeenFiles = seenFiles(state)) {
    this.#state = state;
    this.#filters = filters;
    this.#seen = seen;
    this.schema = projectSchema(state.layout.schema, state.columns);
  }

  get spec(): SourceSpec {
    return { connector: 'filesystem', state: { ...this.#state } };
  }

  get digest(): string {
    const { layout, columns, conditions, limit } = this.#state;
    const parts: string[] = [];
    if (columns.length < layout.schema.fields.length) {
      parts.push(`project=[${this.schema.fields.map((field) => field.name).join(', ')}]`);
    }
    const names = layout.schema.fields.map((field) => field.name);
    if (!this.#filters.isEmpty) parts.push(`partitions=[${this.#filters.print(names)}]`);
    if (conditions.length > 0)
      parts.push(`prune=[${[...new Set(conditions.map((c) => c.column))].join(', ')}]`);
    if (limit !== null) parts.push(`limit=[${limit}]`);
    return parts.join(', ');
  }

  /** Of the first file exactly or by a sample; the others count by their size. */
  get rowCount(): number | null {
    if (this.#rowCount === undefined) this.#rowCount = this.#estimateRows();
    const { limit } = this.#state;
    return this.#rowCount === null || limit === null
      ? this.#rowCount
      : Math.min(limit, this.#rowCount);
  }

  /** As the first files say: of all only where there are few. */
  summary(column: number): ColumnSummary | null {
    const index = this.#state.columns[column];
    if (!this.#state.reportsRows || index === undefined) return null;
    let found = this.#summaries.get(index);
    if (found === undefined) {
      found = this.#summarize(index);
      this.#summaries.set(index, found);
    }
    return found;
  }

  splits(parallelism: number, needed: readonly ColumnCondition[] = []): readonly SourceSplit[] {
    if (needed.some(({ ranges, orNull }) => ranges.length === 0 && !orNull)) return [];
    const files = this.#files().filter((file) => this.#mayHave(file, needed));
    const conditions = this.#fileConditions([...this.#state.conditions, ...needed]);
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const target = Math.min(
      SPLIT_BYTES_MAX,
      Math.max(SPLIT_BYTES_MIN, Math.ceil(total / (parallelism * SPLITS_PER_TASK))),
    );
    const splits: SourceSplit[] = [];
    for (const file of files) {
      for (const split of this.#seen.decoding.splits(file.path, target, conditions)) {
        splits.push({ ...split, file });
      }
    }
    return splits;
  }

  *read(split: SourceSplit, context: ReadContext): Iterable<Batch> {
    // What `splits` made, perhaps posted to a worker in between.
    const part = split as unknown as FilesystemSplit;
    const { layout, columns, limit } = this.#state;
    const inFile = columns.filter((index) => layout.origins[index]?.from === 'file');
    const schema = projectSchema(layout.schema, inFile);
    // Given back with the split: a table may have very many files.
    using region = context.region.child();
    const constants = columns.map((index) => this.#constant(index, part.file, context, region));
    let left = limit ?? Number.POSITIVE_INFINITY;
    for (const batch of this.#seen.decoding.read(part, schema, context)) {
      const length = Math.min(left, batch.length);
      left -= length;
      yield this.#completed(batch, length, constants, region);
      if (left <= 0) return;
    }
  }

  atCall(): FilesystemSource {
    return new FilesystemSource(this.#state, this.#filters);
  }

  applyProjection(columns: readonly number[]): FilesystemSource {
    const projected = columns.map((index) => this.#state.columns[index] ?? 0);
    return this.#with({ columns: projected });
  }

  applyFilters(filters: readonly Expr[]): {
    readonly accepted: readonly Expr[];
    readonly remaining: readonly Expr[];
    readonly source: FilesystemSource;
  } {
    const { layout, columns } = this.#state;
    const isOfFile = (column: number) => layout.origins[columns[column]!]?.from !== 'file';
    const ofFiles = filters.filter((filter) => inputsUsed(filter).every(isOfFile));
    const others = filters.filter((filter) => !ofFiles.includes(filter));
    const accepted = ofFiles.filter(cannotFail);
    const added = ofFiles.map((filter) => remapInputs(filter, (column) => columns[column]!));
    const conditions = [...this.#state.conditions, ...conditionsOf(others, this.schema)];
    const source = this.#with({ conditions }, this.#filters.and(added));
    return { accepted, remaining: filters.filter((f) => !accepted.includes(f)), source };
  }

  applyLimit(rows: number): FilesystemSource {
    const limit = Math.min(rows, this.#state.limit ?? rows);
    return this.#with({ limit });
  }

  #with(change: Partial<FilesystemState>, filters: FileFilters = this.#filters): FilesystemSource {
    return new FilesystemSource({ ...this.#state, ...change }, filters, this.#seen);
  }

  #files(): readonly DataFile[] {
    const { path: local, root, pattern } = this.#state;
    this.#seen.files ??= listFiles(local, root);
    const matches = pattern === null ? null : new RegExp(`^(?:${pattern})$`, 'u');
    return this.#seen.files.filter(
      (file) =>
        file.size > 0 &&
        (matches === null || matches.test(path.resolve(file.path))) &&
        this.#mayMatch(file),
    );
  }

  #mayMatch(file: DataFile): boolean {
    const { fields } = this.#state.layout.schema;
    return this.#filters.mayMatch((column, { timeZone }) =>
      this.#fileValue(column, fields[column]!.type, file, timeZone),
    );
  }

  /** Whether the values that all rows of a file have are among those that are needed. */
  #mayHave(file: DataFile, needed: readonly ColumnCondition[]): boolean {
    const { origins, schema } = this.#state.layout;
    return needed.every(({ column, ranges, orNull }) => {
      const index = schema.fields.findIndex(({ name }) => name === column);
      const type = schema.fields[index]?.type;
      // What a text stands for may depend on the time zone.
      if (type === undefined || type.kind === 'TIMESTAMP_LTZ') return true;
      if (origins[index]?.from === 'file') return true;
      const value = this.#fileValue(index, type, file, 'UTC');
      if (value === null) return orNull;
      return ranges.some((range) => mayOverlap(range, value, value, comparatorOf(type)));
    });
  }

  #fileConditions(
    conditions: readonly ColumnCondition[] = this.#state.conditions,
  ): readonly ColumnCondition[] {
    const { layout } = this.#state;
    return conditions.filter(({ column }) =>
      layout.fileSchema.fields.some((field) => field.name === column),
    );
  }

  #estimateRows(): number | null {
    if (!this.#state.reportsRows) return null;
    const files = this.#files();
    const [first] = files;
    if (first === undefined) return 0;
    const splits = this.#seen.decoding.splits(
      first.path,
      Number.MAX_SAFE_INTEGER,
      this.#fileConditions(),
    );
    let rows = 0;
    for (const split of splits) {
      if (split.rows === null) return null;
      rows += split.rows;
    }
    const total = files.reduce((sum, file) => sum + file.size, 0);
    return Math.round((rows / first.size) * total);
  }

  #summarize(index: number): ColumnSummary | null {
    const { layout } = this.#state;
    const { decoding } = this.#seen;
    const files = this.#files();
    const origin = layout.origins[index];
    if (origin?.from === 'partition') {
      const values = new Set(files.map((file) => file.partition[origin.key]));
      return { nullShare: null, distinctCount: values.size, min: null, max: null };
    }
    if (decoding.summary === undefined || origin?.from !== 'file') return null;
    const name = layout.schema.fields[index]!.name;
    const parts: SummaryPart[] = [];
    for (const file of files.slice(0, SUMMARY_FILES_MAX)) {
      const summary = decoding.summary(file.path, name);
      if (summary === null) return null;
      parts.push({ weight: file.size, summary });
    }
    if (parts.length === 0) return null;
    const merged = mergeSummaries(parts);
    return parts.length === files.length ? merged : { ...merged, min: null, max: null };
  }

  #constant(
    index: number,
    file: DataFile,
    context: ReadContext,
    region: Region,
  ): ConstantColumn | null {
    const { layout } = this.#state;
    const origin = layout.origins[index];
    const field = layout.schema.fields[index];
    if (origin === undefined || field === undefined || origin.from === 'file') return null;
    const value = this.#fileValue(index, field.type, file, context.timeZone);
    return new ConstantColumn(field.type, value, region);
  }

  /** The value that a column has in all rows of a file. */
  #fileValue(index: number, type: DataType, file: DataFile, timeZone: string): unknown {
    const origin = this.#state.layout.origins[index];
    assert(origin !== undefined && origin.from !== 'file', 'a column of the file as a whole');
    return origin.from === 'partition'
      ? this.#partitionValue(origin.key, type, file, timeZone)
      : metadataOf(file)[origin.key];
  }

  #partitionValue(key: string, type: DataType, file: DataFile, timeZone: string): unknown {
    const text = file.partition[key];
    if (text === undefined || text === this.#state.defaultPartition) return null;
    return textParser(type, { timeZone, separator: ' ' })(text) ?? null;
  }

  #completed(
    batch: Batch,
    length: number,
    constants: readonly (ConstantColumn | null)[],
    region: Region,
  ): Batch {
    if (length === batch.length && constants.every((constant) => constant === null)) return batch;
    let next = 0;
    const columns: readonly Column[] = constants.map((constant) => {
      if (constant !== null) return constant.rows(length);
      const column = batch.columns[next++]!;
      return length === column.length ? column : sliceColumn(column, 0, length, region);
    });
    return { schema: this.schema, length, columns, rowKinds: null, selection: null };
  }
}

function metadataOf(file: DataFile) {
  return {
    'file.path': path.resolve(file.path),
    'file.name': path.basename(file.path),
    'file.size': BigInt(file.size),
    'file.modification-time': BigInt(Math.floor(file.modifiedMs)) * 1_000_000n,
  };
}
