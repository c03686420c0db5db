import type { Arena } from '../columnar/arena/arena.ts';
import { ResourceError } from '../common/errors.ts';
import type { OperatorMetrics } from './profile/operator-profile.ts';
import { SpillFile } from './spill/spill-file.ts';

/** The part of the memory that stays free for batches on their way, whoever makes them. */
const RESERVED_SHARE = 5 / 16;

/** An operator that holds less than this part of the memory does not spill: little would be won. */
const SPILLED_SHARE_MIN = 1 / 128;

/** The part of the memory that one batch from a file may take. */
const PIECE_SHARE = 1 / 64;

/** A hash table that doubles takes so many times what it holds; a small one grows fourfold. */
const GROWTH = 3;
const SMALL_GROWTH = 5;
const SMALL_BYTES = 8 * 1024 ** 2;

/** Bytes that a hash table which holds `held` bytes takes while it grows. */
export function tableGrowth(held: number): number {
  return (held < SMALL_BYTES ? SMALL_GROWTH : GROWTH) * held;
}

/** What the operators of a task hold in memory and in files. */
export interface OperatorMemory {
  readonly operator: string;
  /** The most bytes it reported to hold at once. */
  readonly peakBytes: number;
  /** Bytes that it wrote to spill files. */
  readonly spilledBytes: number;
}

/**
 * The memory of an environment as one task sees it. All memory lies in the arena, whose size is the
 * limit; operators that hold rows ask here, before they take more, whether they should spill.
 */
export class TaskMemory {
  readonly #arena: Arena;
  readonly #tasks: number;
  readonly #folder: () => string;
  readonly #accounts: MemoryAccount[] = [];

  /** `tasks` run at once and share what is free. `folder` says where files lie, when there are some. */
  constructor(arena: Arena, tasks: number, folder: () => string) {
    this.#arena = arena;
    this.#tasks = tasks;
    this.#folder = folder;
  }

  /** Bytes that this task may still take. */
  get freeBytes(): number {
    const { freeBytes, limitBytes } = this.#arena;
    return (freeBytes - limitBytes * RESERVED_SHARE) / this.#tasks;
  }

  /** The limit: what all statements and tables of the environment share. */
  get limitBytes(): number {
    return this.#arena.limitBytes;
  }

  /**
   * Opens the account of an operator; `metrics`: where it is measured, if it is; `tables`: how many
   * tables of it grow at the same time.
   */
  open(operator: string, metrics?: OperatorMetrics, tables = 1): MemoryAccount {
    const account = new MemoryAccount(operator, this, this.#folder, tables, metrics);
    this.#accounts.push(account);
    return account;
  }

  /** An error of missing memory with the operator that held most of it; other errors as they are. */
  explain(error: unknown): unknown {
    const [most] = this.#accounts.toSorted((a, b) => b.peakBytes - a.peakBytes);
    if (!isMemoryLimit(error) || error.hint !== null || most === undefined) return error;
    const { sentence, limit, used } = error;
    const mebibytes = (most.peakBytes / 1024 ** 2).toFixed(1);
    const names = [...new Set(this.#accounts.map(({ operator }) => operator))].join(' or ');
    const who =
      most.peakBytes === 0
        ? names
        : `${most.operator} held up to ${mebibytes} MiB in this task, and`;
    const hint = `${who} cannot do with less: a larger 'table.exec.memory.limit' helps.`;
    return new ResourceError(error.code, sentence, { limit, used, hint, cause: error });
  }

  /** What the operators held and spilled so far. */
  snapshot(): readonly OperatorMemory[] {
    return this.#accounts
      .filter(({ peakBytes, spilledBytes }) => peakBytes + spilledBytes > 0)
      .map(({ operator, peakBytes, spilledBytes }) => ({ operator, peakBytes, spilledBytes }));
  }
}

/** Whether an error says that memory ended: whoever can do with less may go on. */
export function isMemoryLimit(error: unknown): error is ResourceError {
  return error instanceof ResourceError && error.code === 'MEMORY_LIMIT';
}

/** What one operator holds, and whether it may hold more. */
export class MemoryAccount implements OperatorMemory {
  readonly operator: string;
  readonly #memory: TaskMemory;
  readonly #folder: () => string;
  readonly #files: SpillFile[] = [];
  readonly #tables: number;
  readonly #metrics: OperatorMetrics | undefined;
  #peakBytes = 0;

  constructor(
    operator: string,
    memory: TaskMemory,
    folder: () => string,
    tables: number,
    metrics?: OperatorMetrics,
  ) {
    this.#tables = tables;
    this.#metrics = metrics;
    this.operator = operator;
    this.#memory = memory;
    this.#folder = folder;
  }

  get peakBytes(): number {
    return this.#peakBytes;
  }

  get spilledBytes(): number {
    return this.#files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The limit that all statements and tables of the environment share. */
  get limitBytes(): number {
    return this.#memory.limitBytes;
  }

  /**
   * Notes what the operator holds, and says whether it may take `more` bytes beyond that: all of
   * its tables ask before any of them grows.
   */
  fits(held: number, more: number): boolean {
    if (held > this.#peakBytes) this.#peakBytes = held;
    if (held < this.#memory.limitBytes * SPILLED_SHARE_MIN) return true;
    return more * this.#tables <= this.#memory.freeBytes;
  }

  /** How many files of the operator are being written. */
  get openFiles(): number {
    return this.#files.filter(({ isClosed }) => !isClosed).length;
  }

  /** A file for rows that do not fit. */
  newFile(): SpillFile {
    const file = new SpillFile(
      this.#folder(),
      this.operator,
      (bytes) => this.#metrics?.spilled(bytes),
      this.limitBytes * PIECE_SHARE,
    );
    this.#files.push(file);
    return file;
  }
}
