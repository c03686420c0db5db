import { printDouble } from './floating.ts';
import { JsonNumber, type JsonValue, parseJson, quoteJson, writeObject } from './json-value.ts';

/**
 * What a VARIANT holds is a JSON-like value: null, booleans, strings, DOUBLEs as numbers, integers
 * as bigints, arrays and plain objects.
 *
 * Parses JSON as a variant; undefined when it is malformed, has a number that no variant holds or
 * with `uniqueKeys` an object with a key twice. JSON's null is null.
 */
export function parseVariant(text: string, uniqueKeys = false): unknown {
  const json = parseJson(text, uniqueKeys);
  return json === undefined ? undefined : toVariant(json);
}

function toVariant(value: JsonValue): unknown {
  if (value instanceof JsonNumber) {
    if (/^-?\d+$/.test(value.text)) return BigInt(value.text);
    const number = Number(value.text);
    return Number.isFinite(number) ? number : undefined;
  }
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => [key, toVariant(item)] as const);
    return entries.some(([, item]) => item === undefined) ? undefined : Object.fromEntries(entries);
  }
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map(toVariant);
    return items.includes(undefined) ? undefined : items;
  }
  return value;
}

/** Writes a variant as JSON, the keys sorted; DOUBLEs that JSON has no numbers for are strings. */
export function printVariant(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') {
    return Number.isFinite(value) ? printDouble(value) : quoteJson(String(value));
  }
  if (Array.isArray(value)) return `[${value.map(printVariant).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return writeObject(Object.entries(value).map(([k, v]) => [k, printVariant(v)] as const));
  }
  return JSON.stringify(value) ?? 'null';
}
