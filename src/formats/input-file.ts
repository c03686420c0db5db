import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { notImplemented, resourceError, runtimeError } from '../common/errors.ts';

/** Bytes that a compressed file may unfold to: it is held in memory as a whole. */
const DECOMPRESSED_MAX = 1024 ** 3;

/** The bytes of a file, read synchronously; compressed ones appear decompressed. */
export interface InputFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** False for a compressed file, which one reader must read from its start. */
  readonly splittable: boolean;
  /** Fills `target` from `position` on as far as the file goes; returns the bytes read. */
  read(target: Uint8Array, position: number): number;
  close(): void;
  [Symbol.dispose](): void;
}

/** Suffixes of compressed files, and how they are unfolded. */
const DECOMPRESSORS: readonly (readonly [suffix: RegExp, (bytes: Uint8Array) => Buffer])[] = [
  [/\.gz$/i, (bytes) => gunzipSync(bytes, { maxOutputLength: DECOMPRESSED_MAX })],
  [/\.deflate$/i, (bytes) => inflateSync(bytes, { maxOutputLength: DECOMPRESSED_MAX })],
  [/\.zst$/i, (bytes) => zstdDecompressSync(bytes, { maxOutputLength: DECOMPRESSED_MAX })],
];

/**
 * Opens a regular file. Errors: TableRuntimeError FILE_ERROR; ResourceError DECOMPRESSION_LIMIT;
 * NotImplementedError for .bz2 and .xz.
 */
export function openInput(path: string): InputFile {
  checkRegularFile(path);
  const plain = new PlainFile(path);
  const decompress = DECOMPRESSORS.find(([suffix]) => suffix.test(path))?.[1];
  if (/\.(bz2|xz)$/i.test(path)) throw notImplemented('Reading .bz2 and .xz files');
  if (decompress === undefined) return plain;
  try {
    const bytes = new Uint8Array(plain.size);
    plain.read(bytes, 0);
    return new MemoryFile(path, decompress(bytes));
  } catch (error) {
    if (error instanceof RangeError) {
      throw resourceError('DECOMPRESSION_LIMIT', { path, limit: '1 GiB' }, { cause: error });
    }
    throw fileError(path, error);
  } finally {
    plain.close();
  }
}

/**
 * Checks that a path names a regular file: opening a FIFO would block and a device may never end.
 * Errors: TableRuntimeError FILE_ERROR.
 */
export function checkRegularFile(path: string): void {
  if (path.includes('\0')) {
    throw runtimeError('FILE_ERROR', {
      path: path.replaceAll('\0', '\\0'),
      reason: 'its name has a NUL byte',
    });
  }
  let isFile: boolean;
  try {
    isFile = statSync(path).isFile();
  } catch (error) {
    throw fileError(path, error);
  }
  if (!isFile) throw runtimeError('FILE_ERROR', { path, reason: 'it is not a regular file' });
}

/** The TableRuntimeError FILE_ERROR of what the file system said. */
export function fileError(path: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason =
    REASONS[code] ?? (error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
  return runtimeError('FILE_ERROR', { path, reason }, { cause: error });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'access is denied',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  EMFILE: 'too many files are open',
  ENOTDIR: 'a part of its path is not a folder',
};

class PlainFile implements InputFile {
  readonly path: string;
  readonly size: number;
  readonly splittable = true;
  #descriptor: number | null;

  constructor(path: string) {
    this.path = path;
    try {
      this.#descriptor = openSync(path, 'r');
      this.size = fstatSync(this.#descriptor).size;
    } catch (error) {
      throw fileError(path, error);
    }
  }

  read(target: Uint8Array, position: number): number {
    if (this.#descriptor === null) return 0;
    let done = 0;
    try {
      while (done < target.length) {
        const count = readSync(
          this.#descriptor,
          target,
          done,
          target.length - done,
          position + done,
        );
        if (count === 0) break;
        done += count;
      }
    } catch (error) {
      throw fileError(this.path, error);
    }
    return done;
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

class MemoryFile implements InputFile {
  readonly path: string;
  readonly size: number;
  readonly splittable = false;
  readonly #bytes: Uint8Array;

  constructor(path: string, bytes: Uint8Array) {
    this.path = path;
    this.size = bytes.length;
    this.#bytes = bytes;
  }

  read(target: Uint8Array, position: number): number {
    const part = this.#bytes.subarray(position, position + target.length);
    target.set(part);
    return part.length;
  }

  close(): void {}

  [Symbol.dispose](): void {}
}
