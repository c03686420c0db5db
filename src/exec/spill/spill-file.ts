import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import type { Region } from '../../columnar/arena/region.ts';
import { readPhysical, writePhysical } from '../../columnar/arrow/physical.ts';
import { BATCH_ROWS, type Batch } from '../../columnar/batch.ts';
import { bytesOfBatch, compact, concatBatches, sliceBatch } from '../../columnar/batches.ts';
import { type BatchDescriptor, restoreBatch } from '../../columnar/descriptor.ts';
import { resourceError } from '../../common/errors.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';

/** Where a batch lies in a file, as plain data: an Arrow IPC stream of its own. */
export interface SpilledBatch {
  readonly path: string;
  readonly offset: number;
  /** Bytes in the file. */
  readonly fileBytes: number;
  /** Bytes in memory, when it has been read. */
  readonly bytes: number;
  readonly schema: Schema;
  /** The types of the columns as they lie, which may be narrower about NULL than the schema. */
  readonly types: readonly DataType[];
  readonly length: number;
}

/** A batch is not cut to fewer rows, however long they are. */
const PIECE_ROWS_MIN = 256;

/** How many rows of a batch take about `bytes` bytes: `rowsMin` at least, a usual batch at most. */
export function pieceRows(batch: Batch, bytes: number, rowsMin: number): number {
  const rowBytes = Math.max(1, bytesOfBatch(batch) / Math.max(1, batch.length));
  return Math.min(BATCH_ROWS, Math.max(rowsMin, Math.floor(bytes / rowBytes)));
}

/** Numbers the files of this thread. */
let files = 0;

/** A file to which an operator moves rows that memory does not hold. Written and read by one task. */
export class SpillFile {
  readonly #path: string;
  readonly #written: ((bytes: number) => void) | undefined;
  readonly #pieceBytes: number;
  #handle: number | null = null;
  #end = 0;
  #isClosed = false;

  /**
   * The file is made with the first rows, in `folder`, which is made then, too; `written` is told of
   * bytes. Batches are cut to `pieceBytes`: whoever reads them back takes them in as a whole.
   */
  constructor(
    folder: string,
    name: string,
    written?: (bytes: number) => void,
    pieceBytes: number = Number.POSITIVE_INFINITY,
  ) {
    this.#written = written;
    this.#pieceBytes = pieceBytes;
    this.#path = path.join(folder, `${name}-${threadId}-${files++}.arrows`);
  }

  /** Whether no more is written. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#end;
  }

  /**
   * Appends the rows of a batch, in pieces. `region` lends scratch memory.
   * Errors: ResourceError SPILL_FAILED, MEMORY_LIMIT.
   */
  write(batch: Batch, region: Region): SpilledBatch[] {
    using scratch = region.child();
    const all = compact(batch, scratch);
    const written: SpilledBatch[] = [];
    const rows = pieceRows(all, this.#pieceBytes, PIECE_ROWS_MIN);
    for (let from = 0; from < all.length; from += rows) {
      const to = Math.min(from + rows, all.length);
      written.push(this.#append(sliceBatch(all, from, to, scratch), scratch));
    }
    return written;
  }

  /** As `write`, of several batches without selection: small ones are put together. */
  writeAll(batches: readonly Batch[], region: Region): SpilledBatch[] {
    using scratch = region.child();
    const written: SpilledBatch[] = [];
    let waiting: Batch[] = [];
    let rows = 0;
    const flush = (): void => {
      if (waiting.length === 0) return;
      scratch.recycle();
      const all = waiting.length === 1 ? waiting[0]! : concatBatches(waiting, scratch);
      written.push(...this.write(all, scratch));
      waiting = [];
      rows = 0;
    };
    for (const batch of batches) {
      if (rows + batch.length > BATCH_ROWS) flush();
      waiting.push(batch);
      rows += batch.length;
    }
    flush();
    return written;
  }

  /** Ends the writing; what was written stays. Idempotent. */
  close(): void {
    this.#isClosed = true;
    if (this.#handle !== null) closeSync(this.#handle);
    this.#handle = null;
  }

  /** Removes the file. Idempotent. */
  remove(): void {
    this.close();
    rmSync(this.#path, { force: true });
  }

  #append(batch: Batch, scratch: Region): SpilledBatch {
    scratch.look();
    const stream = writePhysical(batch, scratch);
    const offset = this.#end;
    try {
      this.#handle ??= create(this.#path);
      for (let at = 0; at < stream.length; ) {
        at += writeSync(this.#handle, stream, at, stream.length - at, offset + at);
      }
    } catch (cause) {
      throw spillFailed(this.#path, cause);
    }
    this.#end += stream.length;
    this.#written?.(stream.length);
    return {
      path: this.#path,
      offset,
      fileBytes: stream.length,
      bytes: bytesOfBatch(batch),
      schema: batch.schema,
      types: batch.columns.map(({ type }) => type),
      length: batch.length,
    };
  }
}

/** Whether rows that were kept lie in a file. */
export function isSpilled(batch: BatchDescriptor | SpilledBatch): batch is SpilledBatch {
  return 'path' in batch;
}

/**
 * The batches that were kept, those in files in memory of `region`: borrowed until the next pull.
 * Errors: ResourceError SPILL_FAILED, MEMORY_LIMIT.
 */
export function* readKept(
  batches: readonly (BatchDescriptor | SpilledBatch)[],
  region: Region,
): Generator<Batch> {
  using scratch = region.child();
  for (const batch of batches) {
    scratch.recycle();
    scratch.trim();
    yield isSpilled(batch) ? readSpilled(batch, scratch) : restoreBatch(region.arena, batch);
  }
}

/** Reads a batch back to memory of `region`. Errors: ResourceError SPILL_FAILED, MEMORY_LIMIT. */
export function readSpilled(spilled: SpilledBatch, region: Region): Batch {
  const bytes = new Uint8Array(spilled.fileBytes);
  try {
    const handle = openSync(spilled.path, 'r');
    try {
      for (let at = 0; at < bytes.length; ) {
        const read = readSync(handle, bytes, at, bytes.length - at, spilled.offset + at);
        if (read === 0) throw new Error('the file has become shorter');
        at += read;
      }
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw spillFailed(spilled.path, cause);
  }
  const { columns } = readPhysical(bytes, spilled.types, region);
  const { schema, length } = spilled;
  return { schema, length, columns, rowKinds: null, selection: null };
}

function create(file: string): number {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  return openSync(file, 'wx', 0o600);
}

function spillFailed(file: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return resourceError(
    'SPILL_FAILED',
    { path: file, reason },
    {
      cause,
      hint: "'table.exec.spill.directory' names another folder; a larger 'table.exec.memory.limit' needs less of it.",
    },
  );
}
