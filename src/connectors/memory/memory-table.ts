import type { TableInstance } from '../../catalog/catalog.ts';
import type { Arena } from '../../columnar/arena/arena.ts';
import { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { assert } from '../../common/assert.ts';
import type { Schema } from '../../types/schema.ts';
import { mergedBatch } from './stored-batch.ts';

/** Neighbouring chunks up to this size are merged, so that single-row inserts stay cheap to scan. */
const MERGED_ROWS_MAX = 65536;

/** The memory of one owner that chunks of one write share; freed with the last of them. */
export class Storage {
  readonly region: Region;
  #references = 0;

  constructor(region: Region) {
    this.region = region;
  }

  retain(): void {
    this.#references++;
  }

  release(): void {
    this.#references--;
    if (this.#references === 0) this.region.dispose();
  }
}

/** Rows of a table that were written together: immutable. */
export interface Chunk {
  readonly batch: Batch;
  readonly storage: Storage;
}

/** The contents of a table at one moment. Lives while it is current or somebody reads it. */
export interface Version {
  readonly chunks: readonly Chunk[];
  readonly rows: number;
  /** Statements that hold it; some of them may have been dropped without a word. */
  readers: number;
}

/** A version that was replaced while statements held it. */
interface OlderVersion {
  readonly ref: WeakRef<Version>;
  readonly chunks: readonly Chunk[];
}

/** Replaced versions that nobody will release: the statements that held them are garbage. */
const forgotten = new FinalizationRegistry<() => void>((end) => end());

/**
 * A table in memory: a list of immutable chunks. A reader holds a version and never sees later
 * writes; a write makes a new version in one step. Writers queue.
 */
export class MemoryTable implements TableInstance {
  readonly connector = 'memory';
  readonly schema: Schema;
  readonly #arena: () => Arena;
  #current: Version = { chunks: [], rows: 0, readers: 0 };
  readonly #older = new Set<OlderVersion>();
  #writers: Promise<void> = Promise.resolve();
  #dropped = false;

  /** `arena` makes the environment's memory when it is first needed. */
  constructor(schema: Schema, arena: () => Arena) {
    this.schema = schema;
    this.#arena = arena;
  }

  get arena(): Arena {
    return this.#arena();
  }

  get rowCount(): number {
    return this.#current.rows;
  }

  get current(): Version {
    return this.#current;
  }

  /** The owners of its memory, also of older versions that are read. */
  get owners(): ReadonlySet<number> {
    const chunks = [this.#current, ...this.#older].flatMap((version) => version.chunks);
    return new Set(chunks.map(({ storage }) => storage.region.owner));
  }

  /** Holds the current version until `release`, or until nobody has it any more. */
  acquire(): Version {
    this.#current.readers++;
    return this.#current;
  }

  /** Ends a reader's hold. */
  release(version: Version): void {
    assert(version.readers > 0, 'a version is released once per reader');
    version.readers--;
    if (version.readers > 0 || version === this.#current) return;
    forgotten.unregister(version);
    for (const older of this.#older) if (older.ref.deref() === version) this.#end(older);
  }

  /** Waits for the writers before; the returned function lets the next one go. */
  async lock(): Promise<() => void> {
    const before = this.#writers;
    let unlock = (): void => {};
    this.#writers = new Promise((resolve) => {
      unlock = resolve;
    });
    await before;
    return unlock;
  }

  /**
   * What the table would hold after a write, beside what is `kept` of its rows: to be checked
   * before it is published.
   */
  prepare(written: readonly Chunk[], kept: readonly Chunk[] = this.#current.chunks): Version {
    const chunks = mergeSmall([...kept, ...written], this.#arena);
    const rows = chunks.reduce((sum, chunk) => sum + chunk.batch.length, 0);
    return { chunks, rows, readers: 0 };
  }

  /** Makes a prepared version the current one; of a dropped table it is discarded. */
  publish(version: Version): void {
    if (this.#dropped) {
      this.discard(version);
      return;
    }
    const old = this.#current;
    hold(version);
    this.#current = version;
    if (old.readers === 0) free(old);
    else this.#keepForReaders(old);
  }

  /** Frees what a prepared version has that is not published. */
  discard(version: Version): void {
    hold(version);
    free(version);
  }

  /** Removes all rows; readers of older versions keep theirs. */
  truncate(): void {
    this.publish({ chunks: [], rows: 0, readers: 0 });
  }

  /** Lets go of the contents, once nobody reads them; what is still written is discarded. */
  drop(): void {
    this.truncate();
    this.#dropped = true;
  }

  #keepForReaders(version: Version): void {
    const older: OlderVersion = { ref: new WeakRef(version), chunks: version.chunks };
    this.#older.add(older);
    forgotten.register(version, () => this.#end(older), version);
  }

  #end(older: OlderVersion): void {
    this.#older.delete(older);
    free(older);
  }
}

function hold(version: Version): void {
  for (const chunk of version.chunks) chunk.storage.retain();
}

function free({ chunks }: Pick<Version, 'chunks'>): void {
  for (const chunk of chunks) chunk.storage.release();
}

/**
 * Merges the last chunks while they are small and the one before is not much larger: a row is
 * copied a logarithmic number of times however small the writes are.
 */
function mergeSmall(chunks: readonly Chunk[], arena: () => Arena): readonly Chunk[] {
  let from = chunks.length - 1;
  let rows = chunks[from]?.batch.length ?? 0;
  while (from > 0) {
    const before = chunks[from - 1]!.batch.length;
    if (before > 2 * rows || before + rows > MERGED_ROWS_MAX) break;
    rows += before;
    from--;
  }
  const tail = chunks.slice(from);
  if (tail.length < 2) return chunks;
  const region = new Region(arena());
  const batch = mergedBatch(
    tail.map((chunk) => chunk.batch),
    region,
  );
  return [...chunks.slice(0, from), { batch, storage: new Storage(region) }];
}
