import { didYouMean } from './diagnostics.ts';
import { validationError } from './errors.ts';

/** Parsed option values by key; absent keys have their default. */
export type OptionValues = Readonly<Record<string, unknown>>;

/** How the text of an option value is read; what documentation calls its type. */
export type OptionKind =
  | 'int'
  | 'count'
  | 'double'
  | 'string'
  | 'boolean'
  | 'duration'
  | 'size'
  | 'enum';

/** One option of a connector, a format or the configuration. `T` is the type of its value. */
export interface ConfigOption<T> {
  readonly kind: OptionKind;
  readonly doc: string;
  /** The value when the key is absent; null: none. */
  readonly default: T;
  /** The key must be given. */
  readonly required: boolean;
  /** The accepted texts of an `enum`; else null. */
  readonly choices: readonly string[] | null;
  /** Reads a value; null when the text is not one. */
  parse(text: string): T | null;
}

/** Options by key. A `#` in a key stands for any text, e.g. `fields.#.kind`. */
export type OptionDeclarations = Readonly<Record<string, ConfigOption<unknown>>>;

/** The values of declared options, by key. */
export type ValuesOf<D extends OptionDeclarations> = {
  readonly [K in keyof D]: D[K] extends ConfigOption<infer T> ? T : never;
};

interface Spec<D> {
  readonly doc: string;
  readonly default: D;
}

interface RequiredSpec {
  readonly doc: string;
  readonly required: true;
}

/** A factory for options whose values are `T`: optional with a default, or required. */
interface OptionFactory<T> {
  (spec: RequiredSpec): ConfigOption<T>;
  (spec: Spec<T>): ConfigOption<T>;
  (spec: Spec<T | null>): ConfigOption<T | null>;
}

function factory<T>(kind: OptionKind, parse: (text: string) => T | null): OptionFactory<T> {
  return (spec: RequiredSpec | Spec<T | null>) =>
    ({
      kind,
      doc: spec.doc,
      default: 'default' in spec ? spec.default : null,
      required: 'required' in spec,
      choices: null,
      parse,
      // The overloads say which specifications have a null default, and so what T is.
    }) as ConfigOption<T>;
}

/**
 * Makes option declarations. Values: `int` a number; `count` one of at least 1; `duration` milliseconds (`10 s`, `1 min`,
 * `500 ms`); `size` bytes (`64mb`); `enum` one of the given texts, in their spelling.
 */
export const option = {
  int: factory('int', parseInteger),
  count: factory('count', (text) => {
    const value = parseInteger(text);
    return value !== null && value >= 1 ? value : null;
  }),
  double: factory('double', (text) => {
    const value = Number(text);
    return text !== '' && Number.isFinite(value) ? value : null;
  }),
  string: factory('string', (text) => text),
  boolean: factory('boolean', (text) => {
    const lower = text.toLowerCase();
    return lower === 'true' ? true : lower === 'false' ? false : null;
  }),
  duration: factory('duration', parseDuration),
  size: factory('size', parseSize),
  enum<const C extends readonly string[], D extends C[number] | null>(
    choices: C,
    spec: Spec<D>,
  ): ConfigOption<C[number] | D> {
    return {
      kind: 'enum',
      doc: spec.doc,
      default: spec.default,
      required: false,
      choices,
      parse: (text) =>
        choices.find((choice) => choice.toLowerCase() === text.toLowerCase()) ?? null,
    };
  },
} as const;

function parseInteger(text: string): number | null {
  const value = Number(text);
  return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(value) ? value : null;
}

const DURATION_UNITS: readonly (readonly [names: readonly string[], ms: number])[] = [
  [['d', 'day', 'days'], 86_400_000],
  [['h', 'hour', 'hours'], 3_600_000],
  [['m', 'min', 'minute', 'minutes'], 60_000],
  [['s', 'sec', 'second', 'seconds'], 1000],
  [['', 'ms', 'milli', 'millis', 'millisecond', 'milliseconds'], 1],
  [['µs', 'micro', 'micros', 'microsecond', 'microseconds'], 1e-3],
  [['ns', 'nano', 'nanos', 'nanosecond', 'nanoseconds'], 1e-6],
];

/** Milliseconds of a duration in Flink's spelling (`10 s`, `1 min`, `500 ms`), or null. */
export function parseDuration(text: string): number | null {
  return parseAmount(text, DURATION_UNITS);
}

const SIZE_UNITS: readonly (readonly [names: readonly string[], bytes: number])[] = [
  [['', 'b', 'byte', 'bytes'], 1],
  [['k', 'kb', 'kib', 'kibibyte', 'kibibytes'], 1024],
  [['m', 'mb', 'mib', 'mebibyte', 'mebibytes'], 1024 ** 2],
  [['g', 'gb', 'gib', 'gibibyte', 'gibibytes'], 1024 ** 3],
  [['t', 'tb', 'tib', 'tebibyte', 'tebibytes'], 1024 ** 4],
];

/** Bytes of a memory size in Flink's spelling (`64mb`, `1 gb`), or null. */
export function parseSize(text: string): number | null {
  return parseAmount(text, SIZE_UNITS);
}

function parseAmount(
  text: string,
  units: readonly (readonly [names: readonly string[], factor: number])[],
): number | null {
  const match = /^(\d+)\s*([a-zµ]*)$/.exec(text.trim().toLowerCase());
  if (match === null) return null;
  const [, digits = '', name = ''] = match;
  const unit = units.find(([names]) => names.includes(name));
  const value = unit === undefined ? Number.NaN : Number(digits) * unit[1];
  return Number.isSafeInteger(Math.ceil(value)) ? value : null;
}

const EXPECTED: Readonly<Record<OptionKind, string>> = {
  int: 'an integer',
  count: 'an integer of at least 1',
  double: 'a number',
  string: 'a text',
  boolean: "'true' or 'false'",
  duration: "a duration such as '10 s', '1 min' or '500 ms'",
  size: "a memory size such as '64mb' or '1gb'",
  enum: 'one of its choices',
};

/** Reads the text of one option. Errors: ValidationError INVALID_OPTION. */
export function parseOption<T>(key: string, declared: ConfigOption<T>, text: string): T {
  const value = declared.parse(declared.kind === 'string' ? text : text.trim());
  if (value !== null) return value;
  const { choices } = declared;
  throw validationError(
    'INVALID_OPTION',
    {
      key,
      value: text,
      expected: choices === null ? EXPECTED[declared.kind] : `one of ${choices.join(', ')}`,
    },
    { hint: choices === null ? null : didYouMean(text, choices) },
  );
}

/**
 * Reads options against their declarations; absent keys get their default. Values of a key with
 * a `#` stand under the key as it was written. `owner` is whose options they are, for messages:
 * `connector 'datagen'`. Errors: ValidationError UNKNOWN_OPTION, MISSING_OPTION, INVALID_OPTION.
 */
export function parseOptions<D extends OptionDeclarations>(
  declared: D,
  given: ReadonlyMap<string, string>,
  owner: string,
): ValuesOf<D> {
  const values: Record<string, unknown> = {};
  for (const [key, { default: value }] of Object.entries(declared)) {
    if (!key.includes('#')) values[key] = value;
  }
  for (const [key, text] of given) {
    const found = findOption(declared, key);
    if (found === null) throw unknownOption(declared, key, owner);
    values[key] = parseOption(key, found, text);
  }
  for (const [key, { required }] of Object.entries(declared)) {
    if (required && !given.has(key)) throw validationError('MISSING_OPTION', { key, owner });
  }
  // Every declared key has its parsed value or its default by now.
  return values as ValuesOf<D>;
}

/** The declaration of a key, through `#` patterns too; null when there is none. */
export function findOption(
  declared: OptionDeclarations,
  key: string,
): ConfigOption<unknown> | null {
  if (Object.hasOwn(declared, key)) return declared[key] ?? null;
  for (const [pattern, candidate] of Object.entries(declared)) {
    const [before = '', after] = pattern.split('#');
    if (after !== undefined && key.startsWith(before) && key.endsWith(after)) {
      if (key.length > before.length + after.length) return candidate;
    }
  }
  return null;
}

function unknownOption(declared: OptionDeclarations, key: string, owner: string): Error {
  const supported = Object.keys(declared).sort();
  return validationError(
    'UNKNOWN_OPTION',
    { key, owner, supported },
    { hint: didYouMean(key, supported) },
  );
}
