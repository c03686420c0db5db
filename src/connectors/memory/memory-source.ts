import { type Batch, batchOf, MORSEL_ROWS } from '../../columnar/batch.ts';
import { sliceBatch } from '../../columnar/batches.ts';
import { type BatchDescriptor, describeBatch, restoreBatch } from '../../columnar/descriptor.ts';
import type { ReadContext } from '../../formats/format.ts';
import type { ColumnSummary } from '../../types/column-summary.ts';
import { projectSchema, type Schema } from '../../types/schema.ts';
import {
  INSERT_ONLY,
  type ScanTableSource,
  type SourceSpec,
  type SourceSplit,
} from '../connector.ts';
import type { MemoryTable, Version } from './memory-table.ts';
import { sampledSummary } from './summary.ts';

/** A range of rows of one chunk. */
interface MemorySplit {
  readonly [key: string]: unknown;
  readonly batch: BatchDescriptor;
  readonly from: number;
  readonly to: number;
}

/**
 * The splits of versions, by the columns that are read: described once, as every statement reads
 * the same ones until somebody writes.
 */
const splitsOf = new WeakMap<Version, Map<string, readonly SourceSplit[]>>();

/** Reads an in-memory table: batches are views of its chunks, nothing is copied. */
export class MemorySource implements ScanTableSource {
  readonly schema: Schema;
  readonly changelogMode = INSERT_ONLY;
  readonly bounded = true;
  readonly spec: SourceSpec = { connector: 'memory', state: {} };
  readonly #table: MemoryTable;
  readonly #columns: readonly number[];
  /** Held from the statement's call to its end; null in a plan that no statement runs. */
  #version: Version | null;

  constructor(table: MemoryTable, columns: readonly number[], version: Version | null) {
    this.#table = table;
    this.#columns = columns;
    this.#version = version;
    this.schema = projectSchema(table.schema, columns);
  }

  get rowCount(): number {
    return (this.#version ?? this.#table.current).rows;
  }

  summary(column: number): ColumnSummary | null {
    return sampledSummary(this.#version ?? this.#table.current, this.#columns[column]!);
  }

  get digest(): string {
    const whole =
      this.#columns.length === this.#table.schema.fields.length &&
      this.#columns.every((column, i) => column === i);
    return whole ? '' : `project=[${this.schema.fields.map((f) => f.name).join(', ')}]`;
  }

  /** Holds the version that is current now. */
  atCall(): ScanTableSource {
    return new MemorySource(this.#table, this.#columns, this.#table.acquire());
  }

  release(): void {
    if (this.#version === null) return;
    this.#table.release(this.#version);
    this.#version = null;
  }

  applyProjection(columns: readonly number[]): ScanTableSource {
    return new MemorySource(
      this.#table,
      columns.map((column) => this.#columns[column]!),
      this.#version,
    );
  }

  splits(): readonly SourceSplit[] {
    const version = this.#version ?? this.#table.current;
    const ofVersion = splitsOf.get(version) ?? new Map<string, readonly SourceSplit[]>();
    splitsOf.set(version, ofVersion);
    const columns = this.#columns.join();
    const splits = ofVersion.get(columns) ?? this.#newSplits(version);
    ofVersion.set(columns, splits);
    return splits;
  }

  #newSplits({ chunks }: Version): readonly SourceSplit[] {
    const splits: MemorySplit[] = [];
    for (const chunk of chunks) {
      const batch = describeBatch(this.#project(chunk.batch));
      for (let from = 0; from < chunk.batch.length; from += MORSEL_ROWS) {
        splits.push({ batch, from, to: Math.min(from + MORSEL_ROWS, chunk.batch.length) });
      }
    }
    return splits;
  }

  read(split: SourceSplit, context: ReadContext): Iterable<Batch> {
    return readMemorySplit(split, context);
  }

  #project(batch: Batch): Batch {
    return batchOf(
      this.schema,
      this.#columns.map((column) => batch.columns[column]!),
      batch.length,
    );
  }
}

function* readMemorySplit(split: SourceSplit, context: ReadContext): Iterable<Batch> {
  const { batch: descriptor, from, to } = split as MemorySplit;
  const batch = restoreBatch(context.region.arena, descriptor);
  using scratch = context.region.child();
  for (let at = from; at < to; at += context.batchRows) {
    context.checkCancelled();
    scratch.recycle();
    yield sliceBatch(batch, at, Math.min(at + context.batchRows, to), scratch);
  }
}

/** The source as a worker has it: columns and version are in the splits. */
export function restoreMemorySource(): Pick<ScanTableSource, 'read'> {
  return { read: readMemorySplit };
}
