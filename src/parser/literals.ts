import { parserError } from '../common/errors.ts';

/** The name inside backticks. */
export function unquoteIdentifier(image: string): string {
  return image.slice(1, -1).replaceAll('``', '`');
}

/** The text of 'text' or _CHARSET'text'. */
export function unquoteString(image: string): string {
  return image.slice(image.indexOf("'") + 1, -1).replaceAll("''", "'");
}

/** Where a literal stands in the text, for errors. */
interface Place {
  readonly image: string;
  readonly startOffset: number;
}

/** The text of U&'text' with `\0041` and `\+01F600` resolved. Errors: MALFORMED_LITERAL. */
export function decodeUnicodeString(token: Place, marker = '\\'): string {
  const text = unquoteString(token.image);
  let result = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== marker) {
      result += text[i];
      continue;
    }
    if (text[i + 1] === marker) {
      result += marker;
      i++;
      continue;
    }
    const long = text[i + 1] === '+';
    const digits = long ? text.slice(i + 2, i + 8) : text.slice(i + 1, i + 5);
    result += codePoint(token, digits, long ? 6 : 4);
    i += long ? 7 : 4;
  }
  return result;
}

/** One-letter escapes of E'text'. */
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
};

/** The text of E'text' with C-style escapes resolved. Errors: MALFORMED_LITERAL. */
export function decodeEscapeString(token: Place): string {
  const text = token.image.slice(2, -1);
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === "'") i++;
    if (char !== '\\') {
      result += char;
      continue;
    }
    const letter = text.charAt(++i);
    if (letter === 'u' || letter === 'U') {
      const count = letter === 'u' ? 4 : 8;
      result += codePoint(token, text.slice(i + 1, i + 1 + count), count);
      i += count;
    } else if (letter === 'x' && /^[0-9a-fA-F]/.test(text.slice(i + 1))) {
      const digits = /^[0-9a-fA-F]{1,2}/.exec(text.slice(i + 1))?.[0] ?? '';
      result += String.fromCharCode(Number.parseInt(digits, 16));
      i += digits.length;
    } else if (/^[0-7]/.test(letter)) {
      const digits = /^[0-7]{1,3}/.exec(text.slice(i))?.[0] ?? '';
      result += String.fromCharCode(Number.parseInt(digits, 8));
      i += digits.length - 1;
    } else {
      result += ESCAPES[letter] ?? letter;
    }
  }
  return result;
}

function codePoint(token: Place, digits: string, count: number): string {
  const code = /^[0-9a-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (digits.length === count && code <= 0x10ffff) return String.fromCodePoint(code);
  throw invalidLiteral(token, `an escape of ${count} hexadecimal digits was expected`);
}

/** The bytes of X'0aff'. Errors: MALFORMED_LITERAL. */
export function decodeBinary(token: Place): Uint8Array {
  const digits = unquoteString(token.image);
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) {
    throw invalidLiteral(token, 'pairs of hexadecimal digits were expected');
  }
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

function invalidLiteral(token: Place, reason: string): Error {
  const span = { start: token.startOffset, end: token.startOffset + token.image.length };
  return parserError('MALFORMED_LITERAL', { literal: shorten(token.image), reason }, { span });
}

/** Text cut to what fits a message. */
export function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}
