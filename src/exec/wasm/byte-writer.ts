/** A growing byte buffer with the encodings of the WebAssembly binary format. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** Unsigned LEB128 of a number below 2^32. */
  u32(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Signed LEB128 of a 32-bit integer (taken modulo 2^32). */
  s32(value: number): void {
    let rest = value | 0;
    for (;;) {
      const group = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && (group & 0x40) === 0) || (rest === -1 && (group & 0x40) !== 0)) {
        this.byte(group);
        return;
      }
      this.byte(group | 0x80);
    }
  }

  /** Signed LEB128 of a 64-bit integer (taken modulo 2^64). */
  s64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    for (;;) {
      const group = Number(rest & 0x7fn);
      rest >>= 7n;
      if ((rest === 0n && (group & 0x40) === 0) || (rest === -1n && (group & 0x40) !== 0)) {
        this.byte(group);
        return;
      }
      this.byte(group | 0x80);
    }
  }

  f32(value: number): void {
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, value, true);
    this.bytes(new Uint8Array(view.buffer));
  }

  f64(value: number): void {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value, true);
    this.bytes(new Uint8Array(view.buffer));
  }

  /** A name: its length in bytes, then UTF-8. */
  name(text: string): void {
    const utf8 = new TextEncoder().encode(text);
    this.u32(utf8.length);
    this.bytes(utf8);
  }

  /** What another writer holds, behind its length. */
  sized(content: ByteWriter): void {
    this.u32(content.#length);
    this.bytes(content.#bytes.subarray(0, content.#length));
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
