import { runtimeError } from '../../common/errors.ts';
import { array, BOOLEAN, INT, STRING } from '../../types/types.ts';
import { checkPattern } from '../check-pattern.ts';
import { defineScalar } from '../define.ts';
import type { RegexMatch } from '../regex/guarded-regex.ts';
import { javaRegex, javaReplacement } from '../regex/java-syntax.ts';
import { countCharacters } from '../text.ts';
import {
  type ArgumentStrategy,
  arg,
  argOf,
  explicit,
  forceNullable,
  optionalFrom,
  sequence,
} from '../type-strategies.ts';

const text = arg('text', 'CHARACTER_STRING');

/** A regular expression; a malformed literal is an error at once, other malformed ones are NULL. */
const regex = checkedRegex(true);
/** A regular expression; malformed ones are NULL. */
const looseRegex = checkedRegex(false);

function checkedRegex(wellFormed: boolean): ArgumentStrategy {
  const inner = arg('regex', 'CHARACTER_STRING');
  return argOf(inner.text, (call, index) => {
    const literal = call.literals[index];
    if (typeof literal === 'string') checkPattern(() => checkRegex(literal, wellFormed));
    return inner.infer(call, index);
  });
}

function checkRegex(pattern: string, wellFormed: boolean): void {
  if (javaRegex(pattern) !== null || !wellFormed) return;
  throw runtimeError('INVALID_PATTERN', { pattern, reason: 'it is no regular expression' });
}

/** The first match; null when there is none or the pattern is malformed. */
function firstMatch(value: string, pattern: string): RegexMatch | null {
  return javaRegex(pattern)?.exec(value) ?? null;
}

/** REGEXP(text, regex). */
export const REGEXP = defineScalar({
  name: 'REGEXP',
  doc: 'Whether a part of a string matches a regular expression (of Java).',
  input: sequence(text, regex),
  output: forceNullable(explicit(BOOLEAN)),
  eval: (value: string, pattern: string) => firstMatch(value, pattern) !== null,
  examples: [
    ["REGEXP('100-200', '(\\d+)')", 'TRUE'],
    ["REGEXP('abc', '\\d')", 'FALSE'],
  ],
});

/** `a RLIKE b`. */
export const RLIKE = defineScalar({
  name: 'RLIKE',
  doc: 'REGEXP as an operator.',
  input: sequence(text, regex),
  output: forceNullable(explicit(BOOLEAN)),
  eval: (value: string, pattern: string) => firstMatch(value, pattern) !== null,
  examples: [],
});

/** REGEXP_REPLACE(text, regex, replacement). */
export const REGEXP_REPLACE = defineScalar({
  name: 'REGEXP_REPLACE',
  doc: 'A string in which every match of a regular expression is replaced; $1 in the replacement is the first group.',
  input: sequence(text, regex, arg('replacement', 'CHARACTER_STRING')),
  output: forceNullable(explicit(STRING)),
  eval: (value: string, pattern: string, replacement: string) => {
    const compiled = javaRegex(pattern);
    if (compiled === null) return null;
    let result = '';
    let end = 0;
    for (const match of compiled.matches(value)) {
      const piece = javaReplacement(replacement, match);
      if (piece === null) return null;
      result += value.slice(end, match.index) + piece;
      end = match.index + match[0].length;
    }
    return result + value.slice(end);
  },
  examples: [
    ["REGEXP_REPLACE('foobar', 'oo|ar', '')", 'fb'],
    ["REGEXP_REPLACE('ab', '(a)(b)', '$2$1')", 'ba'],
  ],
});

/** REGEXP_EXTRACT(text, regex [, group]). */
export const REGEXP_EXTRACT = defineScalar({
  name: 'REGEXP_EXTRACT',
  doc: 'A group (0, the whole match, unless given) of the first match of a regular expression.',
  input: optionalFrom(2, text, regex, arg('group', 'INTEGER_NUMERIC')),
  output: forceNullable(explicit(STRING)),
  eval: (value: string, pattern: string, group: number | bigint = 0) =>
    firstMatch(value, pattern)?.[Number(group)] ?? null,
  examples: [
    ["REGEXP_EXTRACT('foothebar', 'foo(.*?)(bar)', 2)", 'bar'],
    ["REGEXP_EXTRACT('foothebar', 'x')", 'NULL'],
  ],
});

/** REGEXP_EXTRACT_ALL(text, regex [, group]). */
export const REGEXP_EXTRACT_ALL = defineScalar({
  name: 'REGEXP_EXTRACT_ALL',
  doc: 'A group (the first unless given) of every match of a regular expression.',
  input: optionalFrom(2, text, looseRegex, arg('group', 'INTEGER_NUMERIC')),
  output: forceNullable(explicit(array(STRING))),
  eval: (value: string, pattern: string, group: number | bigint = 1) => {
    const compiled = javaRegex(pattern);
    const index = Number(group);
    if (compiled === null || index < 0 || index > compiled.groupCount) return null;
    return [...compiled.matches(value)].map((match) => match[index] ?? null);
  },
  examples: [["REGEXP_EXTRACT_ALL('100-200, 300-400', '(\\d+)-(\\d+)', 1)", '[100, 300]']],
});

/** REGEXP_COUNT(text, regex). */
export const REGEXP_COUNT = defineScalar({
  name: 'REGEXP_COUNT',
  doc: 'How often a regular expression matches in a string.',
  input: sequence(text, looseRegex),
  output: forceNullable(explicit(INT)),
  eval: (value: string, pattern: string) => {
    const compiled = javaRegex(pattern);
    return compiled === null ? null : [...compiled.matches(value)].length;
  },
  examples: [["REGEXP_COUNT('a.b.c.d', '\\.')", '3']],
});

/** REGEXP_INSTR(text, regex). */
export const REGEXP_INSTR = defineScalar({
  name: 'REGEXP_INSTR',
  doc: 'Where a regular expression first matches, from 1; 0 if nowhere.',
  input: sequence(text, looseRegex),
  output: forceNullable(explicit(INT)),
  eval: (value: string, pattern: string) => {
    if (javaRegex(pattern) === null) return null;
    const match = firstMatch(value, pattern);
    return match === null ? 0 : countCharacters(value.slice(0, match.index)) + 1;
  },
  examples: [["REGEXP_INSTR('abc123', '\\d')", '4']],
});

/** REGEXP_SUBSTR(text, regex). */
export const REGEXP_SUBSTR = defineScalar({
  name: 'REGEXP_SUBSTR',
  doc: 'The first match of a regular expression; NULL if there is none.',
  input: sequence(text, looseRegex),
  output: forceNullable(explicit(STRING)),
  eval: (value: string, pattern: string) => firstMatch(value, pattern)?.[0] ?? null,
  examples: [["REGEXP_SUBSTR('a.b', '\\.')", '.']],
});
