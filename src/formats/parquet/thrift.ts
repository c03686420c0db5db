/** A struct of Thrift's compact protocol: values by field number. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;
/** A value of Thrift's compact protocol. Integers of 64 bits are numbers as far as these are exact. */
export type ThriftValue =
  | boolean
  | number
  | bigint
  | Uint8Array
  | ThriftStruct
  | readonly ThriftValue[];

/** The bytes are not Thrift, or are cut. */
export class ThriftError extends Error {}

/** Structs inside one another at most: Parquet has no more than eight. */
const DEPTH_MAX = 32;

const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const STRUCT = 12;

/** Reads structs one after the other. Errors: ThriftError. */
export class ThriftReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  /** Offset of the next byte. */
  get position(): number {
    return this.#at;
  }

  /** Reads a struct. */
  struct(depth = 0): ThriftStruct {
    if (depth > DEPTH_MAX) throw new ThriftError('structs are nested too deep');
    const fields = new Map<number, ThriftValue>();
    let id = 0;
    for (;;) {
      const header = this.#byte();
      if (header === 0) return fields;
      const delta = header >> 4;
      id = delta === 0 ? this.#zigzag() : id + delta;
      fields.set(id, this.#value(header & 15, depth));
    }
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case TRUE:
        return true;
      case FALSE:
        return false;
      case BYTE:
        return (this.#byte() << 24) >> 24;
      case I16:
      case I32:
        return this.#zigzag();
      case I64:
        return this.#zigzag64();
      case DOUBLE: {
        this.#need(8);
        this.#at += 8;
        return this.#view.getFloat64(this.#at - 8, true);
      }
      case BINARY: {
        const length = this.#varint();
        this.#need(length);
        this.#at += length;
        return this.#bytes.slice(this.#at - length, this.#at);
      }
      case LIST:
      case SET:
        return this.#list(depth);
      case STRUCT:
        return this.struct(depth + 1);
      default:
        throw new ThriftError(`type ${type} is unknown`);
    }
  }

  #list(depth: number): readonly ThriftValue[] {
    const header = this.#byte();
    const type = header & 15;
    const size = header >> 4 === 15 ? this.#varint() : header >> 4;
    // Every element has at least a byte: a length beyond that is a lie.
    this.#need(size);
    const values: ThriftValue[] = [];
    for (let i = 0; i < size; i++) {
      const isFlag = type === TRUE || type === FALSE;
      values.push(isFlag ? this.#byte() === TRUE : this.#value(type, depth));
    }
    return values;
  }

  #byte(): number {
    this.#need(1);
    return this.#bytes[this.#at++]!;
  }

  #need(count: number): void {
    if (count > this.#bytes.length - this.#at) throw new ThriftError('the bytes end too early');
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new ThriftError('a number is too long');
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #zigzag64(): number | bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte >= 128) continue;
      const signed = (value & 1n) === 0n ? value >> 1n : -((value + 1n) >> 1n);
      return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
    }
    throw new ThriftError('a number is too long');
  }
}

/** The integer of a field; null when there is none. */
export function intField(struct: ThriftStruct, id: number): number | null {
  const value = struct.get(id);
  return typeof value === 'number' ? value : null;
}

/** The bytes of a field; null when there are none. */
export function bytesField(struct: ThriftStruct, id: number): Uint8Array | null {
  const value = struct.get(id);
  return value instanceof Uint8Array ? value : null;
}

/** The text of a field; empty when there is none. */
export function textField(struct: ThriftStruct, id: number): string {
  return Buffer.from(bytesField(struct, id) ?? []).toString('utf8');
}

/** The struct of a field; null when there is none. */
export function structField(struct: ThriftStruct, id: number): ThriftStruct | null {
  const value = struct.get(id);
  return value instanceof Map ? value : null;
}

/** The structs of a list field. */
export function structList(struct: ThriftStruct, id: number): readonly ThriftStruct[] {
  const value = struct.get(id);
  return Array.isArray(value)
    ? value.filter((element): element is ThriftStruct => element instanceof Map)
    : [];
}
