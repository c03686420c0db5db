import { Region } from '../../columnar/arena/region.ts';
import { type Batch, MORSEL_ROWS } from '../../columnar/batch.ts';
import { copyBatch } from '../../columnar/batches.ts';
import type { Column } from '../../columnar/column.ts';
import { type BatchDescriptor, describeBatch, restoreBatch } from '../../columnar/descriptor.ts';
import { encodeDictionary } from '../../columnar/kernels/dictionary-encoder.ts';
import {
  type DynamicTableSink,
  INSERT_ONLY,
  type SinkWriter,
  type SourceSpec,
} from '../connector.ts';
import { checkConstraints } from './constraints.ts';
import { type Chunk, type MemoryTable, Storage } from './memory-table.ts';
import { otherPartitions } from './replaced-partitions.ts';
import { SharedDictionaries } from './shared-dictionaries.ts';
import { storedBatch } from './stored-batch.ts';

/** A string column is dictionary-encoded while it has at most this share of distinct values. */
const DISTINCT_SHARE_MAX = 1 / 4;

/**
 * Writes an in-memory table. The memory of all writers, in whichever thread, has one owner, so
 * that an aborted write is freed as a whole even when a worker died.
 */
export class MemorySink implements DynamicTableSink {
  readonly changelogMode = INSERT_ONLY;
  readonly #table: MemoryTable;
  readonly #options: MemorySinkOptions;
  /** Made by the first use: a sink that is only explained takes no memory. */
  #storage: Storage | null = null;

  constructor(table: MemoryTable, options: MemorySinkOptions) {
    this.#table = table;
    this.#options = options;
  }

  get spec(): SourceSpec {
    return { connector: 'memory', state: { owner: this.#owned().region.owner } };
  }

  writer(_part: number, region: Region): SinkWriter {
    return new MemoryWriter(region, this.#owned().region.owner);
  }

  async commit(parts: readonly unknown[]): Promise<void> {
    const unlock = this.#options.locked ? null : await this.#table.lock();
    const storage = this.#owned();
    try {
      const { arena, schema } = this.#table;
      const chunks: Chunk[] = [];
      for (const descriptors of parts as readonly (readonly BatchDescriptor[])[]) {
        for (const descriptor of descriptors) {
          chunks.push({ batch: { ...restoreBatch(arena, descriptor), schema }, storage });
        }
      }
      // Held meanwhile, so that the rows live until the version holds them or all is given up.
      storage.retain();
      const version = this.#table.prepare(chunks, this.#kept(chunks, storage));
      try {
        checkConstraints(version, chunks, schema, this.#options.primaryKey, arena);
        this.#table.publish(version);
      } catch (error) {
        this.#table.discard(version);
        throw error;
      }
      storage.release();
    } catch (error) {
      storage.region.dispose();
      throw error;
    } finally {
      unlock?.();
    }
  }

  async abort(): Promise<void> {
    this.#storage?.region.dispose();
  }

  /** The chunks that stay beside the written ones. */
  #kept(written: readonly Chunk[], storage: Storage): readonly Chunk[] {
    const { overwrite, partition } = this.#options;
    const { chunks } = this.#table.current;
    if (!overwrite) return chunks;
    if (partition.length === 0) return [];
    return otherPartitions(chunks, written, partition, storage, this.#table.arena);
  }

  #owned(): Storage {
    this.#storage ??= new Storage(new Region(this.#table.arena));
    return this.#storage;
  }
}

/** How a statement writes an in-memory table. */
export interface MemorySinkOptions {
  /** The rows replace the contents. */
  readonly overwrite: boolean;
  /** The columns of the partition keys: an overwrite replaces the partitions it writes alone. */
  readonly partition: readonly number[];
  /** The columns of an enforced primary key, else null. */
  readonly primaryKey: readonly number[] | null;
  /** The statement holds the table's lock since before it read the table (UPDATE, DELETE). */
  readonly locked: boolean;
}

/** The sink as a worker has it: only its writers are used there. */
export function restoreMemorySink(state: SourceSpec['state']): Pick<DynamicTableSink, 'writer'> {
  return { writer: (_part, region) => new MemoryWriter(region, state['owner'] as number) };
}

class MemoryWriter implements SinkWriter {
  readonly #region: Region;
  /** Holds the rows of the next chunk. */
  #pending: Region;
  readonly #storage: Region;
  readonly #dictionaries: SharedDictionaries;
  readonly #chunks: BatchDescriptor[] = [];
  #batches: Batch[] = [];
  #rows = 0;

  constructor(region: Region, owner: number) {
    this.#region = region;
    this.#pending = region.child();
    this.#storage = new Region(region.arena, owner);
    this.#dictionaries = new SharedDictionaries(region, this.#storage);
  }

  write(batch: Batch): void {
    const copy = copyBatch(batch, this.#pending);
    this.#batches.push(copy);
    this.#rows += copy.length;
    if (this.#rows >= MORSEL_ROWS) this.#flush();
  }

  finish(): readonly BatchDescriptor[] {
    if (this.#rows > 0) this.#flush();
    this.abort();
    return this.#chunks;
  }

  abort(): void {
    this.#pending.dispose();
    this.#dictionaries.dispose();
  }

  #flush(): void {
    const stored = storedBatch(this.#batches, this.#storage, this.#region, {
      encode: encodeStrings,
      dictionaries: this.#dictionaries,
    });
    this.#chunks.push(describeBatch(stored));
    this.#pending.dispose();
    this.#pending = this.#region.child();
    this.#batches = [];
    this.#rows = 0;
  }
}

function encodeStrings(column: Column, region: Region): Column {
  if (column.layout !== 'binary') return column;
  const valuesMax = Math.max(16, Math.floor(column.length * DISTINCT_SHARE_MAX));
  return encodeDictionary(column, region, valuesMax) ?? column;
}
