import { printDouble } from './floating.ts';

/** A JSON number: its text, as Java prints the number. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A parsed JSON text: objects keep the order of their keys, and numbers their text. */
export type JsonValue =
  | null
  | boolean
  | string
  | JsonNumber
  | readonly JsonValue[]
  | ReadonlyMap<string, JsonValue>;

/** How deep JSON may be nested; the parser calls itself for every level. */
const DEPTH_MAX = 1000;

/** Whether a value is no array and no object. */
export function isScalar(value: JsonValue): boolean {
  return value === null || typeof value !== 'object' || value instanceof JsonNumber;
}

/**
 * Parses a JSON text; undefined when it is malformed or nested too deep, and with `uniqueKeys`
 * when an object has a key twice. Otherwise the last value of a key counts.
 */
export function parseJson(text: string, uniqueKeys = false): JsonValue | undefined {
  try {
    return new JsonParser(text, uniqueKeys).parse();
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** Writes JSON without blanks, the keys of objects sorted as Flink does. */
export function writeJson(value: JsonValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoteJson(value);
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof Map) {
    return writeObject([...value].map(([key, item]) => [key, writeJson(item)] as const));
  }
  return `[${(value as readonly JsonValue[]).map(writeJson).join(',')}]`;
}

/** Writes an object of keys and values that are JSON already, sorted by key. */
export function writeObject(entries: Iterable<readonly [string, string]>): string {
  const sorted = [...new Map(entries)].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, json]) => `${quoteJson(key)}:${json}`).join(',')}}`;
}

/** Quotes a string as JSON. */
export function quoteJson(text: string): string {
  return JSON.stringify(text);
}

class JsonSyntaxError extends Error {}

const STRING = /"((?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const BLANK = /[ \t\n\r]*/y;

class JsonParser {
  readonly #text: string;
  readonly #uniqueKeys: boolean;
  #at = 0;

  constructor(text: string, uniqueKeys: boolean) {
    this.#text = text;
    this.#uniqueKeys = uniqueKeys;
  }

  parse(): JsonValue {
    const value = this.#value(0);
    if (this.#at < this.#text.length) throw new JsonSyntaxError();
    return value;
  }

  #value(depth: number): JsonValue {
    if (depth > DEPTH_MAX) throw new JsonSyntaxError();
    this.#blank();
    const value = this.#bareValue(depth);
    this.#blank();
    return value;
  }

  #bareValue(depth: number): JsonValue {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonValue {
    const entries = new Map<string, JsonValue>();
    this.#at++;
    this.#blank();
    if (this.#takes('}')) return entries;
    do {
      this.#blank();
      const key = this.#string();
      this.#blank();
      if (!this.#takes(':')) throw new JsonSyntaxError();
      if (this.#uniqueKeys && entries.has(key)) throw new JsonSyntaxError();
      entries.set(key, this.#value(depth + 1));
    } while (this.#takes(','));
    if (!this.#takes('}')) throw new JsonSyntaxError();
    return entries;
  }

  #array(depth: number): JsonValue {
    const items: JsonValue[] = [];
    this.#at++;
    this.#blank();
    if (this.#takes(']')) return items;
    do items.push(this.#value(depth + 1));
    while (this.#takes(','));
    if (!this.#takes(']')) throw new JsonSyntaxError();
    return items;
  }

  #string(): string {
    const raw = this.#match(STRING);
    return raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
  }

  #number(): JsonNumber {
    const text = this.#match(NUMBER);
    const whole = /^-?\d+$/.test(text);
    return new JsonNumber(whole ? text : printDouble(Number(text)));
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw new JsonSyntaxError();
    this.#at += word.length;
    return value;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) throw new JsonSyntaxError();
    this.#at += match[0].length;
    return match[0];
  }

  #takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #blank(): void {
    this.#match(BLANK);
  }
}
