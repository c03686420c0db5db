import { LENGTH_MAX } from '../../types/data-type.ts';
import { isCharacter } from '../../types/families.ts';
import { BOOLEAN, binary, char, INT, STRING, varbinary, varchar } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import type { CallShape } from '../definition.ts';
import {
  checkLength,
  countCharacters,
  indexOfCharacters,
  padding,
  sliceCharacters,
  substring,
} from '../text.ts';
import {
  arg,
  argument,
  explicit,
  forceNullable,
  nullableIfArgs,
  optionalFrom,
  or,
  sequence,
  varyingSequence,
} from '../type-strategies.ts';
import { caseKernel, charLengthKernel, substringKernel } from './kernels/strings.ts';
import {
  affixKernel,
  concatKernel,
  leftKernel,
  positionKernel,
  replaceKernel,
} from './kernels/text.ts';

const text = arg('string', 'CHARACTER_STRING');
const pattern = arg('search', 'CHARACTER_STRING');
const position = arg('position', 'INTEGER_NUMERIC');

/** VARCHAR as long as the first argument may be. */
function varyingFirst(call: CallShape) {
  const type = call.types[0]!;
  return isCharacter(type) ? varchar(type.length) : STRING;
}

/** CHAR_LENGTH(text). */
export const CHAR_LENGTH = defineScalar({
  name: 'CHAR_LENGTH',
  aliases: ['CHARACTER_LENGTH'],
  doc: 'The number of characters (Unicode code points) in a string.',
  input: sequence(text),
  output: nullableIfArgs(explicit(INT)),
  eval: countCharacters,
  kernel: charLengthKernel,
  examples: [
    ["CHAR_LENGTH('naïve')", '5'],
    ["CHAR_LENGTH('🦆')", '1'],
    ['CHAR_LENGTH(CAST(NULL AS STRING))', 'NULL'],
  ],
});

/** UPPER(text). */
export const UPPER = defineScalar({
  name: 'UPPER',
  tableApi: { method: 'upperCase' },
  doc: 'A string in upper case.',
  input: sequence(text),
  output: argument(0),
  eval: (value: string) => value.toUpperCase(),
  kernel: caseKernel('upper'),
  examples: [["UPPER('abc')", 'ABC']],
});

/** LOWER(text). */
export const LOWER = defineScalar({
  name: 'LOWER',
  tableApi: { method: 'lowerCase' },
  doc: 'A string in lower case.',
  input: sequence(text),
  output: argument(0),
  eval: (value: string) => value.toLowerCase(),
  kernel: caseKernel('lower'),
  examples: [["LOWER('ABC')", 'abc']],
});

/** INITCAP(text). */
export const INITCAP = defineScalar({
  name: 'INITCAP',
  tableApi: { method: 'initCap' },
  doc: 'A string in which every word (of letters and digits) begins in upper case and goes on in lower case.',
  input: sequence(text),
  output: nullableIfArgs(explicit(STRING)),
  eval: (value: string) =>
    value.replace(/[\p{L}\p{N}]+/gu, (word) => {
      const [first = '', ...rest] = word;
      return first.toUpperCase() + rest.join('').toLowerCase();
    }),
  examples: [["INITCAP('hello WORLD')", 'Hello World']],
});

/** `a || b`. */
export const CONCAT_OPERATOR = defineScalar({
  name: '||',
  tableApi: { method: null },
  doc: 'Two strings or byte strings, one after the other.',
  input: or(
    sequence(text, text),
    sequence(arg('bytes', 'BINARY_STRING'), arg('bytes', 'BINARY_STRING')),
  ),
  output: nullableIfArgs((call) => {
    const [a, b] = call.types;
    if (!a || !b || !('length' in a) || !('length' in b)) return STRING;
    const length = Math.min(LENGTH_MAX, a.length + b.length);
    const fixed = (a.kind === 'CHAR' || a.kind === 'BINARY') && a.kind === b.kind;
    if (isCharacter(a)) return fixed ? char(length) : varchar(length);
    return fixed ? binary(length) : varbinary(length);
  }),
  eval: (a: string | Uint8Array, b: string | Uint8Array) =>
    typeof a === 'string' ? a + String(b) : new Uint8Array(Buffer.concat([a, b as Uint8Array])),
  kernel: concatKernel,
  examples: [
    ["'ab' || 'cd'", 'abcd'],
    ["'ab' || CAST(NULL AS STRING)", 'NULL'],
  ],
});

/** CONCAT(a, b, …). */
export const CONCAT = defineScalar({
  name: 'CONCAT',
  tableApi: { function: 'concat' },
  doc: 'Strings, one after the other; NULL if one is NULL.',
  input: varyingSequence(text, text),
  output: nullableIfArgs(explicit(STRING)),
  eval: (...values: readonly string[]) => values.join(''),
  kernel: concatKernel,
  examples: [["CONCAT('AA', 'BB', 'CC')", 'AABBCC']],
});

/** CONCAT_WS(separator, a, b, …). */
export const CONCAT_WS = defineScalar({
  name: 'CONCAT_WS',
  tableApi: { method: null, function: 'concatWs' },
  doc: 'Strings joined by a separator; those that are NULL are left out.',
  input: varyingSequence(arg('separator', 'CHARACTER_STRING'), text, text),
  output: forceNullable(explicit(STRING)),
  strict: false,
  eval: (separator: string | null, ...values: readonly (string | null)[]) =>
    separator === null ? null : values.filter((value) => value !== null).join(separator),
  examples: [["CONCAT_WS('~', 'AA', CAST(NULL AS STRING), 'BB', '', 'CC')", 'AA~BB~~CC']],
});

/** SUBSTRING(text FROM position [FOR length]). */
export const SUBSTRING = defineScalar({
  name: 'SUBSTRING',
  aliases: ['SUBSTR'],
  doc: 'Part of a string from a position that counts from 1, or from the end if negative; NULL for a negative length.',
  input: optionalFrom(2, text, position, arg('length', 'INTEGER_NUMERIC')),
  output: forceNullable(varyingFirst),
  eval: (value: string, start: number | bigint, length: number | bigint = LENGTH_MAX) =>
    substring(value, Number(start), Number(length)),
  kernel: substringKernel,
  examples: [
    ["SUBSTRING('hello' FROM 2 FOR 3)", 'ell'],
    ["SUBSTRING('hello', -3)", 'llo'],
    ["SUBSTRING('hello', 0, 2)", 'he'],
    ["SUBSTRING('hello', 2, -1)", 'NULL'],
  ],
});

/** LEFT(text, length). */
export const LEFT = defineScalar({
  name: 'LEFT',
  doc: 'The first characters of a string; none for a negative length.',
  input: sequence(text, arg('length', 'INTEGER_NUMERIC')),
  output: nullableIfArgs(explicit(STRING)),
  eval: (value: string, length: number | bigint) =>
    sliceCharacters(value, 0, Math.max(0, Number(length))),
  kernel: leftKernel,
  examples: [["LEFT('Hello', 3)", 'Hel']],
});

/** RIGHT(text, length). */
export const RIGHT = defineScalar({
  name: 'RIGHT',
  doc: 'The last characters of a string; none for a negative length.',
  input: sequence(text, arg('length', 'INTEGER_NUMERIC')),
  output: nullableIfArgs(explicit(STRING)),
  eval: (value: string, length: number | bigint) => {
    const count = countCharacters(value);
    return sliceCharacters(value, Math.max(0, count - Math.max(0, Number(length))), count);
  },
  examples: [["RIGHT('Hello', 3)", 'llo']],
});

/** POSITION(needle IN text). */
export const POSITION = defineScalar({
  name: 'POSITION',
  aliases: ['LOCATE'],
  doc: 'Where a string first occurs in another, at or after a position if given; from 1, 0 if nowhere.',
  input: optionalFrom(2, pattern, text, position),
  output: nullableIfArgs(explicit(INT)),
  eval: (needle: string, value: string, from: number | bigint = 1) =>
    from < 1 ? 0 : indexOfCharacters(value, needle, Number(from) - 1) + 1,
  kernel: positionKernel,
  examples: [
    ["POSITION('test' IN 'xxxtest')", '4'],
    ["LOCATE('aa', 'aaads', 2)", '2'],
  ],
});

/** INSTR(text, needle [, position [, nth]]). */
export const INSTR = defineScalar({
  name: 'INSTR',
  doc: 'Where a string occurs in another for the nth time, from a position on (backwards if negative); from 1, 0 if nowhere.',
  input: optionalFrom(2, text, pattern, position, arg('nth', 'INTEGER_NUMERIC')),
  output: nullableIfArgs(explicit(INT)),
  eval: (value: string, needle: string, from: number | bigint = 1, nth: number | bigint = 1) =>
    nthOccurrence(value, needle, Number(from), Number(nth)),
  examples: [
    ["INSTR('Corporate Floor', 'or', 3, 2)", '14'],
    ["INSTR('myteststring', 'st')", '5'],
  ],
});

function nthOccurrence(value: string, needle: string, from: number, nth: number): number {
  if (from === 0 || nth < 1) return 0;
  const count = countCharacters(value);
  const step = from > 0 ? 1 : -1;
  let seen = 0;
  for (let i = from > 0 ? from - 1 : count + from; i >= 0 && i < count; i += step) {
    const here = sliceCharacters(value, i, i + countCharacters(needle)) === needle;
    if (here && ++seen === nth) return i + 1;
  }
  return 0;
}

/** REPLACE(text, search, replacement). */
export const REPLACE = defineScalar({
  name: 'REPLACE',
  doc: 'A string in which every occurrence of another is replaced.',
  input: sequence(text, pattern, arg('replacement', 'CHARACTER_STRING')),
  output: nullableIfArgs(explicit(STRING)),
  eval: (value: string, search: string, replacement: string) =>
    value.replaceAll(search, () => replacement),
  kernel: replaceKernel,
  examples: [["REPLACE('hello world', 'world', 'flink')", 'hello flink']],
});

/** TRANSLATE(text, from, to). */
export const TRANSLATE = defineScalar({
  name: 'TRANSLATE',
  aliases: ['TRANSLATE3'],
  doc: 'A string in which characters are replaced by those at the same place of another string, or dropped if there is none.',
  input: sequence(text, arg('from', 'CHARACTER_STRING'), arg('to', 'CHARACTER_STRING')),
  output: forceNullable(explicit(STRING)),
  strict: false,
  eval: (value: string | null, from: string | null, to: string | null) => {
    if (value === null || from === null || from === '') return value;
    const targets = [...(to ?? '')];
    const map = new Map<string, string>();
    for (const [i, character] of [...from].entries()) {
      if (!map.has(character)) map.set(character, targets[i] ?? '');
    }
    return [...value].map((character) => map.get(character) ?? character).join('');
  },
  examples: [["TRANSLATE('www.apache.org', 'wapcheorg', ' APCHEcom')", '   .APACHE.com']],
});

/** LPAD(text, length, pad). */
export const LPAD = pad('LPAD', (value, fill) => fill + value, '????a');
/** RPAD(text, length, pad). */
export const RPAD = pad('RPAD', (value, fill) => value + fill, 'a????');

function pad(name: string, join: (value: string, fill: string) => string, example: string) {
  return defineScalar({
    name,
    doc: 'A string cut or padded to a length; NULL for a negative length or an empty padding.',
    input: sequence(text, arg('length', 'INTEGER_NUMERIC'), arg('pad', 'CHARACTER_STRING')),
    output: forceNullable(explicit(STRING)),
    eval: (value: string, wanted: number | bigint, fill: string) => {
      const length = Number(wanted);
      if (length < 0 || fill === '') return null;
      checkLength(length, name);
      const missing = length - countCharacters(value);
      if (missing <= 0) return sliceCharacters(value, 0, length);
      return join(value, padding(fill, missing));
    },
    examples: [[`${name}('a', 5, '??')`, example]],
  });
}

/** REPEAT(text, times). */
export const REPEAT = defineScalar({
  name: 'REPEAT',
  doc: 'A string repeated some times.',
  input: sequence(text, arg('times', 'INTEGER_NUMERIC')),
  output: nullableIfArgs(explicit(STRING)),
  eval: (value: string, times: number | bigint) => {
    const count = Math.max(0, Number(times));
    checkLength(value.length * count, 'REPEAT');
    return value.repeat(count);
  },
  examples: [["REPEAT('ab', 2)", 'abab']],
});

/** REVERSE(text). */
export const REVERSE = defineScalar({
  name: 'REVERSE',
  doc: 'A string with its characters in reverse order.',
  input: sequence(text),
  output: nullableIfArgs(explicit(STRING)),
  eval: (value: string) => [...value].reverse().join(''),
  examples: [["REVERSE('abc')", 'cba']],
});

/** OVERLAY(text PLACING part FROM position [FOR length]). */
export const OVERLAY = defineScalar({
  name: 'OVERLAY',
  doc: 'A string in which characters from a position on are replaced by another string.',
  input: optionalFrom(
    3,
    text,
    arg('replacement', 'CHARACTER_STRING'),
    position,
    arg('length', 'INTEGER_NUMERIC'),
  ),
  output: nullableIfArgs(explicit(STRING)),
  eval: (value: string, part: string, from: number | bigint, length?: number | bigint) => {
    const start = Number(from);
    const count = countCharacters(value);
    if (start <= 0 || start > count) return value;
    const head = sliceCharacters(value, 0, start - 1) + part;
    const replaced = length === undefined ? countCharacters(part) : Number(length);
    if (replaced < 0) return head;
    return head + sliceCharacters(value, start - 1 + replaced, count);
  },
  examples: [
    ["OVERLAY('This is a old string' PLACING 'new' FROM 11 FOR 3)", 'This is a new string'],
  ],
});

/** STARTSWITH(value, start). */
export const STARTSWITH = affix('STARTSWITH', 'startsWith', 'begins', 0);
/** ENDSWITH(value, end). */
export const ENDSWITH = affix('ENDSWITH', 'endsWith', 'ends', 1);

function affix(name: string, method: string, verb: string, end: 0 | 1) {
  const bytes = arg('bytes', 'BINARY_STRING');
  return defineScalar({
    name,
    tableApi: { method },
    doc: `Whether a string or byte string ${verb} with another one.`,
    input: or(sequence(text, text), sequence(bytes, bytes)),
    output: nullableIfArgs(explicit(BOOLEAN)),
    eval: (value: string | Uint8Array, part: string | Uint8Array) => {
      if (typeof value === 'string') {
        return end === 0 ? value.startsWith(String(part)) : value.endsWith(String(part));
      }
      const inner = part as Uint8Array;
      const from = end === 0 ? 0 : value.length - inner.length;
      if (from < 0) return false;
      return Buffer.compare(value.subarray(from, from + inner.length), inner) === 0;
    },
    kernel: affixKernel(end === 0 ? 'prefix' : 'suffix'),
    examples: [[`${name}('aba', 'a')`, 'TRUE']],
  });
}
