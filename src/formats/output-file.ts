import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { fileError } from '../common/file-error.ts';

/** Bytes that are collected before they are written. */
const BUFFER_BYTES = 256 * 1024;

/**
 * A new file that is written from its start to its end. Errors of all methods:
 * TableRuntimeError FILE_ERROR.
 */
export class OutputFile {
  readonly path: string;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;
  #written = 0;
  #descriptor: number | null;

  constructor(path: string) {
    this.path = path;
    try {
      this.#descriptor = openSync(path, 'wx');
    } catch (error) {
      throw fileError(path, error);
    }
  }

  /** Bytes written so far, those in the buffer included. */
  get position(): number {
    return this.#written + this.#used;
  }

  /** Appends bytes. */
  write(bytes: Uint8Array): void {
    if (bytes.length > BUFFER_BYTES - this.#used) this.#flush();
    if (bytes.length > BUFFER_BYTES) {
      this.#writeAll(bytes);
    } else {
      this.#buffer.set(bytes, this.#used);
      this.#used += bytes.length;
    }
  }

  /** Appends text as UTF-8. */
  writeText(text: string): void {
    const most = text.length * 3;
    if (most > BUFFER_BYTES) {
      this.write(Buffer.from(text));
      return;
    }
    if (most > BUFFER_BYTES - this.#used) this.#flush();
    this.#used += this.#buffer.write(text, this.#used, 'utf8');
  }

  /** Writes what is pending, makes it safe on the disk and closes the file. */
  finish(): void {
    this.#flush();
    if (this.#descriptor === null) return;
    try {
      fsyncSync(this.#descriptor);
    } catch (error) {
      throw fileError(this.path, error);
    } finally {
      this.abort();
    }
  }

  /** Closes the file as it is. Idempotent. */
  abort(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #flush(): void {
    this.#writeAll(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  #writeAll(bytes: Uint8Array): void {
    if (this.#descriptor === null) return;
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done);
      }
    } catch (error) {
      throw fileError(this.path, error);
    }
    this.#written += bytes.length;
  }
}
