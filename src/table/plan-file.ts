import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { localPath } from '../connectors/filesystem/file-listing.ts';
import { makeFolders, publish, uniqueId } from '../connectors/filesystem/staging.ts';
import { checkRegularFile, fileError } from '../formats/input-file.ts';

/** Whether a path or a `file:` URL names something that exists. */
export function planFileExists(file: string): boolean {
  return existsSync(localPath(file));
}

/** The text of a plan's file. Errors: TableRuntimeError FILE_ERROR. */
export function readPlanFile(file: string): string {
  const target = localPath(file);
  checkRegularFile(target);
  try {
    return readFileSync(target, 'utf8');
  } catch (error) {
    throw fileError(target, error);
  }
}

/**
 * Writes a plan's file: under another name first, so that there is never a part of one. Errors:
 * TableRuntimeError FILE_ERROR.
 */
export function writePlanFile(file: string, text: string): void {
  const target = path.resolve(localPath(file));
  const folder = path.dirname(target);
  const staged = path.join(folder, `.${path.basename(target)}-${uniqueId()}`);
  try {
    makeFolders(folder);
    writeWhole(staged, text);
  } catch (error) {
    rmSync(staged, { force: true });
    throw fileError(target, error);
  }
  publish([{ staged, target }]);
}

function writeWhole(file: string, text: string): void {
  const descriptor = openSync(file, 'wx');
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
