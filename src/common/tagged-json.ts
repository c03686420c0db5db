import { assert } from './assert.ts';

/**
 * Plain data as JSON, and back as it was: what JSON has no form for (bigints, bytes, maps, numbers
 * without digits) is an object with one key that begins with `$`.
 */
export function toTaggedJson(value: unknown): string {
  return JSON.stringify(tagged(value));
}

/** What `toTaggedJson` wrote. Errors: SyntaxError for what is no JSON. */
export function fromTaggedJson(text: string): unknown {
  return untagged(JSON.parse(text));
}

function tagged(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return { $bigint: String(value) };
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? '-0' : String(value) };
    case 'object':
      return value === null ? null : taggedObject(value);
    default:
      assert(typeof value !== 'function' && typeof value !== 'symbol', 'plain data');
      return value;
  }
}

function taggedObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(tagged);
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (value instanceof Map) {
    return { $map: [...value].map(([key, item]) => [tagged(key), tagged(item)]) };
  }
  const entries = Object.entries(value).map(([key, item]) => [key, tagged(item)] as const);
  const looksTagged = entries.length === 1 && entries[0]?.[0].startsWith('$') === true;
  return looksTagged ? { $object: entries } : Object.fromEntries(entries);
}

function untagged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untagged);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [key, item] = entries.length === 1 ? entries[0]! : [null, null];
  switch (key) {
    case '$bigint':
      return BigInt(item);
    case '$number':
      return Number(item);
    case '$bytes':
      return new Uint8Array(Buffer.from(item, 'base64'));
    case '$map':
      return new Map((item as [unknown, unknown][]).map(([k, v]) => [untagged(k), untagged(v)]));
    case '$object':
      return Object.fromEntries((item as [string, unknown][]).map(([k, v]) => [k, untagged(v)]));
    default:
      return Object.fromEntries(entries.map(([k, v]) => [k, untagged(v)]));
  }
}
