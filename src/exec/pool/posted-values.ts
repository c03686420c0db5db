import { cutStack, cutText } from '../../common/cut-text.ts';
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
/** Values in what was thrown, and bytes. */
const THROWN_ITEMS_MAX = 1000;

/** How much of a value is taken. */
interface Extent {
  readonly cut: (text: string) => string;
  /** Values that are taken besides. */
  left: number;
}

/** Takes a value apart for posting. Never throws, whatever user code has put into the value. */
export function packValue(value: unknown): PostedValue {
  return pack(value, { cut: (text) => text, left: Number.POSITIVE_INFINITY }, 0);
}

/** The same for what user code threw: long texts, lists and bytes in it are cut. */
export function packCause(value: unknown): PostedValue {
  return pack(value, { cut: cutText, left: THROWN_ITEMS_MAX }, 0);
}

function pack(value: unknown, extent: Extent, depth: number): PostedValue {
  if (typeof value === 'string') return plain(extent.cut(value));
  if (typeof value !== 'object' || value === null) return plain(value);
  try {
    return depth > DEPTH_MAX || extent.left-- <= 0 ? plain('…') : packObject(value, extent, depth);
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

function packObject(value: object, extent: Extent, depth: number): PostedValue {
  const inside = (inner: unknown): PostedValue => pack(inner, extent, depth + 1);
  if (value instanceof Error) return packError(value, inside);
  if (value instanceof Decimal) {
    return { as: 'decimal', unscaled: value.unscaled, scale: value.scale };
  }
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  const kind = TEMPORAL_KINDS.find((name) => tag === `Temporal.${name}`);
  if (kind !== undefined) return { as: 'temporal', kind, text: String(value) };
  const { left } = extent;
  if (Array.isArray(value)) return { as: 'array', items: value.slice(0, left).map(inside) };
  if (value instanceof Map) {
    const entries = value.entries().take(left);
    return { as: 'map', entries: Array.from(entries, ([k, v]) => [inside(k), inside(v)]) };
  }
  if (tag === 'Object') {
    const keys = Object.keys(value).slice(0, left);
    return { as: 'object', entries: keys.map((key) => [key, inside(Reflect.get(value, key))]) };
  }
  const isLarge =
    (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) && value.byteLength > left;
  return isLarge ? plain(`${tag} of ${value.byteLength} bytes`) : plain(structuredClone(value));
}

/** Messages are texts of any length, also those of rows. */
function packError(error: Error, inside: (inner: unknown) => PostedValue): PostedValue {
  const { name, message, stack, cause } = error;
  return {
    as: 'error',
    name: cutText(String(name)),
    message: cutText(String(message)),
    stack: cutStack(String(stack), String(message)),
    cause: cause === undefined ? null : inside(cause),
  };
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
