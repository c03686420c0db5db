import type { JsonObject } from './json-object.ts';

/**
 * An internal value of a column as JSON: `{ "kind": …, "text": … }`; null for none. Statistics hold
 * such values: numbers, texts, booleans, bigints and bytes.
 */
export function valueToJson(value: unknown): object | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) {
    return { kind: 'bytes', text: Buffer.from(value).toString('base64') };
  }
  // -0 would lose its sign.
  return { kind: typeof value, text: Object.is(value, -0) ? '-0' : String(value) };
}

/** The internal value that `valueToJson` wrote. */
export function valueFromJson(object: JsonObject): unknown {
  const text = object.text('text');
  switch (object.choice('kind', ['bytes', 'bigint', 'number', 'boolean', 'string'])) {
    case 'bytes':
      return new Uint8Array(Buffer.from(text, 'base64'));
    case 'bigint':
      if (!/^-?\d+$/.test(text)) throw object.wrong('text', 'an integer');
      return BigInt(text);
    case 'number':
      return Number(text);
    case 'boolean':
      return text === 'true';
    default:
      return text;
  }
}
