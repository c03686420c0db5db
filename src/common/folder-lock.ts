import { existsSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { runtimeError } from './errors.ts';
import { nodeCrypto } from './node-crypto.ts';
import { isAlive } from './processes.ts';

/** Holders work for milliseconds: one that has the lock for so long is given up. */
const HELD_MS_MAX = 10_000;
/** After so long a wait the holders are too many, or the clocks of two machines differ. */
const WAIT_MS_MAX = 20_000;
/** The longest pause between two attempts. */
const PAUSE_MS_MAX = 20;

const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  /** Where `pid` means something: the machine, and the container on it. */
  readonly place: string;
  readonly token: string;
}

/**
 * A lock on a folder, between threads, processes and machines: the file `lock` in it. The lock of
 * a process that died is taken over. Not reentrant.
 */
export class FolderLock {
  readonly #file: string;
  /** What the file says while this lock is held. */
  #own: string | null = null;

  constructor(folder: string) {
    this.#file = path.join(folder, 'lock');
  }

  /** Whether somebody holds the lock, or died with it. */
  get isTaken(): boolean {
    return existsSync(this.#file);
  }

  /**
   * Runs `change` while nobody else holds the lock; waits for that, at most 20 s. Errors:
   * TableRuntimeError FOLDER_LOCKED, and what the file system says.
   */
  hold<T>(change: () => T): T {
    this.#own = this.#acquire();
    try {
      return change();
    } finally {
      if (textOf(this.#file) === this.#own) rmSync(this.#file, { force: true });
      this.#own = null;
    }
  }

  /** Checks that the lock was not given to another one meanwhile. Errors: FOLDER_LOCKED. */
  assertHeld(): void {
    const text = textOf(this.#file);
    if (this.#own === null || text !== this.#own) throw this.#locked(text);
  }

  #acquire(): string {
    const holder: Holder = {
      pid: process.pid,
      place: thisPlace(),
      token: nodeCrypto().randomUUID(),
    };
    const own = JSON.stringify(holder);
    const start = Date.now();
    for (let pause = 1; ; pause = Math.min(2 * pause, PAUSE_MS_MAX)) {
      if (create(this.#file, own)) return own;
      const text = textOf(this.#file);
      if (text !== null && isDead(this.#file, text) && this.#remove(text)) continue;
      if (Date.now() - start > WAIT_MS_MAX) throw this.#locked(text);
      Atomics.wait(PAUSE, 0, 0, pause * (0.5 + Math.random()));
    }
  }

  /** Removes the lock of a dead holder; one at a time does so, that no new lock is removed. */
  #remove(text: string): boolean {
    const guard = `${this.#file}.removing`;
    if (!create(guard, '')) {
      if (ageOf(guard) > HELD_MS_MAX) rmSync(guard, { force: true });
      return false;
    }
    try {
      const removes = textOf(this.#file) === text;
      if (removes) rmSync(this.#file, { force: true });
      return removes;
    } finally {
      rmSync(guard, { force: true });
    }
  }

  #locked(text: string | null): Error {
    const found = text === null ? null : holderOf(text);
    const holder = found === null ? 'another process' : `process ${found.pid} (${found.place})`;
    return runtimeError('FOLDER_LOCKED', { path: path.dirname(this.#file), holder });
  }
}

/** Makes a file that must not be there yet; false when it is. */
function create(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function isDead(file: string, text: string): boolean {
  const holder = holderOf(text);
  if (holder !== null && holder.place === thisPlace() && !isAlive(holder.pid)) return true;
  return ageOf(file) > HELD_MS_MAX;
}

function holderOf(text: string): Holder | null {
  try {
    // Only a FolderLock writes this file; a text that is cut off is no JSON.
    return JSON.parse(text) as Holder;
  } catch {
    return null;
  }
}

/** Milliseconds since the file was written; 0 when it is gone. */
function ageOf(file: string): number {
  const facts = statSync(file, { throwIfNoEntry: false });
  return facts === undefined ? 0 : Date.now() - facts.mtimeMs;
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

let place: string | null = null;

/** The machine, and on Linux the name space of its process numbers. */
function thisPlace(): string {
  if (place === null) {
    let namespace = '';
    try {
      namespace = `/${readlinkSync('/proc/self/ns/pid')}`;
    } catch {
      // Other systems have one name space.
    }
    place = `${hostname()}${namespace}`;
  }
  return place;
}
