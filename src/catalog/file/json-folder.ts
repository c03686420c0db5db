import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolders, replaceFile } from '../../common/durable-files.ts';
import { runtimeError, TableError } from '../../common/errors.ts';
import { fileError } from '../../common/file-error.ts';
import { FolderLock } from '../../common/folder-lock.ts';
import { nodeCrypto } from '../../common/node-crypto.ts';
import { RecentlyUsed } from '../../common/recently-used.ts';
import { CatalogConflict } from '../retry.ts';
import { JsonObject } from './json-object.ts';

/** Files whose contents are remembered. */
const KNOWN_MAX = 4096;

/** A file as it was read last, or null where there was none; `value` is what its text says. */
interface Known {
  readonly text: string | null;
  readonly value: unknown;
}

/**
 * A folder of JSON files that several processes read and change. Each file appears and changes as
 * a whole; a change is refused with CatalogConflict when its file is no longer as it was read.
 * Errors of all methods: TableRuntimeError FILE_ERROR, FOLDER_LOCKED.
 */
export class JsonFolder {
  readonly root: string;
  readonly #lock: FolderLock;
  readonly #known = new RecentlyUsed<Known>(KNOWN_MAX);
  #unsure = 0;

  /** The folder need not be there yet. */
  constructor(root: string) {
    this.root = root;
    this.#lock = new FolderLock(root);
  }

  /** A text that is another one after every change. */
  get version(): string {
    // While the lock is taken a change may show before the version does.
    if (this.#lock.isTaken) return `unsure ${++this.#unsure}`;
    return textOf(path.join(this.root, 'version')) ?? '';
  }

  /**
   * What `read` makes of a file, the same value while the file does not change; null when there is
   * none. Errors: CATALOG_DAMAGED.
   */
  read<T>(file: string, read: (object: JsonObject) => T): T | null {
    const text = textOf(path.join(this.root, file));
    const known = this.#known.get(file);
    // A file is always read the same way, so that a value that is known is a T.
    if (known !== null && known.text === text) return known.value as T | null;
    const value = text === null ? null : this.#parsed(file, text, read);
    this.#known.put(file, { text, value });
    return value;
  }

  /** The names in a folder without `.json`, sorted, decoded; none when there is no folder. */
  list(folder: string): readonly string[] {
    const text = this.#listing(folder);
    this.#known.put(folder, { text, value: null });
    return text === '' ? [] : text.split('/').map(nameOf).sort();
  }

  /**
   * Whether a file is there and has a member that all files of its sort have: others do not belong
   * here. A text that is no JSON is taken for a damaged file of ours.
   */
  belongs(file: string, member: string): boolean {
    const text = textOf(path.join(this.root, file));
    if (text === null) return false;
    try {
      const json: unknown = JSON.parse(text);
      return typeof json === 'object' && json !== null && member in json;
    } catch {
      return true;
    }
  }

  /** Writes a file that stands for `value`, if `within` is there. Errors: CatalogConflict. */
  write(file: string, json: object, value: unknown, within: string | null = null): void {
    const text = `${JSON.stringify(json, null, 2)}\n`;
    this.#changeFile(file, (target) => {
      if (within !== null && !existsSync(path.join(this.root, within))) {
        throw new CatalogConflict(within);
      }
      makeFolders(path.dirname(target));
      this.#replace(target, text);
      this.#known.put(file, { text, value });
    });
  }

  /** Removes a file. Errors: CatalogConflict. */
  remove(file: string): void {
    this.#changeFile(file, (target) => {
      this.#lock.assertHeld();
      rmSync(target, { force: true });
      this.#known.put(file, { text: null, value: null });
    });
  }

  /** Removes a folder, unless `part` of it was changed since it was listed. Errors: CatalogConflict. */
  removeFolder(folder: string, part: string): void {
    this.#change(() => {
      const target = path.join(this.root, folder);
      this.#requireUnchanged(part, this.#listing(part));
      const away = this.#temporary();
      this.#lock.assertHeld();
      if (existsSync(target)) renameSync(target, away);
      rmSync(away, { recursive: true, force: true });
    });
  }

  #changeFile(file: string, make: (target: string) => void): void {
    this.#change(() => {
      const target = path.join(this.root, file);
      this.#requireUnchanged(file, textOf(target));
      const folder = path.dirname(file);
      const listed = this.#known.get(folder)?.text === this.#listing(folder);
      make(target);
      // What this one changes itself is no news to it.
      if (listed) this.#known.put(folder, { text: this.#listing(folder), value: null });
    });
  }

  /** Makes a change that no other one runs beside; afterwards the version is new. */
  #change(make: () => void): void {
    try {
      makeFolders(path.join(this.root, 'tmp'));
      this.#lock.hold(() => {
        this.#clean();
        make();
        this.#renew();
      });
    } catch (error) {
      throw error instanceof TableError ? error : fileError(this.root, error);
    }
  }

  /** A new version. It need not be safe on the disk: nobody knows the old one after a power cut. */
  #renew(): void {
    const temporary = this.#temporary();
    writeFileSync(temporary, nodeCrypto().randomUUID());
    renameSync(temporary, path.join(this.root, 'version'));
  }

  #replace(target: string, text: string): void {
    replaceFile(target, text, this.#temporary(), () => this.#lock.assertHeld());
  }

  #temporary(): string {
    return path.join(this.root, 'tmp', nodeCrypto().randomUUID());
  }

  /** Removes what writers left that were killed: only the holder of the lock writes here. */
  #clean(): void {
    for (const name of readdirSync(path.join(this.root, 'tmp'))) {
      rmSync(path.join(this.root, 'tmp', name), { recursive: true, force: true });
    }
  }

  #listing(folder: string): string {
    return namesIn(path.join(this.root, folder)).join('/');
  }

  #requireUnchanged(key: string, text: string | null): void {
    const known = this.#known.get(key);
    if (known !== null && known.text !== text) throw new CatalogConflict(key);
  }

  #parsed<T>(file: string, text: string, read: (object: JsonObject) => T): T {
    const complain = (reason: string, cause?: unknown): Error =>
      runtimeError(
        'CATALOG_DAMAGED',
        { path: path.join(this.root, file), reason },
        { hint: 'Repair the file or remove it.', cause },
      );
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw complain(error instanceof Error ? error.message : String(error), error);
    }
    return read(new JsonObject(json, '', complain));
  }
}

/**
 * The file name of an object: letters that some systems do not tell apart, and all that is special
 * somewhere, as percent escapes.
 */
export function fileNameOf(name: string): string {
  return Array.from(Buffer.from(name), (byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9_-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function nameOf(fileName: string): string {
  try {
    return decodeURIComponent(fileName);
  } catch {
    // Somebody put a file of another name here.
    return fileName;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .map((name) => name.replace(/\.json$/, ''));
  } catch (error) {
    if (isMissing(error)) return [];
    throw fileError(folder, error);
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw fileError(file, error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
