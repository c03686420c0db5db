import { decodeUtf8 } from './utf8.ts';

/** What each encoded value begins with. */
const Tag = {
  null: 0,
  false: 1,
  true: 2,
  double: 3,
  integer: 4,
  big: 5,
  string: 6,
  array: 7,
  object: 8,
} as const;

const INT64_MAX = 2n ** 63n - 1n;

/**
 * Encodes what a VARIANT holds: null, booleans, strings, numbers (DOUBLE), bigints (integers),
 * arrays and plain objects. Equal values have equal bytes: keys are sorted.
 */
export function encodeVariant(value: unknown): Uint8Array {
  const writer = new Writer();
  writer.value(value);
  return writer.finish();
}

/** Decodes the bytes from `from` that `encodeVariant` made. */
export function decodeVariant(bytes: Uint8Array, from: number): unknown {
  return new Reader(bytes, from).value();
}

class Writer {
  #bytes = Buffer.alloc(64);
  #end = 0;

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }

  value(value: unknown): void {
    if (typeof value === 'boolean') this.#tag(value ? Tag.true : Tag.false);
    else if (typeof value === 'number') {
      this.#tag(Tag.double);
      this.#reserve(8);
      this.#end = this.#bytes.writeDoubleLE(value, this.#end);
    } else if (typeof value === 'bigint') this.#integer(value);
    else if (typeof value === 'string') {
      this.#tag(Tag.string);
      this.#text(value);
    } else if (Array.isArray(value)) {
      this.#tag(Tag.array);
      this.#count(value.length);
      for (const item of value) this.value(item);
    } else if (typeof value === 'object' && value !== null) this.#object(value);
    else this.#tag(Tag.null);
  }

  #object(value: object): void {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    this.#tag(Tag.object);
    this.#count(entries.length);
    for (const [key, item] of entries) {
      this.#text(key);
      this.value(item);
    }
  }

  #integer(value: bigint): void {
    if (value > INT64_MAX || value < -INT64_MAX) {
      this.#tag(Tag.big);
      this.#text(value.toString());
      return;
    }
    this.#tag(Tag.integer);
    this.#reserve(8);
    this.#end = this.#bytes.writeBigInt64LE(value, this.#end);
  }

  #text(text: string): void {
    const length = Buffer.byteLength(text);
    this.#count(length);
    this.#reserve(length);
    this.#end += this.#bytes.write(text, this.#end);
  }

  #tag(tag: number): void {
    this.#reserve(1);
    this.#bytes[this.#end++] = tag;
  }

  #count(count: number): void {
    this.#reserve(4);
    this.#end = this.#bytes.writeUInt32LE(count, this.#end);
  }

  #reserve(more: number): void {
    if (this.#end + more <= this.#bytes.length) return;
    const grown = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#end + more));
    this.#bytes.copy(grown, 0, 0, this.#end);
    this.#bytes = grown;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = from;
  }

  value(): unknown {
    switch (this.#bytes[this.#at++]) {
      case Tag.false:
        return false;
      case Tag.true:
        return true;
      case Tag.double:
        this.#at += 8;
        return this.#view.getFloat64(this.#at - 8, true);
      case Tag.integer:
        this.#at += 8;
        return this.#view.getBigInt64(this.#at - 8, true);
      case Tag.big:
        return BigInt(this.#text());
      case Tag.string:
        return this.#text();
      case Tag.array:
        return Array.from({ length: this.#count() }, () => this.value());
      case Tag.object:
        return this.#object();
      default:
        return null;
    }
  }

  #object(): Readonly<Record<string, unknown>> {
    const entries = Array.from({ length: this.#count() }, () => [this.#text(), this.value()]);
    return Object.fromEntries(entries);
  }

  #text(): string {
    const length = this.#count();
    this.#at += length;
    return decodeUtf8(this.#bytes, this.#at - length, this.#at);
  }

  #count(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }
}
