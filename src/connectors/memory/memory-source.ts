import { type Batch, batchOf, MORSEL_ROWS } from '../../columnar/batch.ts';
import { sliceBatch } from '../../columnar/batches.ts';
import { type BatchDescriptor, describeBatch, restoreBatch } from '../../columnar/descriptor.ts';
import { RecentlyUsed } from '../../common/recently-used.ts';
import type { Expr } from '../../expr/expr.ts';
import type { ColumnCondition, ReadContext } from '../../formats/format.ts';
import type { ColumnSummary } from '../../types/column-summary.ts';
import { projectSchema, type Schema } from '../../types/schema.ts';
import { conditionsOf } from '../column-conditions.ts';
import {
  INSERT_ONLY,
  type ScanTableSource,
  type SourceSpec,
  type SourceSplit,
} from '../connector.ts';
import type { MemoryTable, Version } from './memory-table.ts';
import { sampledSummary } from './summary.ts';
import { hasRange, rangeTest } from './zone-map.ts';

/** A range of rows of one chunk. */
interface MemorySplit {
  readonly [key: string]: unknown;
  readonly batch: BatchDescriptor;
  readonly from: number;
  readonly to: number;
}

/** The splits of a table. */
interface TableSplits {
  readonly byChunk: readonly (readonly SourceSplit[])[];
  /** Those of all chunks: the same list each time, so that whoever gets it knows it again. */
  readonly all: readonly SourceSplit[];
}

/** What statements read of a version: the same again and again, until somebody writes. */
interface VersionSplits {
  /** All splits, by the columns that are read. */
  readonly all: RecentlyUsed<TableSplits>;
  /** Those that what was pushed into the latest sources left, the oldest first. */
  readonly left: Map<Pushed, readonly SourceSplit[]>;
}

const splitsOf = new WeakMap<Version, VersionSplits>();
/** Lists of columns that the splits of a version are kept for. */
const LISTS_MAX = 32;
/** Sources of a version whose splits are kept. */
const LEFT_MAX = 8;

/** What was pushed into a source. */
interface Pushed {
  /** The columns that are read, of the table. */
  readonly columns: readonly number[];
  /** Chunks in which no row can fulfil these are not read. */
  readonly conditions: readonly ColumnCondition[];
}

/** Reads an in-memory table: batches are views of its chunks, nothing is copied. */
export class MemorySource implements ScanTableSource {
  readonly schema: Schema;
  readonly changelogMode = INSERT_ONLY;
  readonly bounded = true;
  readonly spec: SourceSpec = { connector: 'memory', state: {} };
  readonly #table: MemoryTable;
  readonly #pushed: Pushed;
  /** Held from the statement's call to its end; null in a plan that no statement runs. */
  #version: Version | null;

  constructor(table: MemoryTable, pushed: Pushed, version: Version | null) {
    this.#table = table;
    this.#pushed = pushed;
    this.#version = version;
    this.schema = projectSchema(table.schema, pushed.columns);
  }

  get rowCount(): number {
    return (this.#version ?? this.#table.current).rows;
  }

  summary(column: number): ColumnSummary | null {
    const index = this.#pushed.columns[column]!;
    return sampledSummary(this.#version ?? this.#table.current, index);
  }

  get digest(): string {
    const { columns, conditions } = this.#pushed;
    const parts: string[] = [];
    const whole =
      columns.length === this.#table.schema.fields.length &&
      columns.every((column, i) => column === i);
    if (!whole) parts.push(`project=[${this.schema.fields.map((f) => f.name).join(', ')}]`);
    if (conditions.length > 0) {
      parts.push(`prune=[${[...new Set(conditions.map((c) => c.column))].join(', ')}]`);
    }
    return parts.join(', ');
  }

  /** Holds the version that is current now. */
  atCall(): ScanTableSource {
    return new MemorySource(this.#table, this.#pushed, this.#table.acquire());
  }

  release(): void {
    if (this.#version === null) return;
    this.#table.release(this.#version);
    this.#version = null;
  }

  applyProjection(columns: readonly number[]): ScanTableSource {
    const projected = columns.map((column) => this.#pushed.columns[column]!);
    return new MemorySource(this.#table, { ...this.#pushed, columns: projected }, this.#version);
  }

  /** Takes note of what chunks can be left out by; all filters stay to be evaluated. */
  applyFilters(filters: readonly Expr[]): {
    readonly accepted: readonly Expr[];
    readonly remaining: readonly Expr[];
    readonly source: ScanTableSource;
  } {
    const added = conditionsOf(filters, this.schema).filter(({ column }) =>
      hasRange(this.#table.schema, column),
    );
    const conditions = [...this.#pushed.conditions, ...added];
    const source =
      added.length === 0
        ? this
        : new MemorySource(this.#table, { ...this.#pushed, conditions }, this.#version);
    return { accepted: [], remaining: filters, source };
  }

  splits(_parallelism: number, needed: readonly ColumnCondition[] = []): readonly SourceSplit[] {
    const version = this.#version ?? this.#table.current;
    const known = splitsOf.get(version) ?? { all: new RecentlyUsed(LISTS_MAX), left: new Map() };
    splitsOf.set(version, known);
    const { columns, conditions } = this.#pushed;
    const key = columns.join();
    const kept = known.all.get(key);
    const all = kept ?? this.#newSplits(version);
    if (kept === null) known.all.put(key, all);
    const { schema } = this.#table;
    if (needed.length > 0) return matching(all, version, schema, [...conditions, ...needed]);
    // The sources of a plan that is kept share what was pushed into them.
    const before = known.left.get(this.#pushed);
    if (before !== undefined) return before;
    const left = matching(all, version, schema, conditions);
    known.left.set(this.#pushed, left);
    if (known.left.size > LEFT_MAX) known.left.delete(known.left.keys().next().value!);
    return left;
  }

  #newSplits({ chunks }: Version): TableSplits {
    const byChunk = chunks.map((chunk) => {
      const batch = describeBatch(this.#project(chunk.batch));
      const splits: MemorySplit[] = [];
      for (let from = 0; from < chunk.batch.length; from += MORSEL_ROWS) {
        splits.push({ batch, from, to: Math.min(from + MORSEL_ROWS, chunk.batch.length) });
      }
      return splits;
    });
    return { byChunk, all: byChunk.flat() };
  }

  read(split: SourceSplit, context: ReadContext): Iterable<Batch> {
    return readMemorySplit(split, context);
  }

  #project(batch: Batch): Batch {
    return batchOf(
      this.schema,
      this.#pushed.columns.map((column) => batch.columns[column]!),
      batch.length,
    );
  }
}

/** The splits of the chunks of a version that may have rows which fulfil all conditions. */
function matching(
  { all, byChunk }: TableSplits,
  { chunks }: Version,
  schema: Schema,
  conditions: readonly ColumnCondition[],
): readonly SourceSplit[] {
  const mayMatch = rangeTest(schema, conditions);
  if (mayMatch === null) return all;
  const read = byChunk.filter((_, i) => mayMatch(chunks[i]!.batch));
  return read.length === byChunk.length ? all : read.flat();
}

function* readMemorySplit(split: SourceSplit, context: ReadContext): Iterable<Batch> {
  const { batch: descriptor, from, to } = split as MemorySplit;
  using scratch = context.region.child();
  const batch = restoreBatch(context.region.arena, descriptor, scratch);
  for (let at = from; at < to; at += context.viewRows) {
    context.checkCancelled();
    scratch.recycle();
    yield sliceBatch(batch, at, Math.min(at + context.viewRows, to), scratch);
  }
}

/** The source as a worker has it: columns and version are in the splits. */
export function restoreMemorySource(): Pick<ScanTableSource, 'read'> {
  return { read: readMemorySplit };
}
