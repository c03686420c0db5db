import { runtimeError } from '../common/errors.ts';
import type { InputFile } from './input-file.ts';

/** Bytes that are read at a time. */
const CHUNK_BYTES = 1024 ** 2;
/** A line, or a file that is one array, may have so many bytes: V8's strings end above. */
const TEXT_MAX = 500 * 1024 ** 2;

/** A line of a file. */
export interface Line {
  readonly text: string;
  /** Offset of its first byte. */
  readonly offset: number;
}

/** The lines between two offsets, both at the start of a line. Errors: BAD_ROW, FILE_ERROR. */
export function* readLines(file: InputFile, start: number, end: number): Generator<Line> {
  let buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let used = 0;
  let position = start;
  for (;;) {
    const wanted = Math.min(buffer.length - used, end - position);
    const read = file.read(buffer.subarray(used, used + wanted), position);
    const last = read < wanted || position + read >= end;
    position += read;
    used += read;
    let from = 0;
    for (let at = buffer.indexOf(10, from); at >= 0 && at < used; at = buffer.indexOf(10, from)) {
      yield { text: buffer.toString('utf8', from, at), offset: position - used + from };
      from = at + 1;
    }
    if (last) {
      if (from < used) {
        yield { text: buffer.toString('utf8', from, used), offset: position - used + from };
      }
      return;
    }
    buffer.copyWithin(0, from, used);
    used -= from;
    if (used < buffer.length) continue;
    if (used >= TEXT_MAX) {
      throw runtimeError('BAD_ROW', { path: file.path, line: 1, reason: 'a line is too long' });
    }
    buffer = Buffer.concat([buffer], buffer.length * 2);
  }
}

/** The offset behind the first newline at or after an offset; the file's size when there is none. */
export function nextLine(file: InputFile, offset: number): number {
  const block = Buffer.allocUnsafe(65536);
  for (let at = offset; at < file.size; ) {
    const read = file.read(block, at);
    const newline = block.subarray(0, read).indexOf(10);
    if (newline >= 0) return at + newline + 1;
    if (read === 0) break;
    at += read;
  }
  return file.size;
}

/** The whole text of a file. Errors: BAD_FILE for one that is too long. */
export function readText(file: InputFile): string {
  if (file.size > TEXT_MAX) {
    const reason = 'an array this long cannot be read: write one object a line instead';
    throw runtimeError('BAD_FILE', { path: file.path, format: 'JSON', reason });
  }
  const bytes = Buffer.allocUnsafe(file.size);
  return bytes.toString('utf8', 0, file.read(bytes, 0)).replace(/^\ufeff/, '');
}
