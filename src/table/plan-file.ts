import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolders, replaceFile } from '../common/durable-files.ts';
import { fileError } from '../common/file-error.ts';
import { localPath } from '../connectors/filesystem/file-listing.ts';
import { uniqueId } from '../connectors/filesystem/staging.ts';
import { checkRegularFile } from '../formats/input-file.ts';

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
    replaceFile(target, text, staged);
  } catch (error) {
    throw fileError(target, error);
  }
}
