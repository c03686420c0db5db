import { runtimeError } from '../../common/errors.ts';
import { BIGINT, BOOLEAN, BYTES, INT, STRING } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import {
  arg,
  explicit,
  explicitArg,
  forceNullable,
  nullableIfArgs,
  optionalFrom,
  sequence,
} from '../type-strategies.ts';
import { utf8Replaced, utf8Valid } from '../utf8.ts';

const text = arg('string', 'CHARACTER_STRING');
const textOrBytes = arg('string', 'CHARACTER_STRING', 'BINARY_STRING');

/** ASCII(text). */
export const ASCII = defineScalar({
  name: 'ASCII',
  doc: 'The first byte of a string in UTF-8, 0 of an empty one.',
  input: sequence(text),
  output: nullableIfArgs(explicit(INT)),
  // As in Flink the byte is signed.
  eval: (value: string) => ((Buffer.from(value.slice(0, 2), 'utf8')[0] ?? 0) << 24) >> 24,
  examples: [["ASCII('efg')", '101']],
});

/** CHR(integer). */
export const CHR = defineScalar({
  name: 'CHR',
  doc: 'The character of a code modulo 256; none for a negative code.',
  input: sequence(explicitArg('code', BIGINT)),
  output: nullableIfArgs(explicit(STRING)),
  eval: (code: bigint) => (code < 0n ? '' : String.fromCharCode(Number(code & 255n))),
  examples: [['CHR(97 + 256)', 'a']],
});

/** ENCODE(text, charset). */
export const ENCODE = defineScalar({
  name: 'ENCODE',
  doc: 'The bytes of a string in a character set: US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE or UTF-16LE.',
  input: sequence(text, arg('charset', 'CHARACTER_STRING')),
  output: forceNullable(explicit(BYTES)),
  eval: encode,
  examples: [["HEX(DECODE(ENCODE('a', 'UTF-16LE'), 'UTF-16LE'))", '61']],
});

/** DECODE(bytes, charset). */
export const DECODE = defineScalar({
  name: 'DECODE',
  doc: 'The string that bytes are in a character set: US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE or UTF-16LE.',
  input: sequence(arg('binary', 'BINARY_STRING'), arg('charset', 'CHARACTER_STRING')),
  output: forceNullable(explicit(STRING)),
  eval: decode,
  examples: [["DECODE(ENCODE('中国', 'UTF-16LE'), 'UTF-16LE')", '中国']],
});

function encode(value: string, charset: string): Uint8Array {
  switch (charset.toUpperCase()) {
    case 'UTF-8':
    case 'UTF8':
      return new Uint8Array(Buffer.from(value, 'utf8'));
    case 'US-ASCII':
    case 'ASCII':
      return Uint8Array.from(value, (c) => replaced(c.codePointAt(0)!, 0x7f));
    case 'ISO-8859-1':
      return Uint8Array.from(value, (c) => replaced(c.codePointAt(0)!, 0xff));
    case 'UTF-16LE':
      return new Uint8Array(Buffer.from(value, 'utf16le'));
    case 'UTF-16BE':
      return new Uint8Array(Buffer.from(value, 'utf16le').swap16());
    case 'UTF-16':
      return new Uint8Array(Buffer.from(`\ufeff${value}`, 'utf16le').swap16());
    default:
      throw unknownCharset('ENCODE', charset);
  }
}

/** Characters that a set does not have become question marks. */
function replaced(code: number, max: number): number {
  return code > max ? 0x3f : code;
}

function decode(bytes: Uint8Array, charset: string): string {
  switch (charset.toUpperCase()) {
    case 'UTF-8':
    case 'UTF8':
      return utf8Replaced(bytes);
    case 'US-ASCII':
    case 'ASCII':
      return Array.from(bytes, (b) => (b > 0x7f ? '\ufffd' : String.fromCharCode(b))).join('');
    case 'ISO-8859-1':
      return Buffer.from(bytes).toString('latin1');
    case 'UTF-16LE':
      return Buffer.from(bytes).toString('utf16le');
    case 'UTF-16BE':
      return bigEndian(bytes);
    case 'UTF-16':
      if (bytes[0] === 0xff && bytes[1] === 0xfe) return Buffer.from(bytes).toString('utf16le', 2);
      return bigEndian(bytes[0] === 0xfe && bytes[1] === 0xff ? bytes.subarray(2) : bytes);
    default:
      throw unknownCharset('DECODE', charset);
  }
}

function bigEndian(bytes: Uint8Array): string {
  const even = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  return even.swap16().toString('utf16le');
}

function unknownCharset(name: string, charset: string) {
  return runtimeError('INVALID_FUNCTION_ARGUMENT', {
    function: name,
    reason: `unknown character set '${charset}'`,
  });
}

/** TO_BASE64(text). */
export const TO_BASE64 = defineScalar({
  name: 'TO_BASE64',
  doc: 'A string (in UTF-8) or byte string in base 64.',
  input: sequence(textOrBytes),
  output: nullableIfArgs(explicit(STRING)),
  eval: (value: string | Uint8Array) => bytesOf(value).toString('base64'),
  examples: [["TO_BASE64('hello world')", 'aGVsbG8gd29ybGQ=']],
});

/** Base 64 with the signs + and /; the last = may be left out together. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** FROM_BASE64(text). */
export const FROM_BASE64 = defineScalar({
  name: 'FROM_BASE64',
  doc: 'The string (in UTF-8) of a text in base 64; other texts are an error.',
  input: sequence(textOrBytes),
  output: forceNullable(explicit(STRING)),
  eval: (value: string | Uint8Array) => {
    const base64 = bytesOf(value).toString('latin1');
    if (BASE64.test(base64)) return Buffer.from(base64, 'base64').toString('utf8');
    throw runtimeError('INVALID_FUNCTION_ARGUMENT', {
      function: 'FROM_BASE64',
      reason: 'the text is not base 64',
    });
  },
  examples: [["FROM_BASE64('aGVsbG8gd29ybGQ=')", 'hello world']],
});

function bytesOf(value: string | Uint8Array): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value);
}

/** URL_ENCODE(text). */
export const URL_ENCODE = defineScalar({
  name: 'URL_ENCODE',
  doc: 'A string in application/x-www-form-urlencoded form.',
  input: sequence(text),
  output: forceNullable(explicit(STRING)),
  eval: (value: string) =>
    encodeURIComponent(value.toWellFormed())
      .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+'),
  examples: [["URL_ENCODE('a b?')", 'a+b%3F']],
});

/** URL_DECODE(text). */
export const URL_DECODE = defineScalar({
  name: 'URL_DECODE',
  doc: 'A string from application/x-www-form-urlencoded form; NULL if it is not in that form.',
  input: sequence(text),
  output: forceNullable(explicit(STRING)),
  eval: (value: string) => {
    if (/%(?![0-9a-fA-F]{2})/.test(value)) return null;
    const bytes = value
      .replaceAll('+', ' ')
      .replace(/(?:%[0-9a-fA-F]{2})+/g, (part) =>
        Buffer.from(part.replaceAll('%', ''), 'hex').toString('utf8'),
      );
    return bytes;
  },
  examples: [["URL_DECODE('a+b%3F')", 'a b?']],
});

/** PARSE_URL(url, part [, key]). */
export const PARSE_URL = defineScalar({
  name: 'PARSE_URL',
  doc: 'A part of a URL: HOST, PATH, QUERY, REF, PROTOCOL, AUTHORITY, FILE or USERINFO; with QUERY also the value of a key.',
  input: optionalFrom(
    2,
    arg('url', 'CHARACTER_STRING'),
    arg('part', 'CHARACTER_STRING'),
    arg('key', 'CHARACTER_STRING'),
  ),
  output: forceNullable(explicit(STRING)),
  eval: parseUrl,
  examples: [
    ["PARSE_URL('http://facebook.com/path1/p.php?query=1', 'QUERY', 'query')", '1'],
    ["PARSE_URL('http://facebook.com/path1/p.php?query=1', 'HOST')", 'facebook.com'],
  ],
});

function parseUrl(url: string, part: string, key?: string): string | null {
  const match = /^([A-Za-z][\w+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(url);
  if (match === null) return null;
  const [, protocol = '', authority = '', path = '', query, ref] = match;
  const at = authority.lastIndexOf('@');
  if (key !== undefined) {
    if (part !== 'QUERY' || query === undefined) return null;
    const pair = query.split('&').find((item) => item.split('=')[0] === key);
    return pair === undefined ? null : pair.slice(key.length + 1);
  }
  switch (part) {
    case 'PROTOCOL':
      return protocol;
    case 'AUTHORITY':
      return authority;
    case 'HOST':
      return authority.slice(at + 1).replace(/:\d*$/, '');
    case 'PATH':
      return path;
    case 'QUERY':
      return query ?? null;
    case 'REF':
      return ref ?? null;
    case 'FILE':
      return query === undefined ? path : `${path}?${query}`;
    case 'USERINFO':
      return at < 0 ? null : authority.slice(0, at);
    default:
      return null;
  }
}

/** INET_ATON(text). */
export const INET_ATON = defineScalar({
  name: 'INET_ATON',
  doc: 'The number of an IPv4 address; NULL if the text is none. Missing parts are zeros before the last.',
  input: sequence(text),
  output: forceNullable(explicit(BIGINT)),
  eval: (value: string) => {
    if (!/^\d+(\.\d+){0,3}$/.test(value)) return null;
    const parts = value.split('.').map(Number);
    if (parts.some((part) => part > 255)) return null;
    const last = parts.pop()!;
    const head = parts.reduce((sum, part, i) => sum + part * 256 ** (3 - i), 0);
    return BigInt(head + last);
  },
  examples: [["INET_ATON('127.0.0.1')", '2130706433']],
});

/** INET_NTOA(number). */
export const INET_NTOA = defineScalar({
  name: 'INET_NTOA',
  doc: 'The IPv4 address of a number; NULL if there is none.',
  input: sequence(explicitArg('number', BIGINT)),
  output: forceNullable(explicit(STRING)),
  eval: (value: bigint) => {
    if (value < 0n || value > 0xffffffffn) return null;
    return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  },
  examples: [['INET_NTOA(2130706433)', '127.0.0.1']],
});

/** IS_VALID_UTF8(bytes). */
export const IS_VALID_UTF8 = defineScalar({
  name: 'IS_VALID_UTF8',
  doc: 'Whether bytes are well-formed UTF-8.',
  input: sequence(arg('bytes', 'BINARY_STRING')),
  output: nullableIfArgs(explicit(BOOLEAN)),
  eval: utf8Valid,
  examples: [["IS_VALID_UTF8(X'80')", 'FALSE']],
});

/** MAKE_VALID_UTF8(bytes). */
export const MAKE_VALID_UTF8 = defineScalar({
  name: 'MAKE_VALID_UTF8',
  doc: 'The string of bytes in UTF-8, in which malformed bytes are replaced.',
  input: sequence(arg('bytes', 'BINARY_STRING')),
  output: nullableIfArgs(explicit(STRING)),
  eval: utf8Replaced,
  examples: [["MAKE_VALID_UTF8(X'4180')", 'A\ufffd']],
});
