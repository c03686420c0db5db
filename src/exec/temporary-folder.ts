import { existsSync, rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeCrypto } from '../common/node-crypto.ts';
import { isAlive } from '../common/processes.ts';

/** Folders of processes carry their number: those of dead ones can be found. */
const NAME = /^millrace-(\d+)-/;

/** Folders of this process that must not outlive it. */
const open = new Set<TemporaryFolder>();
/** Where folders of dead processes were looked for, and when that is done. */
const swept = new Map<string, Promise<void>>();

/** What the system was asked once: its answer is read from the environment each time. */
let knownPlace: string | null = null;

/**
 * A private folder in the system's place for temporary files, or in `place`. Whoever needs it asks
 * for its path and makes it: most statements do not, and make no system calls. It is
 * removed with its owner, at the latest at the end of the process or, if that was killed, by the
 * next one.
 */
export class TemporaryFolder {
  /** Where it is made; null: in the system's place, which is looked up when it is needed. */
  #place: string | null;
  #path: string | null = null;

  constructor(place?: string) {
    this.#place = place ?? null;
  }

  /** Where it lies; it may not be there. */
  get path(): string {
    this.#path ??= this.#choose();
    return this.#path;
  }

  /** Resolves when it is gone, and with it what dead processes left beside it. Idempotent. */
  async remove(): Promise<void> {
    if (this.#path !== null) await removeFolder(this.#path);
    // Until then the end of the process removes what is still there.
    await this.giveUp();
  }

  /** The same where nobody has made it. */
  async giveUp(): Promise<void> {
    if (open.delete(this) && open.size === 0) process.off('exit', removeOpen);
    if (this.#place !== null) await swept.get(this.#place);
  }

  #choose(): string {
    if (open.size === 0) process.once('exit', removeOpen);
    const place = this.#place ?? systemPlace();
    this.#place = place;
    if (!swept.has(place)) swept.set(place, removeAbandoned(place));
    open.add(this);
    return path.join(place, `millrace-${process.pid}-${nodeCrypto().randomUUID()}`);
  }
}

/** Removes a folder; what cannot be removed stays, and is a warning, as the query is over. */
export async function removeFolder(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.emitWarning(`The temporary folder '${folder}' stays where it is: ${reason}`);
  }
}

/** Where the system keeps temporary files. */
function systemPlace(): string {
  knownPlace ??= tmpdir();
  return knownPlace;
}

/** At the end of the process there is nothing to wait for. */
function removeOpen(): void {
  for (const folder of open) {
    try {
      rmSync(folder.path, { recursive: true, force: true });
    } catch {
      // The next process looks for it again.
    }
  }
}

async function removeAbandoned(place: string): Promise<void> {
  for (const name of await readdir(place).catch(() => [])) {
    const pid = Number(NAME.exec(name)?.[1] ?? process.pid);
    if (pid === process.pid || isAlive(pid)) continue;
    // Perhaps another user's.
    await rm(path.join(place, name), { recursive: true, force: true }).catch(() => {});
  }
}
