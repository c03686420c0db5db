import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import { BinaryBuilder } from '../builders/binary.ts';
import { builderFor } from '../builders/builder-for.ts';
import type { BinaryColumn, Column } from '../column.ts';

/** The type of the texts that stand for nested values. */
const TEXT: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };

/** Whether values of a type are used as keys by a text that stands for them. */
export function isNested(type: DataType): boolean {
  return (
    type.kind === 'ARRAY' || type.kind === 'MAP' || type.kind === 'MULTISET' || type.kind === 'ROW'
  );
}

/**
 * Texts that are equal for equal nested values and different for others, for keys of such types:
 * slow, and rare. Rows that do not count are NULL. Errors: ResourceError MEMORY_LIMIT.
 */
export function nestedTexts(
  column: Column,
  selection: Int32Array | null,
  region: Region,
): BinaryColumn {
  const builder = new BinaryBuilder(TEXT, region, column.length);
  let next = 0;
  for (let row = 0; row < column.length; row++) {
    const counts = selection === null || selection[next] === row;
    if (selection !== null && counts) next++;
    const value = counts ? column.get(row) : null;
    builder.append(value === null ? null : textOf(value));
  }
  return builder.finish();
}

/** The nested values that texts stand for. Errors: ResourceError MEMORY_LIMIT. */
export function nestedValues(texts: Column, type: DataType, region: Region): Column {
  const builder = builderFor(type, region, texts.length);
  for (let row = 0; row < texts.length; row++) {
    const text = texts.get(row);
    builder.append(typeof text === 'string' ? decode(JSON.parse(text)) : null);
  }
  return builder.finish();
}

/** A value as JSON; what JSON does not have is an object with one entry. */
type Encoded = null | boolean | number | string | readonly Encoded[] | EncodedObject;
type EncodedObject =
  | { readonly bigint: string }
  | { readonly float: string }
  | { readonly bytes: string }
  | { readonly map: readonly (readonly [Encoded, Encoded])[] };

function textOf(value: unknown): string {
  return JSON.stringify(encode(value));
}

function encode(value: unknown): Encoded {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return { bigint: String(value) };
  if (typeof value === 'number') {
    // Zero and minus zero are one value: JSON writes both as 0.
    return Number.isFinite(value) ? value : { float: String(value) };
  }
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  if (value instanceof Map) {
    // The order of the entries does not count.
    const entries = [...value].map(([k, v]) => [encode(k), encode(v)] as const);
    const sorted = entries.map((entry) => [JSON.stringify(entry), entry] as const);
    sorted.sort(([a], [b]) => (a < b ? -1 : 1));
    return { map: sorted.map(([, entry]) => entry) };
  }
  // What is left of the internal values are the arrays of ARRAY and ROW.
  return (value as readonly unknown[]).map(encode);
}

function decode(encoded: Encoded): unknown {
  if (encoded === null || typeof encoded !== 'object') return encoded;
  if (isArray(encoded)) return encoded.map(decode);
  if ('bigint' in encoded) return BigInt(encoded.bigint);
  if ('float' in encoded) return Number(encoded.float);
  if ('bytes' in encoded) return Uint8Array.from(Buffer.from(encoded.bytes, 'base64'));
  return new Map(encoded.map.map(([k, v]) => [decode(k), decode(v)]));
}

function isArray(encoded: Encoded): encoded is readonly Encoded[] {
  return Array.isArray(encoded);
}
