import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { makeFolders, syncFolder } from '../../common/durable-files.ts';
import { fileError } from '../../common/file-error.ts';
import { isAlive } from '../../common/processes.ts';

/** Names of staging folders: with the process, so that those of dead ones can be told. */
const PREFIX = '.millrace-staging-';
const NAME = /^\.millrace-staging-(\d+)-/;

/** The name of a statement's staging folder. `id` is unique in the process and in time. */
export function stagingName(id: string): string {
  return `${PREFIX}${process.pid}-${id}`;
}

let statements = 0;

/** A name that no other statement of this or another process has. */
export function uniqueId(): string {
  statements++;
  const now = Date.now().toString(36);
  return `${now}-${process.pid.toString(36)}-${threadId}-${statements}`;
}

/** Removes the staging folders that processes which are no more have left in a folder. */
export function removeStale(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const pid = NAME.exec(entry.name)?.[1];
    if (pid === undefined || !entry.isDirectory() || isAlive(Number(pid))) continue;
    rmSync(path.join(folder, entry.name), { recursive: true, force: true });
  }
}

/** A file that becomes visible: where it was written, and where it goes. */
export interface StagedFile {
  readonly staged: string;
  readonly target: string;
}

/**
 * Moves finished files to their places. Each appears as a whole; the folders are made safe on the
 * disk afterwards. If one cannot be moved, those before it are removed again.
 * Errors: TableRuntimeError FILE_ERROR.
 */
export function publish(files: readonly StagedFile[]): void {
  const folders = new Set<string>();
  const moved: string[] = [];
  for (const { staged, target } of files) {
    try {
      const folder = path.dirname(target);
      if (!folders.has(folder)) makeFolders(folder);
      folders.add(folder);
      renameSync(staged, target);
      moved.push(target);
    } catch (error) {
      for (const file of moved) rmSync(file, { force: true });
      throw fileError(target, error);
    }
  }
  for (const folder of folders) syncFolder(folder);
}
