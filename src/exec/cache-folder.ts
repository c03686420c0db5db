import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Folders of processes carry their number: those of dead ones can be found. */
const NAME = /^millrace-(\d+)-/;

/** Folders of this process that must not outlive it. */
const open = new Set<CacheFolder>();

/**
 * A folder of an environment in the system's place for temporary files. User code makes it when it
 * needs it; it is removed with the environment, at the latest at the end of the process or, if that
 * was killed, by the next one.
 */
export class CacheFolder {
  readonly path = path.join(tmpdir(), `millrace-${process.pid}-${randomUUID()}`);

  constructor() {
    if (open.size === 0) {
      process.once('exit', removeOpen);
      removeAbandoned();
    }
    open.add(this);
  }

  /** Idempotent. */
  remove(): void {
    if (!open.delete(this)) return;
    if (open.size === 0) process.off('exit', removeOpen);
    removeFolder(this.path);
  }
}

function removeOpen(): void {
  for (const folder of open) folder.remove();
}

function removeAbandoned(): void {
  for (const name of entriesOf(tmpdir())) {
    const pid = Number(NAME.exec(name)?.[1] ?? process.pid);
    if (pid !== process.pid && !isAlive(pid)) removeFolder(path.join(tmpdir(), name));
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process lives, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What cannot be removed stays: nobody is told, as the query is over. */
function removeFolder(folder: string): void {
  try {
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  } catch {}
}
