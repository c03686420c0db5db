import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeCrypto } from '../common/node-crypto.ts';
import { isAlive } from '../common/processes.ts';

/** Folders of processes carry their number: those of dead ones can be found. */
const NAME = /^millrace-(\d+)-/;

/** Folders of this process that must not outlive it. */
const open = new Set<TemporaryFolder>();
/** Where folders of dead processes were looked for. */
const swept = new Set<string>();

/**
 * A private folder in the system's place for temporary files, or in `place`. Whoever needs it asks
 * for its path and makes it: most statements do not, and make no system calls. It is
 * removed with its owner, at the latest at the end of the process or, if that was killed, by the
 * next one.
 */
export class TemporaryFolder {
  readonly #place: string | undefined;
  #path: string | null = null;

  constructor(place?: string) {
    this.#place = place;
  }

  /** Where it lies; it may not be there. */
  get path(): string {
    this.#path ??= this.#choose(this.#place ?? tmpdir());
    return this.#path;
  }

  /** Idempotent. */
  remove(): void {
    if (!open.delete(this)) return;
    if (open.size === 0) process.off('exit', removeOpen);
    removeFolder(this.path);
  }

  #choose(place: string): string {
    if (open.size === 0) process.once('exit', removeOpen);
    if (!swept.has(place)) {
      swept.add(place);
      removeAbandoned(place);
    }
    open.add(this);
    return path.join(place, `millrace-${process.pid}-${nodeCrypto().randomUUID()}`);
  }
}

/** Removes a folder; what cannot be removed stays: nobody is told, as the query is over. */
export function removeFolder(folder: string): void {
  try {
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  } catch {}
}

function removeOpen(): void {
  for (const folder of open) folder.remove();
}

function removeAbandoned(place: string): void {
  for (const name of entriesOf(place)) {
    const pid = Number(NAME.exec(name)?.[1] ?? process.pid);
    if (pid !== process.pid && !isAlive(pid)) removeFolder(path.join(place, name));
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
