import type { CallShape, FunctionDefinition } from '../src/functions/definition.ts';
import type { DataType } from '../src/types/data-type.ts';
import * as types from '../src/types/types.ts';

/** One argument, as the signatures of a definition describe it. */
export interface Argument {
  readonly name: string;
  /** The words between < and >: families, types, or the words that may be said. */
  readonly words: readonly string[];
}

/** The arguments of all signatures of a function together. */
export interface Signature {
  readonly args: readonly Argument[];
  /** How many of them must be given. */
  readonly required: number;
  /** Whether the last may be repeated, or left out. */
  readonly varying: boolean;
}

/** What TypeScript calls the values of families and types; null where any value will do. */
const FAMILY_TYPES: Readonly<Record<string, string | null>> = {
  CHARACTER_STRING: 'string',
  STRING: 'string',
  CHAR: 'string',
  'CHAR literal': 'string',
  NUMERIC: 'Numeric',
  DOUBLE: 'Numeric',
  INTEGER_NUMERIC: 'number | bigint',
  BIGINT: 'number | bigint',
  INT: 'number | bigint',
  TINYINT: 'number',
  SMALLINT: 'number',
  BOOLEAN: 'boolean',
  BINARY_STRING: 'Uint8Array',
  DATETIME: 'Datetime',
  DATE: 'Datetime',
  TIME: 'Datetime',
  TIMEPOINT: 'Timepoint',
  INTERVAL: 'Interval',
  ARRAY: 'readonly unknown[]',
  COLLECTION: 'readonly unknown[] | ReadonlyMap<unknown, unknown>',
  MULTISET: 'ReadonlyMap<unknown, unknown>',
  MAP: 'ReadonlyMap<unknown, unknown>',
  ROW: 'object',
  ANY: null,
  COMMON: null,
  COMPARABLE: null,
  ELEMENT: null,
  KEY: null,
  'VALUE TYPE': null,
  BITMAP: null,
  VARIANT: null,
};

const MAP_TYPE = types.map(types.STRING, types.INT);
const NUMBERS = [types.INT, types.BIGINT, types.DOUBLE, types.decimal(10, 2)];
const TIMES = [types.DATE, types.time(0), types.timestamp(3), types.timestampLtz(3)];
const ANY = [types.INT, types.BIGINT, types.STRING, types.array(types.INT)];

/** Types to try an argument with. */
const SAMPLES: Readonly<Record<string, readonly DataType[]>> = {
  CHARACTER_STRING: [types.STRING],
  STRING: [types.STRING],
  CHAR: [types.STRING],
  'CHAR literal': [types.STRING],
  NUMERIC: NUMBERS,
  DOUBLE: [types.DOUBLE],
  INTEGER_NUMERIC: [types.INT, types.BIGINT],
  BIGINT: [types.BIGINT],
  INT: [types.INT],
  TINYINT: [types.INT],
  SMALLINT: [types.INT],
  BOOLEAN: [types.BOOLEAN],
  BINARY_STRING: [types.BYTES],
  DATETIME: TIMES,
  DATE: [types.DATE],
  TIME: [types.time(0)],
  TIMEPOINT: TIMES.slice(2),
  INTERVAL: [types.intervalDayTime('DAY TO SECOND')],
  ARRAY: [types.array(types.INT), types.array(types.STRING)],
  COLLECTION: [types.array(types.INT), MAP_TYPE],
  MULTISET: [types.multiset(types.INT)],
  MAP: [MAP_TYPE],
  ROW: [types.row([])],
  BITMAP: [types.BITMAP],
  VARIANT: [types.VARIANT],
};

/** The arguments that a definition describes. */
export function signatureOf(definition: FunctionDefinition): Signature {
  const all = definition.input.describe(definition.name).map((text) => parse(text));
  const longest = Math.max(...all.map(({ args }) => args.length));
  const args = Array.from({ length: longest }, (_, i): Argument => {
    const here = all.map((one) => one.args[i]).filter((arg) => arg !== undefined);
    const names = new Set(here.map(({ name }) => name));
    const words = [...new Set(here.flatMap((arg) => arg.words))];
    return { name: names.size === 1 ? here[0]!.name : (LESS_SAID[i] ?? `arg${i}`), words };
  });
  const varying = all.some((one) => one.varying);
  const required = Math.min(...all.map((one) => one.args.length - (one.varying ? 1 : 0)));
  return { args, required: Math.max(required, 0), varying };
}

/** What arguments are called that several signatures call differently. */
const LESS_SAID = ['value', 'other', 'third'];

function parse(text: string): Signature {
  const inner = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  const varying = /\.\.\.|\[/.test(inner);
  // Brackets stand around what may be repeated: the arguments in them are not told apart.
  const plain = inner.replaceAll(/\[[^\]]*\]/g, 'entries <ANY>').replaceAll('...', '');
  const args = split(plain).map(argumentOf);
  return { args: withNames(args), required: 0, varying };
}

function argumentOf(text: string): Argument {
  const [, name = '', words = ''] = /^(\w*)\s*<(.*)>/.exec(text) ?? [];
  const [, plainName, collection] = /^(\w+) (ARRAY|MAP)</.exec(text) ?? [];
  if (collection !== undefined) return { name: plainName ?? '', words: [collection] };
  return { name, words: words.replaceAll(/<\w+>/g, '').split(' | ') };
}

/** Unnamed arguments get names; equal ones a number. */
function withNames(args: readonly Argument[]): readonly Argument[] {
  const seen = new Map<string, number>();
  return args.map(({ name, words }) => {
    const own = name === '' ? 'value' : RESERVED.has(name) ? `${name}Value` : name;
    const count = (seen.get(own) ?? 0) + 1;
    seen.set(own, count);
    return { name: count === 1 ? own : `${own}${count}`, words };
  });
}

const RESERVED: ReadonlySet<string> = new Set(['default', 'escape']);

/** The items between commas that are in no angle brackets. */
function split(text: string): readonly string[] {
  const items: string[] = [];
  let depth = 0;
  let item = '';
  for (const character of text) {
    if (character === '<') depth++;
    if (character === '>') depth--;
    if (character === ',' && depth === 0) {
      items.push(item.trim());
      item = '';
    } else item += character;
  }
  return [...items, item.trim()].filter((one) => one !== '');
}

/** The TypeScript type of an argument's values; null where any value will do. */
export function valueType({ words }: Argument): string | null {
  const texts = words.map((word) => {
    const known = FAMILY_TYPES[word.replace(/ literal$/, '')];
    return known === undefined ? `'${word}'` : known;
  });
  if (texts.includes(null)) return null;
  return [...new Set(texts.flatMap((text) => text!.split(' | ')))].join(' | ');
}

/** What a call gives, over all types that it accepts. */
export interface Outcome {
  /** The TypeScript types of the results; null where nothing is known. */
  readonly results: ReadonlySet<string>;
  /** Whether each result is of the type of the first argument. */
  readonly sameAsFirst: boolean;
  /** Whether the result may be NULL though no argument is; whether it is never NULL. */
  readonly alwaysNullable: boolean;
  readonly neverNull: boolean;
}

/** Tries the types of the arguments. */
export function outcomeOf(definition: FunctionDefinition): Outcome {
  const { args, required } = signatureOf(definition);
  const results = new Set<string>();
  let sameAsFirst = true;
  let alwaysNullable = false;
  let neverNull = true;
  for (let count = required; count <= Math.min(args.length, 4); count++) {
    for (const call of combinations(args.slice(0, count))) {
      const type = resultOf(definition, call);
      if (type === null) continue;
      const text = javaScriptType(type);
      results.add(text);
      if (call.types[0] === undefined || text !== javaScriptType(call.types[0]))
        sameAsFirst = false;
      if (type.nullable) alwaysNullable = true;
      const nullable = call.types.map((t) => ({ ...t, nullable: true }));
      if (resultOf(definition, { ...call, types: nullable })?.nullable ?? true) neverNull = false;
    }
  }
  return { results, sameAsFirst: sameAsFirst && results.size > 0, alwaysNullable, neverNull };
}

function resultOf(definition: FunctionDefinition, call: CallShape): DataType | null {
  try {
    const casts = definition.input.infer(call);
    if (casts === null) return null;
    const types = casts.map((type, i) => ({ ...type, nullable: call.types[i]!.nullable }));
    return definition.output({ types, literals: call.literals });
  } catch {
    return null;
  }
}

function combinations(args: readonly Argument[]): readonly CallShape[] {
  let calls: readonly CallShape[] = [{ types: [], literals: [] }];
  for (const { words } of args) {
    const samples = words.flatMap((word): readonly (readonly [DataType, unknown])[] => {
      const isLiteral = word.endsWith(' literal');
      const family = word.replace(/ literal$/, '');
      if (FAMILY_TYPES[family] === undefined) return [[types.STRING, word]];
      return (SAMPLES[family] ?? ANY).map((type) => [type, isLiteral ? 'a' : undefined] as const);
    });
    calls = calls.flatMap((call) =>
      samples.map(([type, literal]) => ({
        types: [...call.types, { ...type, nullable: false }],
        literals: [...call.literals, literal],
      })),
    );
  }
  return calls;
}

function javaScriptType(type: DataType): string {
  switch (type.kind) {
    case 'BOOLEAN':
      return 'boolean';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'FLOAT':
    case 'DOUBLE':
      return 'number';
    case 'BIGINT':
      return 'bigint';
    case 'DECIMAL':
      return 'Decimal';
    case 'CHAR':
    case 'VARCHAR':
      return 'string';
    case 'BINARY':
    case 'VARBINARY':
      return 'Uint8Array';
    case 'DATE':
      return 'Temporal.PlainDate';
    case 'TIME':
      return 'Temporal.PlainTime';
    case 'TIMESTAMP':
      return 'Temporal.PlainDateTime';
    case 'TIMESTAMP_LTZ':
      return 'Temporal.Instant';
    case 'INTERVAL_DAY_TIME':
    case 'INTERVAL_YEAR_MONTH':
      return 'Interval';
    case 'ARRAY':
      return 'unknown[]';
    case 'MAP':
    case 'MULTISET':
      return 'Map<unknown, unknown>';
    default:
      return 'Untyped';
  }
}
