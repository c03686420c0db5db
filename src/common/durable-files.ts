import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/**
 * Puts a text in the place of a file: whoever reads sees the old text or the new one, and the new
 * one is safe on the disk afterwards. `temporary` is a name on the same disk that nobody uses.
 * `ready` may refuse, by an error, when the text is written and before it shows.
 */
export function replaceFile(
  file: string,
  text: string,
  temporary: string,
  ready: () => void = () => {},
): void {
  const descriptor = openSync(temporary, 'wx');
  try {
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    ready();
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(path.dirname(file));
}

/**
 * Makes a folder and those above it. Not by the option `recursive`, which never comes back where
 * a folder such as `/proc` takes no folders. Errors: what the file system says.
 */
export function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolders(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another writer may have made it in between.
    if (!existsSync(folder)) throw error;
  }
}

/** Makes the names in a folder safe on the disk, where the system can do that. */
export function syncFolder(folder: string): void {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(folder, 'r');
    fsyncSync(descriptor);
  } catch {
    // Windows opens no folders; the files themselves are safe.
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}
