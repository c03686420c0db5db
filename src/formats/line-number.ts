import type { InputFile } from './input-file.ts';

const BLOCK_BYTES = 1024 ** 2;

/** The line, from 1, that the byte at an offset belongs to: counted when an error needs it. */
export function lineAt(file: InputFile, offset: number): number {
  const block = new Uint8Array(Math.min(BLOCK_BYTES, Math.max(offset, 1)));
  let lines = 1;
  for (let at = 0; at < offset; ) {
    const read = file.read(block.subarray(0, Math.min(block.length, offset - at)), at);
    if (read === 0) break;
    for (let i = block.indexOf(10); i >= 0 && i < read; i = block.indexOf(10, i + 1)) lines++;
    at += read;
  }
  return lines;
}
