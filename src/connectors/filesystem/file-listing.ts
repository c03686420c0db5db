import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../../common/diagnostics.ts';
import { runtimeError, validationError } from '../../common/errors.ts';
import { fileError } from '../../common/file-error.ts';

/** A data file that a path names. */
export interface DataFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Epoch milliseconds. */
  readonly modifiedMs: number;
  /** The `key=value` folders it lies in below the table's path, decoded. */
  readonly partition: Readonly<Record<string, string>>;
}

/** Files a path may name: a folder is listed as a whole before it is read. */
const FILES_MAX = 100_000;
const GLOB = /[*?[{]/;

/**
 * The local path of a table option or of SQL: relative to the working directory, or a `file:`
 * URL. Errors: ValidationError NOT_SUPPORTED for other schemes, INVALID_OPTION.
 */
export function localPath(text: string): string {
  if (text === '' || text.includes('\0')) {
    const value = text.replaceAll('\0', '\\0');
    throw validationError('INVALID_OPTION', {
      key: 'path',
      value,
      expected: 'the path of a file or folder',
    });
  }
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'file') {
    try {
      return fileURLToPath(text.startsWith('file://') ? text : text.replace(/^file:/i, 'file://'));
    } catch {
      throw validationError('INVALID_OPTION', {
        key: 'path',
        value: text,
        expected: "a path or a 'file:' URL",
      });
    }
  }
  if (scheme !== undefined) {
    throw validationError('NOT_SUPPORTED', {
      feature: `The file system '${scheme}:'`,
      reason: 'only local files can be read and written',
    });
  }
  return path.normalize(text);
}

/** Whether a path is a glob pattern, and not simply the name of something that is there. */
export function isGlob(local: string): boolean {
  return GLOB.test(local) && statOf(local) === null;
}

/**
 * The data files of a path: the file itself, all files below a folder except hidden ones (`.x`,
 * `_x`), or those that match a glob; sorted by path. `root`: links and `..` must not lead out of
 * it; null: no limit. Errors: TableRuntimeError FILE_ERROR, PATH_OUTSIDE_ROOT.
 */
export function listFiles(local: string, root: string | null): readonly DataFile[] {
  const found: DataFile[] = [];
  const take = (file: string, partition: DataFile['partition']) => {
    checkInside(file, root);
    const stat = statOf(file);
    if (!stat?.isFile()) return;
    if (found.length >= FILES_MAX) {
      throw runtimeError('FILE_ERROR', {
        path: local,
        reason: `it has more than ${FILES_MAX} files`,
      });
    }
    found.push({ path: file, size: stat.size, modifiedMs: stat.mtimeMs, partition });
  };
  const stat = statOf(local);
  if (stat?.isDirectory()) {
    checkInside(local, root);
    walk(local, {}, take);
  } else if (stat?.isFile()) take(local, {});
  else if (stat !== null) {
    throw runtimeError('FILE_ERROR', { path: local, reason: 'it is neither a file nor a folder' });
  } else if (GLOB.test(local)) expandGlob(local, take);
  else {
    // What lies outside of the root is not named.
    const hint = root === null ? nearestFile(local) : null;
    throw runtimeError('FILE_ERROR', { path: local, reason: 'there is no such file' }, { hint });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function nearestFile(local: string): string | null {
  try {
    return didYouMean(path.basename(local), readdirSync(path.dirname(local)));
  } catch {
    return null;
  }
}

/** What is at a path; null when there is nothing. Errors: TableRuntimeError FILE_ERROR. */
export function statOf(local: string): Stats | null {
  try {
    return statSync(local, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    throw fileError(local, error);
  }
}

/**
 * Refuses a path that leads out of a root folder. Errors: ValidationError PATH_OUTSIDE_ROOT.
 */
export function checkInside(local: string, root: string | null): void {
  if (root === null) return;
  const real = realOf(path.resolve(local));
  const relative = path.relative(realOf(path.resolve(root)), real);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
    throw validationError('PATH_OUTSIDE_ROOT', { path: local, root });
  }
}

/** The path without links, of the part that exists. */
function realOf(local: string): string {
  try {
    return realpathSync(local);
  } catch {
    const parent = path.dirname(local);
    return parent === local ? local : path.join(realOf(parent), path.basename(local));
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw fileError(folder, error);
  }
}

function isHidden(name: string): boolean {
  return name.startsWith('.') || name.startsWith('_');
}

type Take = (file: string, partition: DataFile['partition']) => void;

function walk(folder: string, partition: DataFile['partition'], take: Take): void {
  for (const entry of entriesOf(folder)) {
    if (isHidden(entry.name)) continue;
    const inner = path.join(folder, entry.name);
    const isFolder = entry.isSymbolicLink() ? statOf(inner)?.isDirectory() : entry.isDirectory();
    if (!isFolder) take(inner, partition);
    else if (!entry.isSymbolicLink())
      walk(inner, { ...partition, ...partitionOf(entry.name) }, take);
  }
}

/** The key and value of a folder named `key=value`; empty for others. */
function partitionOf(name: string): DataFile['partition'] {
  const at = name.indexOf('=');
  if (at <= 0) return {};
  return { [decodePart(name.slice(0, at))]: decodePart(name.slice(at + 1)) };
}

function decodePart(text: string): string {
  return text.replace(/%[0-9a-fA-F]{2}/g, (code) =>
    String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  );
}

/** The text of a key or value as a folder's name, as Hive and Flink write it. */
export function encodePart(text: string): string {
  return [...text]
    .map((character) => {
      const code = character.charCodeAt(0);
      const special = code < 0x20 || code === 0x7f || '"#%\'*/:=?\\{[]^'.includes(character);
      return special ? `%${code.toString(16).toUpperCase().padStart(2, '0')}` : character;
    })
    .join('');
}

function expandGlob(pattern: string, take: Take): void {
  const { root } = path.parse(pattern);
  const segments = pattern
    .slice(root.length)
    .split(path.sep)
    .filter((part) => part !== '');
  expand(root === '' ? '.' : root, segments, {}, take);
}

function expand(
  folder: string,
  segments: readonly string[],
  partition: DataFile['partition'],
  take: Take,
): void {
  const [segment, ...rest] = segments;
  if (segment === undefined) return;
  if (!GLOB.test(segment)) {
    const inner = path.join(folder, segment);
    if (rest.length > 0) expand(inner, rest, { ...partition, ...partitionOf(segment) }, take);
    else takeAny(inner, partition, take);
    return;
  }
  if (!statOf(folder)?.isDirectory()) return;
  if (segment === '**') expand(folder, rest.length === 0 ? ['*'] : rest, partition, take);
  const matches = segment === '**' ? () => true : globMatcher(segment);
  for (const entry of entriesOf(folder)) {
    if ((isHidden(entry.name) && !segment.startsWith(entry.name[0] ?? '')) || !matches(entry.name))
      continue;
    const inner = path.join(folder, entry.name);
    const inside = { ...partition, ...partitionOf(entry.name) };
    if (segment === '**') {
      if (entry.isDirectory()) expand(inner, segments, inside, take);
    } else if (rest.length > 0) expand(inner, rest, inside, take);
    else takeAny(inner, partition, take);
  }
}

/** A file, or all files of a folder. */
function takeAny(inner: string, partition: DataFile['partition'], take: Take): void {
  if (statOf(inner)?.isDirectory()) {
    walk(inner, { ...partition, ...partitionOf(path.basename(inner)) }, take);
  } else take(inner, partition);
}

/** Matches names against `*`, `?`, `[a-z]`, `{x,y}`. */
function globMatcher(pattern: string): (name: string) => boolean {
  let source = '';
  let depth = 0;
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] ?? '';
    const close = character === '[' ? pattern.indexOf(']', i + 2) : -1;
    if (character === '*') source += source.endsWith('.*') ? '' : '.*';
    else if (character === '?') source += '.';
    else if (close > 0) {
      const set = pattern
        .slice(i + 1, close)
        .replaceAll('\\', '\\\\')
        .replaceAll('[', '\\[');
      source += `[${set.replace(/^[!^]/, '^')}]`;
      i = close;
    } else if (character === '{') {
      source += '(?:';
      depth++;
    } else if (character === '}' && depth > 0) {
      source += ')';
      depth--;
    } else if (character === ',' && depth > 0) source += '|';
    else source += character.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
  const regexp = new RegExp(`^${source}${')'.repeat(depth)}$`, 'su');
  return (name) => regexp.test(name);
}
