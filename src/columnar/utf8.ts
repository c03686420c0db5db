/** Decodes UTF-8 bytes; works on shared memory, where TextDecoder is slower. */
export function decodeUtf8(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
}
