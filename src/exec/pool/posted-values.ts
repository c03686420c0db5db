import { Decimal } from '../../types/decimal-value.ts';
import { temporal } from '../../types/temporal.ts';

/**
 * A value of the user as plain data, for a message: what structured clones lose (Temporal values,
 * Decimals, the names of errors) is kept, and what cannot be cloned becomes a text.
 */
export type PostedValue =
  | { readonly as: 'plain'; readonly value: unknown }
  | { readonly as: 'array'; readonly items: readonly PostedValue[] }
  | { readonly as: 'map'; readonly entries: readonly (readonly [PostedValue, PostedValue])[] }
  | { readonly as: 'object'; readonly entries: readonly (readonly [string, PostedValue])[] }
  | { readonly as: 'decimal'; readonly unscaled: bigint; readonly scale: number }
  | { readonly as: 'temporal'; readonly kind: TemporalKind; readonly text: string }
  | {
      readonly as: 'error';
      readonly name: string;
      readonly message: string;
      readonly stack: string;
      readonly cause: PostedValue | null;
    };

const TEMPORAL_KINDS = [
  'PlainDate',
  'PlainTime',
  'PlainDateTime',
  'Instant',
  'ZonedDateTime',
  'Duration',
] as const;
type TemporalKind = (typeof TEMPORAL_KINDS)[number];

/** Values inside values that are followed. */
const DEPTH_MAX = 8;

/** Takes a value apart for posting. Never throws, whatever user code has put into the value. */
export function packValue(value: unknown, depth = 0): PostedValue {
  if (typeof value !== 'object' || value === null) return plain(value);
  try {
    return depth > DEPTH_MAX ? plain('…') : packObject(value, depth);
  } catch {
    return plain('an object that cannot be read');
  }
}

/** Puts a posted value together again. */
export function unpackValue(posted: PostedValue): unknown {
  switch (posted.as) {
    case 'plain':
      return posted.value;
    case 'array':
      return posted.items.map(unpackValue);
    case 'map':
      return new Map(posted.entries.map(([key, value]) => [unpackValue(key), unpackValue(value)]));
    case 'object':
      return Object.fromEntries(posted.entries.map(([key, value]) => [key, unpackValue(value)]));
    case 'decimal':
      return new Decimal(posted.unscaled, posted.scale);
    case 'temporal':
      return temporal()[posted.kind].from(posted.text);
    case 'error':
      return unpackError(posted);
  }
}

function plain(value: unknown): PostedValue {
  const isPlain = typeof value !== 'function' && typeof value !== 'symbol';
  return { as: 'plain', value: isPlain ? value : String(value) };
}

function packObject(value: object, depth: number): PostedValue {
  const pack = (inner: unknown): PostedValue => packValue(inner, depth + 1);
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return {
      as: 'error',
      name: String(name),
      message: String(message),
      stack: String(stack),
      cause: cause === undefined ? null : pack(cause),
    };
  }
  if (value instanceof Decimal) {
    return { as: 'decimal', unscaled: value.unscaled, scale: value.scale };
  }
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  const kind = TEMPORAL_KINDS.find((name) => tag === `Temporal.${name}`);
  if (kind !== undefined) return { as: 'temporal', kind, text: String(value) };
  if (Array.isArray(value)) return { as: 'array', items: value.map(pack) };
  if (value instanceof Map) {
    return { as: 'map', entries: [...value].map(([k, v]) => [pack(k), pack(v)]) };
  }
  if (tag === 'Object') {
    return { as: 'object', entries: Object.entries(value).map(([k, v]) => [k, pack(v)]) };
  }
  return { as: 'plain', value: structuredClone(value) };
}

/** Errors of the language keep their class. */
const ERRORS: ReadonlyMap<string, ErrorConstructor> = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((c) => [c.name, c]),
);

function unpackError({
  name,
  message,
  stack,
  cause,
}: Extract<PostedValue, { as: 'error' }>): Error {
  const options = cause === null ? {} : { cause: unpackValue(cause) };
  const error = new (ERRORS.get(name) ?? Error)(message, options);
  if (error.name !== name) {
    Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  }
  error.stack = stack;
  return error;
}
