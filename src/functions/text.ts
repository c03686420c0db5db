import { runtimeError } from '../common/errors.ts';

/** Texts are counted in characters, that is in code points, as SQL's strings are. */

const SURROGATE = /[\ud800-\udfff]/;

/** Whether characters and UTF-16 units are the same in a text: offsets need no conversion then. */
function isPlain(text: string): boolean {
  return !SURROGATE.test(text);
}

/** The number of characters in a text. */
export function countCharacters(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    // The low half of a surrogate pair belongs to the character before it.
    if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) count++;
  }
  return count;
}

/** The characters from offset `start` up to offset `end` (excluded), both counted from 0. */
export function sliceCharacters(text: string, start: number, end: number): string {
  if (isPlain(text)) return text.slice(start, end);
  return [...text].slice(start, end).join('');
}

/** The offset of the first occurrence at or after the offset `from`, in characters; -1 if none. */
export function indexOfCharacters(text: string, part: string, from = 0): number {
  if (isPlain(text)) return text.indexOf(part, from);
  const start = sliceCharacters(text, 0, from).length;
  const unit = text.indexOf(part, start);
  return unit < 0 ? -1 : countCharacters(text.slice(0, unit));
}

/** The characters of a text. */
export function charactersOf(text: string): readonly string[] {
  return isPlain(text) ? text.split('') : [...text];
}

/**
 * SQL's SUBSTRING: `position` counts from 1, or from the end when it is negative; 0 is the start.
 * Null for a negative length.
 */
export function substring(text: string, position: number, length: number): string | null {
  if (length < 0) return null;
  if (position > 0) return sliceCharacters(text, position - 1, position - 1 + length);
  if (position === 0) return sliceCharacters(text, 0, length);
  const start = countCharacters(text) + position;
  return start < 0 ? '' : sliceCharacters(text, start, start + length);
}

/** Removes the characters of a set from the start and the end of a text. */
export function trimCharacters(
  text: string,
  characters: string,
  side: 'BOTH' | 'LEADING' | 'TRAILING',
): string {
  const set = new Set(characters);
  const list = charactersOf(text);
  let start = 0;
  let end = list.length;
  if (side !== 'TRAILING') while (start < end && set.has(list[start]!)) start++;
  if (side !== 'LEADING') while (end > start && set.has(list[end - 1]!)) end--;
  return start === 0 && end === list.length ? text : list.slice(start, end).join('');
}

/** Characters that a string has at most: V8 has no longer ones. */
const LENGTH_LIMIT = 2 ** 29 - 24;

/**
 * Checks the length of a result that a function would make.
 *
 * Errors: TableRuntimeError INVALID_FUNCTION_ARGUMENT.
 */
export function checkLength(length: number, name: string): void {
  if (length <= LENGTH_LIMIT) return;
  throw runtimeError('INVALID_FUNCTION_ARGUMENT', {
    function: name,
    reason: `its result would have ${length} characters`,
  });
}

/** A padding of exactly `length` characters, made of repetitions of `pad`, which is not empty. */
export function padding(pad: string, length: number): string {
  if (length <= 0) return '';
  const times = Math.ceil(length / countCharacters(pad));
  return sliceCharacters(pad.repeat(times), 0, length);
}
