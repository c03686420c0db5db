import { runtimeError } from '../common/errors.ts';
import { GuardedRegex } from './regex/guarded-regex.ts';

const CLASSES: Readonly<Record<string, string>> = {
  '[:ALPHA:]': '\\p{L}',
  '[:alpha:]': '\\p{L}',
  '[:UPPER:]': '\\p{Lu}',
  '[:upper:]': '\\p{Lu}',
  '[:LOWER:]': '\\p{Ll}',
  '[:lower:]': '\\p{Ll}',
  '[:DIGIT:]': '\\d',
  '[:digit:]': '\\d',
  '[:SPACE:]': ' ',
  '[:space:]': ' ',
  '[:WHITESPACE:]': '\\s',
  '[:whitespace:]': '\\s',
  '[:ALNUM:]': '\\p{L}\\p{N}',
  '[:alnum:]': '\\p{L}\\p{N}',
};

/**
 * Compiles a SIMILAR TO pattern to a test of the whole text.
 *
 * Errors: TableRuntimeError INVALID_PATTERN, UNSAFE_PATTERN.
 */
export function compileSimilar(
  pattern: string,
  escapeWith: string | null,
): (value: string) => boolean {
  const source = translate(pattern, escapeWith);
  const guarded = new GuardedRegex(pattern, compile(source, pattern));
  return (value) => guarded.test(value);
}

function compile(source: string, pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, 'gsu');
  } catch (cause) {
    throw invalid(pattern, 'it is no regular expression', cause);
  }
}

function translate(pattern: string, escapeWith: string | null): string {
  let source = '';
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === escapeWith) {
      const next = characters[++i];
      if (next === undefined) throw invalid(pattern, 'the escape character is its last');
      source += quote(next);
    } else if (character === '[') {
      const end = classEnd(characters, i);
      if (end < 0) throw invalid(pattern, 'a [ has no ]');
      source += characterClass(characters.slice(i + 1, end).join(''));
      i = end;
    } else if (character === '%') source += '.*';
    else if (character === '_') source += '.';
    else source += '|*+?(){}'.includes(character) ? character : quote(character);
  }
  return source;
}

/** The index of the `]` that ends the class which begins at `start`; -1 if there is none. */
function classEnd(characters: readonly string[], start: number): number {
  for (let i = start + 1; i < characters.length; i++) {
    if (characters[i] === '[' && characters[i + 1] === ':') i = characters.indexOf(']', i + 2);
    else if (characters[i] === ']') return i;
    if (i < 0) return -1;
  }
  return -1;
}

function characterClass(body: string): string {
  const negated = body.startsWith('^');
  let inner = negated ? body.slice(1) : body;
  const named: string[] = [];
  inner = inner.replace(/\[:\w+:\]/g, (name) => {
    named.push(CLASSES[name] ?? '');
    return '';
  });
  const whole = CLASSES[`[${inner}]`];
  const quoted = whole ?? inner.replace(/[\\[\]^]/g, '\\$&');
  return `[${negated ? '^' : ''}${named.join('')}${quoted}]`;
}

function quote(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}

function invalid(pattern: string, reason: string, cause?: unknown) {
  return runtimeError('INVALID_PATTERN', { pattern, reason }, { cause });
}
