import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import zlib from 'node:zlib';
import { notImplemented, resourceError, runtimeError } from '../common/errors.ts';
import { fileError } from '../common/file-error.ts';

/** A compressed file is held in memory as a whole: it may unfold to so many bytes, ... */
const DECOMPRESSED_MAX = 1024 ** 3;
/** ... and, past this size, to so many times its own: what unfolds to more is made to harm. */
const SUSPICIOUS_BYTES = 64 * 1024 ** 2;
const RATIO_MAX = 1000;

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
const DECOMPRESSORS: readonly (readonly [suffix: RegExp, unfold: Decompressor])[] = [
  [/\.gz$/i, zlib.gunzipSync],
  [/\.deflate$/i, zlib.inflateSync],
  [/\.zst$/i, zlib.zstdDecompressSync],
];
type Decompressor = (bytes: Uint8Array, options: { maxOutputLength: number }) => Buffer;

/** The file that was decompressed last: it is sampled, cut and read one after the other. */
let last: { readonly key: string; readonly bytes: WeakRef<Buffer> } | null = null;

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
    return new MemoryFile(path, decompressed(plain, decompress));
  } finally {
    plain.close();
  }
}

function decompressed(file: PlainFile, decompress: Decompressor): Buffer {
  const { path, size } = file;
  const key = `${path}:${size}:${file.modifiedMs}`;
  const known = last?.key === key ? last.bytes.deref() : undefined;
  if (known !== undefined) return known;
  const bytes = new Uint8Array(size);
  file.read(bytes, 0);
  const limit = Math.min(DECOMPRESSED_MAX, Math.max(SUSPICIOUS_BYTES, size * RATIO_MAX));
  try {
    const unfolded = decompress(bytes, { maxOutputLength: limit });
    last = { key, bytes: new WeakRef(unfolded) };
    return unfolded;
  } catch (error) {
    if (!(error instanceof RangeError)) throw fileError(path, error);
    const megabytes = `${Math.floor(limit / 1024 ** 2)} MiB`;
    throw resourceError('DECOMPRESSION_LIMIT', { path, limit: megabytes }, { cause: error, limit });
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

class PlainFile implements InputFile {
  readonly path: string;
  readonly size: number;
  readonly splittable = true;
  readonly modifiedMs: number;
  #descriptor: number | null;

  constructor(path: string) {
    this.path = path;
    try {
      this.#descriptor = openSync(path, 'r');
      const stat = fstatSync(this.#descriptor);
      this.size = stat.size;
      this.modifiedMs = stat.mtimeMs;
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
