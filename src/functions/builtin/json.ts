import { runtimeError, validationError } from '../../common/errors.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import { isCharacter } from '../../types/families.ts';
import {
  isScalar,
  JsonNumber,
  type JsonValue,
  parseJson,
  writeJson,
} from '../../types/json-value.ts';
import { BOOLEAN, STRING } from '../../types/types.ts';
import { castFunction } from '../cast/cast.ts';
import { defineScalar } from '../define.ts';
import type { CallShape, CallSite, RowFunction } from '../definition.ts';
import { jsonPath, readPath } from '../json/json-path.ts';
import {
  anyArg,
  arg,
  explicit,
  forceNullable,
  nullableIfArgs,
  or,
  provided,
  sequence,
  symbolArg,
} from '../type-strategies.ts';

const text = arg('jsonValue', 'CHARACTER_STRING');
const path = arg('path', 'CHARACTER_STRING');

/** What a path finds in a text: a value, nothing, or the reason why it failed. */
type Found =
  | { readonly kind: 'value'; readonly value: JsonValue; readonly mode: 'lax' | 'strict' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failure'; readonly reason: string };

function find(json: string, pathText: string): Found {
  const { mode, steps } = jsonPath(pathText);
  const root = parseJson(json);
  if (root === undefined) return { kind: 'failure', reason: 'the text is not JSON' };
  if (steps === null) {
    if (mode === 'lax') return { kind: 'nothing' };
    return { kind: 'failure', reason: `'${pathText}' is not a JSON path` };
  }
  const value = readPath(root, steps);
  if (value !== undefined) return { kind: 'value', value, mode };
  if (mode === 'lax') return { kind: 'nothing' };
  return { kind: 'failure', reason: `there is nothing at '${pathText}'` };
}

function failed(name: string, reason: string) {
  return runtimeError('INVALID_FUNCTION_ARGUMENT', { function: name, reason });
}

/** JSON_EXISTS(text, path [… ON ERROR]). */
export const JSON_EXISTS = defineScalar({
  name: 'JSON_EXISTS',
  tableApi: { method: null },
  doc: 'Whether a JSON text has something at a path; when the path fails, what ON ERROR says.',
  input: or(
    sequence(text, path),
    sequence(text, path, symbolArg('onError', ['TRUE', 'FALSE', 'UNKNOWN', 'ERROR'])),
  ),
  output: forceNullable(explicit(BOOLEAN)),
  eval: (json: string, pathText: string, onError = 'FALSE') => {
    const found = find(json, pathText);
    if (found.kind === 'value') return found.value !== null;
    if (found.kind === 'nothing') return false;
    if (onError === 'ERROR') throw failed('JSON_EXISTS', found.reason);
    return onError === 'UNKNOWN' ? null : onError === 'TRUE';
  },
  examples: [
    [`JSON_EXISTS('{"a": true}', '$.a')`, 'TRUE'],
    [`JSON_EXISTS('{"a": true}', '$.b')`, 'FALSE'],
    [`JSON_EXISTS('{"a": true}', 'strict $.b' TRUE ON ERROR)`, 'TRUE'],
  ],
});

const VALUE_ACTIONS = ['NULL', 'ERROR', 'DEFAULT'];

/** JSON_VALUE(text, path [RETURNING type] [… ON EMPTY] [… ON ERROR]). */
export const JSON_VALUE = defineScalar({
  name: 'JSON_VALUE',
  tableApi: { method: null },
  doc: 'The scalar at a path of a JSON text, as a string unless RETURNING says otherwise.',
  input: or(
    sequence(text, path),
    sequence(
      text,
      path,
      anyArg('returning'),
      symbolArg('onEmpty', VALUE_ACTIONS),
      anyArg('defaultOnEmpty'),
      symbolArg('onError', VALUE_ACTIONS),
      anyArg('defaultOnError'),
    ),
  ),
  output: forceNullable((call) => returningType(call)),
  strict: false,
  specialize: specializeJsonValue,
  examples: [
    [`JSON_VALUE('{"a": true}', '$.a')`, 'true'],
    [`JSON_VALUE('{"a.b": [0.998, 0.996]}', '$["a.b"][0]' RETURNING DOUBLE)`, '0.998'],
    [`JSON_VALUE('{"a": 1}', 'lax $.b' DEFAULT 'no' ON EMPTY)`, 'no'],
  ],
});

/** The RETURNING type: that of the third argument, which is a NULL; STRING if it has none. */
function returningType(call: CallShape): DataType {
  const type = call.types[2];
  return type === undefined || type.kind === 'NULL' ? STRING : type;
}

function specializeJsonValue(site: CallSite): RowFunction {
  const type = returningType(site);
  const convert = fromScalar(type, site);
  const defaultOf = (index: number) => {
    const from = site.types[index];
    if (from === undefined || from.kind === type.kind) return (value: unknown) => value;
    const cast = castFunction(from, type, site.context);
    return (value: unknown) => (value === null ? null : cast(value));
  };
  const emptyDefault = defaultOf(4);
  const errorDefault = defaultOf(6);
  return (
    json: string | null,
    pathText: string | null,
    _returning: unknown,
    onEmpty = 'NULL',
    ifEmpty: unknown = null,
    onError = 'NULL',
    ifError: unknown = null,
  ) => {
    if (json === null || pathText === null) return null;
    const found = find(json, pathText);
    const isValue = found.kind === 'value' && found.value !== null;
    if (isValue && isScalar(found.value)) return convert(found.value);
    if (found.kind === 'failure' || (isValue && found.mode === 'strict')) {
      const reason = found.kind === 'failure' ? found.reason : 'the value is not a scalar';
      if (onError === 'ERROR') throw failed('JSON_VALUE', reason);
      return onError === 'DEFAULT' ? errorDefault(ifError) : null;
    }
    if (onEmpty === 'ERROR') throw failed('JSON_VALUE', `there is nothing at '${pathText}'`);
    return onEmpty === 'DEFAULT' ? emptyDefault(ifEmpty) : null;
  };
}

function fromScalar(type: DataType, site: CallSite): (value: JsonValue) => unknown {
  if (isCharacter(type)) return scalarText;
  const cast = castFunction(STRING, withNullable(type, true), site.context);
  return (value) => cast(scalarText(value));
}

function scalarText(value: JsonValue): string {
  return value instanceof JsonNumber ? value.text : String(value);
}

const QUERY_ACTIONS = ['NULL', 'ERROR', 'EMPTY', 'EMPTY ARRAY', 'EMPTY OBJECT'];

/** JSON_QUERY(text, path [RETURNING type] [… WRAPPER] [… ON EMPTY] [… ON ERROR]). */
export const JSON_QUERY = defineScalar({
  name: 'JSON_QUERY',
  tableApi: { method: null },
  doc: 'The array or object at a path of a JSON text, as JSON text or an ARRAY<STRING>.',
  input: or(
    sequence(text, path),
    provided(
      sequence(
        text,
        path,
        anyArg('returning'),
        symbolArg('wrapper', ['WITHOUT', 'CONDITIONAL', 'UNCONDITIONAL']),
        symbolArg('onEmpty', QUERY_ACTIONS),
        symbolArg('onError', QUERY_ACTIONS),
      ),
      checkReturning,
    ),
  ),
  output: forceNullable((call) => returningType(call)),
  strict: false,
  specialize: specializeJsonQuery,
  examples: [
    [`JSON_QUERY('{"a": [1, 2]}', '$.a')`, '[1,2]'],
    [`JSON_QUERY('{"a": 1}', '$.a' WITH WRAPPER)`, '[1]'],
  ],
});

/** Only texts and arrays of texts are returned, and an object is no array. */
function checkReturning(call: CallShape): boolean {
  const type = returningType(call);
  if (isCharacter(type)) return true;
  if (type.kind !== 'ARRAY' || !isCharacter(type.element)) return false;
  if (call.literals.slice(4).includes('EMPTY OBJECT')) {
    throw validationError('INVALID_FUNCTION_ARGUMENT', {
      function: 'JSON_QUERY',
      reason: 'EMPTY OBJECT does not fit RETURNING ARRAY',
    });
  }
  return true;
}

function specializeJsonQuery(site: CallSite): RowFunction {
  const asArray = site.result.kind === 'ARRAY';
  const finish = (value: JsonValue) => (asArray ? textArray(value) : writeJson(value));
  const substitute = (action: string, reason: string) => {
    if (action === 'ERROR') throw failed('JSON_QUERY', reason);
    if (action === 'NULL') return null;
    return finish(action === 'EMPTY OBJECT' ? new Map() : []);
  };
  return (
    json: string | null,
    pathText: string | null,
    _returning: unknown,
    wrapper = 'WITHOUT',
    onEmpty = 'NULL',
    onError = 'NULL',
  ) => {
    if (json === null || pathText === null) return null;
    const found = find(json, pathText);
    if (found.kind === 'failure') return substitute(onError, found.reason);
    const value = found.kind === 'nothing' ? null : wrapped(found.value, wrapper);
    if (value !== null && !isScalar(value)) return finish(value);
    if (value === null || (found.kind === 'value' && found.mode === 'lax')) {
      return substitute(onEmpty, `there is nothing at '${pathText}'`);
    }
    return substitute(onError, 'the value is neither an array nor an object');
  };
}

function wrapped(value: JsonValue, wrapper: string): JsonValue {
  if (value === null || wrapper === 'WITHOUT') return value;
  return wrapper === 'CONDITIONAL' && Array.isArray(value) ? value : [value];
}

function textArray(value: JsonValue): readonly (string | null)[] | null {
  if (!Array.isArray(value)) return null;
  return (value as readonly JsonValue[]).map((item) =>
    item === null ? null : isScalar(item) ? scalarText(item) : writeJson(item),
  );
}

/** `text IS JSON [VALUE | SCALAR | ARRAY | OBJECT]`. */
export const IS_JSON = defineScalar({
  name: 'IS JSON',
  tableApi: { method: null },
  doc: 'Whether a text is JSON, and of a kind if one is said.',
  input: sequence(text, symbolArg('type', ['VALUE', 'SCALAR', 'ARRAY', 'OBJECT'])),
  output: nullableIfArgs(explicit(BOOLEAN)),
  eval: (json: string, type: string) => {
    const value = parseJson(json);
    if (value === undefined) return false;
    switch (type) {
      case 'SCALAR':
        return isScalar(value);
      case 'ARRAY':
        return Array.isArray(value);
      case 'OBJECT':
        return value instanceof Map;
      default:
        return true;
    }
  },
  examples: [
    ["'1' IS JSON", 'TRUE'],
    ["'[]' IS JSON SCALAR", 'FALSE'],
    ["'[' IS NOT JSON", 'TRUE'],
  ],
});

/** JSON_QUOTE(text). */
export const JSON_QUOTE = defineScalar({
  name: 'JSON_QUOTE',
  doc: 'A string as a JSON string in ASCII.',
  input: sequence(arg('value', 'CHARACTER_STRING')),
  output: nullableIfArgs(explicit(STRING)),
  eval: (value: string) => `"${value.replace(/["\\/]|[^ -~]/g, escapeUnit)}"`,
  examples: [[`JSON_QUOTE('a"b')`, '"a\\"b"']],
});

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escapeUnit(unit: string): string {
  return SHORT_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** JSON_UNQUOTE(text). */
export const JSON_UNQUOTE = defineScalar({
  name: 'JSON_UNQUOTE',
  doc: 'The text of a JSON string; other texts stay as they are.',
  input: sequence(arg('value', 'CHARACTER_STRING')),
  output: nullableIfArgs(explicit(STRING)),
  eval: unquote,
  examples: [[`JSON_UNQUOTE('"a\\u0041"')`, 'aA']],
});

function unquote(value: string): string {
  // As in Flink only the first string of the text must be well-formed.
  const quoted =
    value.length > 1 && /^"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/.test(value);
  if (!quoted || !value.endsWith('"')) return value;
  const inner = value.slice(1, -1);
  if (/\\u(?![0-9a-fA-F]{4})/.test(inner.replaceAll('\\\\', ''))) return value;
  return inner.replace(
    /\\(?:u([0-9a-fA-F]{4})|(.))/gs,
    (_, hex: string | undefined, letter: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return LONG_ESCAPES[letter] ?? letter;
    },
  );
}

const LONG_ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
