import { runtimeError } from '../../common/errors.ts';
import { withNullable } from '../../types/data-type.ts';
import { writeObject } from '../../types/json-value.ts';
import { STRING, VARIANT } from '../../types/types.ts';
import { parseVariant } from '../../types/variant-value.ts';
import { defineScalar } from '../define.ts';
import type { CallShape, CallSite } from '../definition.ts';
import { jsonWriter, rawJson } from '../json/to-json.ts';
import {
  anyArg,
  arg,
  explicit,
  forceNullable,
  inputOf,
  nullableIfArgs,
  optionalFrom,
  sequence,
} from '../type-strategies.ts';

/** Arguments that repeat after the first one, which says what becomes of NULLs. */
function repeated(count: number, signature: string) {
  return inputOf((call: CallShape) => {
    const nulls = call.literals[0];
    if (nulls !== 'NULL' && nulls !== 'ABSENT') return null;
    if ((call.types.length - 1) % count !== 0) return null;
    for (let i = 1; count === 3 && i < call.types.length; i += count) {
      if (!['CHAR', 'VARCHAR'].includes(call.types[i]!.kind)) return null;
    }
    return call.types;
  }, signature);
}

/** JSON_OBJECT([KEY] key VALUE value, … [NULL | ABSENT ON NULL]). */
export const JSON_OBJECT = defineScalar({
  name: 'JSON_OBJECT',
  tableApi: { method: null },
  doc: 'A JSON object of keys and values. Values that are JSON_OBJECT, JSON_ARRAY or JSON calls are taken as JSON.',
  input: repeated(3, '[[KEY] key VALUE value]* [{NULL | ABSENT} ON NULL]'),
  output: explicit(withNullable(STRING, false)),
  strict: false,
  specialize: (site) => {
    const writers = valueWriters(site, 3);
    return (nulls: string, ...values: readonly unknown[]) => {
      const entries: (readonly [string, string])[] = [];
      for (const [i, write] of writers.entries()) {
        const key = values[3 * i];
        const json = write(values[3 * i + 1]);
        if (key === null) throw invalid('JSON_OBJECT', 'a key is NULL');
        if (json !== 'null' || nulls === 'NULL') entries.push([String(key), json]);
      }
      return writeObject(entries);
    };
  },
  examples: [
    ["JSON_OBJECT(KEY 'a' VALUE 1, KEY 'b' VALUE JSON_ARRAY('x'))", '{"a":1,"b":["x"]}'],
    ["JSON_OBJECT(KEY 'a' VALUE CAST(NULL AS STRING) ABSENT ON NULL)", '{}'],
  ],
});

/** JSON_ARRAY(value, … [NULL | ABSENT ON NULL]). */
export const JSON_ARRAY = defineScalar({
  name: 'JSON_ARRAY',
  tableApi: { method: null },
  doc: 'A JSON array of values; NULLs are left out unless NULL ON NULL is said.',
  input: repeated(2, '[value]* [{NULL | ABSENT} ON NULL]'),
  output: explicit(withNullable(STRING, false)),
  strict: false,
  specialize: (site) => {
    const writers = valueWriters(site, 2);
    return (nulls: string, ...values: readonly unknown[]) => {
      const items = writers.map((write, i) => write(values[2 * i]));
      return `[${(nulls === 'NULL' ? items : items.filter((json) => json !== 'null')).join(',')}]`;
    };
  },
  examples: [["JSON_ARRAY(1, 'a', CAST(NULL AS STRING))", '[1,"a"]']],
});

/** One writer for each value: of JSON that is taken as it is, or by the value's type. */
function valueWriters(site: CallSite, count: 2 | 3): readonly ((value: unknown) => string)[] {
  const writers: ((value: unknown) => string)[] = [];
  for (let i = 1; i < site.types.length; i += count) {
    const raw = site.literals[i + count - 1] === true;
    writers.push(raw ? rawJson : jsonWriter(site.types[i + count - 2]!));
  }
  return writers;
}

function invalid(name: string, reason: string) {
  return runtimeError('INVALID_FUNCTION_ARGUMENT', { function: name, reason });
}

/** JSON(text). */
export const JSON_TEXT = defineScalar({
  name: 'JSON',
  tableApi: { method: null, function: 'json' },
  doc: 'Marks a text as JSON, for JSON_OBJECT and JSON_ARRAY.',
  input: sequence(arg('value', 'CHARACTER_STRING')),
  output: forceNullable(explicit(STRING)),
  eval: (value: string) => {
    const json = rawJson(value);
    return json === 'null' ? null : json;
  },
  examples: [[`JSON_ARRAY(JSON('{"a": 1}'))`, '[{"a":1}]']],
});

/** JSON_STRING(value). */
export const JSON_STRING = defineScalar({
  name: 'JSON_STRING',
  tableApi: { method: null, function: 'jsonString' },
  doc: 'A value of any type as JSON.',
  input: sequence(anyArg('value')),
  output: nullableIfArgs(explicit(STRING)),
  specialize: ({ types }) => jsonWriter(types[0]!),
  examples: [
    ["JSON_STRING('a')", '"a"'],
    ["JSON_STRING(MAP['a', 1])", '{"a":1}'],
    ['JSON_STRING(CAST(NULL AS INT))', 'NULL'],
  ],
});

const parseInput = optionalFrom(
  1,
  arg('value', 'CHARACTER_STRING'),
  arg('allowDuplicateKeys', 'BOOLEAN'),
);

/** PARSE_JSON(text [, allow duplicate keys]). */
export const PARSE_JSON = defineScalar({
  name: 'PARSE_JSON',
  doc: 'The VARIANT of a JSON text. An object with a key twice is an error unless that is allowed: then the last value counts.',
  input: parseInput,
  output: nullableIfArgs(explicit(VARIANT)),
  eval: (text: string, allowDuplicateKeys: boolean | undefined) => {
    const value = parseVariant(text, allowDuplicateKeys !== true);
    if (value === undefined) throw invalid('PARSE_JSON', 'the text is not JSON');
    return value;
  },
  examples: [
    [`JSON_STRING(PARSE_JSON('{"a": [1, 2.5]}'))`, '{"a":[1,2.5]}'],
    [`JSON_STRING(PARSE_JSON('{"a": 1, "a": 2}', TRUE))`, '{"a":2}'],
  ],
});

/** TRY_PARSE_JSON(text [, allow duplicate keys]). */
export const TRY_PARSE_JSON = defineScalar({
  name: 'TRY_PARSE_JSON',
  doc: 'PARSE_JSON; NULL where that is an error.',
  input: parseInput,
  output: forceNullable(explicit(VARIANT)),
  eval: (text: string, allowDuplicateKeys: boolean | undefined) =>
    parseVariant(text, allowDuplicateKeys !== true) ?? null,
  examples: [
    ["TRY_PARSE_JSON('{') IS NULL", 'TRUE'],
    [`TRY_PARSE_JSON('{"a": 1, "a": 2}') IS NULL`, 'TRUE'],
  ],
});
