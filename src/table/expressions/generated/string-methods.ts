// Written by `npm run docs` from the definitions in `src/functions/builtin`.

import type { AnyExpression, Expression } from '../expression.ts';
import type { AnyOperand, NullIf, Operand, Untyped } from '../values.ts';

/** Functions of texts and bytes. */
export interface StringMethods<T, C extends string> {
  /** The first byte of a string in UTF-8, 0 of an empty one. */
  ascii(this: AnyExpression<string | null>): Expression<NullIf<number, T>, C>;

  /** A string without given characters (blanks unless given) at its ends. */
  btrim<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    characters?: Operand<A, D>,
  ): Expression<NullIf<string, T | A>, C | D>;

  /** The number of characters (Unicode code points) in a string. */
  charLength(this: AnyExpression<string | null>): Expression<NullIf<number, T>, C>;

  /** The number of characters (Unicode code points) in a string. */
  characterLength(this: AnyExpression<string | null>): Expression<NullIf<number, T>, C>;

  /** The character of a code modulo 256; none for a negative code. */
  chr(this: AnyExpression<number | bigint | null>): Expression<NullIf<string, T>, C>;

  /** Strings, one after the other; NULL if one is NULL. */
  concat<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    ...string2: readonly Operand<A, D>[]
  ): Expression<NullIf<string, T | A>, C | D>;

  /** The string that bytes are in a character set: US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE or UTF-16LE. */
  decode<A extends string | null = never, D extends string = never>(
    this: AnyExpression<Uint8Array | null>,
    charset: Operand<A, D>,
  ): Expression<string | null, C | D>;

  /** The argument of an index, from 1; NULL if there is none. */
  elt<A extends string | Uint8Array | null = never, D extends string = never>(
    this: AnyExpression<number | bigint | null>,
    ...expr: readonly Operand<A, D>[]
  ): Expression<Untyped, C | D>;

  /** The bytes of a string in a character set: US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE or UTF-16LE. */
  encode<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    charset: Operand<A, D>,
  ): Expression<Uint8Array | null, C | D>;

  /** Whether a string or byte string ends with another one. */
  endsWith<A extends string | Uint8Array | null = never, D extends string = never>(
    this: AnyExpression<string | Uint8Array | null>,
    other: Operand<A, D>,
  ): Expression<NullIf<boolean, T | A>, C | D>;

  /** The string (in UTF-8) of a text in base 64; other texts are an error. */
  fromBase64(this: AnyExpression<string | Uint8Array | null>): Expression<string | null, C>;

  /** Java's hash code of a string, number or truth value. */
  hashCode(
    this: AnyExpression<string | number | bigint | boolean | null>,
  ): Expression<NullIf<number, T>, C>;

  /** The number of an IPv4 address; NULL if the text is none. Missing parts are zeros before the last. */
  inetAton(this: AnyExpression<string | null>): Expression<bigint | null, C>;

  /** The IPv4 address of a number; NULL if there is none. */
  inetNtoa(this: AnyExpression<number | bigint | null>): Expression<string | null, C>;

  /** A string in which every word (of letters and digits) begins in upper case and goes on in lower case. */
  initCap(this: AnyExpression<string | null>): Expression<NullIf<string, T>, C>;

  /** Where a string occurs in another for the nth time, from a position on (backwards if negative); from 1, 0 if nowhere. */
  instr<
    A extends string | null = never,
    B extends number | bigint | null = never,
    D extends string = never,
  >(
    this: AnyExpression<string | null>,
    search: Operand<A, D>,
    position?: Operand<B, D>,
    nth?: Operand<B, D>,
  ): Expression<NullIf<number, T | A | B>, C | D>;

  /** Whether bytes are well-formed UTF-8. */
  isValidUtf8(this: AnyExpression<Uint8Array | null>): Expression<NullIf<boolean, T>, C>;

  /** The first characters of a string; none for a negative length. */
  left<A extends number | bigint | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    length: Operand<A, D>,
  ): Expression<NullIf<string, T | A>, C | D>;

  /** Where a string first occurs in another, at or after a position if given; from 1, 0 if nowhere. */
  locate<
    A extends string | null = never,
    B extends number | bigint | null = never,
    D extends string = never,
  >(
    this: AnyExpression<string | null>,
    string: Operand<A, D>,
    position?: Operand<B, D>,
  ): Expression<NullIf<number, T | A | B>, C | D>;

  /** A string in lower case. */
  lowerCase(this: AnyExpression<string | null>): Expression<NullIf<string, T>, C>;

  /** A string cut or padded to a length; NULL for a negative length or an empty padding. */
  lpad<
    A extends number | bigint | null = never,
    B extends string | null = never,
    D extends string = never,
  >(
    this: AnyExpression<string | null>,
    length: Operand<A, D>,
    pad: Operand<B, D>,
  ): Expression<string | null, C | D>;

  /** A string without given characters (blanks unless given) at its start. */
  ltrim<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    characters?: Operand<A, D>,
  ): Expression<NullIf<string, T | A>, C | D>;

  /** The string of bytes in UTF-8, in which malformed bytes are replaced. */
  makeValidUtf8(this: AnyExpression<Uint8Array | null>): Expression<NullIf<string, T>, C>;

  /** The MD5 hash of a string, in hexadecimal digits. */
  md5(this: AnyExpression<string | Uint8Array | null>): Expression<NullIf<string, T>, C>;

  /** A string in which characters from a position on are replaced by another string. */
  overlay<
    A extends string | null = never,
    B extends number | bigint | null = never,
    D extends string = never,
  >(
    this: AnyExpression<string | null>,
    replacement: Operand<A, D>,
    position: Operand<B, D>,
    length?: Operand<B, D>,
  ): Expression<NullIf<string, T | A | B>, C | D>;

  /** A part of a URL: HOST, PATH, QUERY, REF, PROTOCOL, AUTHORITY, FILE or USERINFO; with QUERY also the value of a key. */
  parseUrl<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    part: Operand<A, D>,
    key?: Operand<A, D>,
  ): Expression<string | null, C | D>;

  /** Where a string first occurs in another, at or after a position if given; from 1, 0 if nowhere. */
  position<
    A extends string | null = never,
    B extends number | bigint | null = never,
    D extends string = never,
  >(
    this: AnyExpression<string | null>,
    string: Operand<A, D>,
    position?: Operand<B, D>,
  ): Expression<NullIf<number, T | A | B>, C | D>;

  /** Values in a format of Java's Formatter; NULL if the format is malformed. */
  printf<D extends string = never>(
    this: AnyExpression<string | null>,
    ...obj: readonly AnyOperand<D>[]
  ): Expression<string | null, C | D>;

  /** Whether a part of a string matches a regular expression (of Java). */
  regexp<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    regex: Operand<A, D>,
  ): Expression<boolean | null, C | D>;

  /** How often a regular expression matches in a string. */
  regexpCount<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    regex: Operand<A, D>,
  ): Expression<number | null, C | D>;

  /** A group (0, the whole match, unless given) of the first match of a regular expression. */
  regexpExtract<
    A extends string | null = never,
    B extends number | bigint | null = never,
    D extends string = never,
  >(
    this: AnyExpression<string | null>,
    regex: Operand<A, D>,
    group?: Operand<B, D>,
  ): Expression<string | null, C | D>;

  /** A group (the first unless given) of every match of a regular expression. */
  regexpExtractAll<
    A extends string | null = never,
    B extends number | bigint | null = never,
    D extends string = never,
  >(
    this: AnyExpression<string | null>,
    regex: Operand<A, D>,
    group?: Operand<B, D>,
  ): Expression<unknown[] | null, C | D>;

  /** Where a regular expression first matches, from 1; 0 if nowhere. */
  regexpInstr<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    regex: Operand<A, D>,
  ): Expression<number | null, C | D>;

  /** A string in which every match of a regular expression is replaced; $1 in the replacement is the first group. */
  regexpReplace<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    regex: Operand<A, D>,
    replacement: Operand<A, D>,
  ): Expression<string | null, C | D>;

  /** The first match of a regular expression; NULL if there is none. */
  regexpSubstr<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    regex: Operand<A, D>,
  ): Expression<string | null, C | D>;

  /** A string repeated some times. */
  repeat<A extends number | bigint | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    times: Operand<A, D>,
  ): Expression<NullIf<string, T | A>, C | D>;

  /** A string in which every occurrence of another is replaced. */
  replace<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    search: Operand<A, D>,
    replacement: Operand<A, D>,
  ): Expression<NullIf<string, T | A>, C | D>;

  /** A string with its characters in reverse order. */
  reverse(this: AnyExpression<string | null>): Expression<NullIf<string, T>, C>;

  /** The last characters of a string; none for a negative length. */
  right<A extends number | bigint | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    length: Operand<A, D>,
  ): Expression<NullIf<string, T | A>, C | D>;

  /** REGEXP as an operator. */
  rlike<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    regex: Operand<A, D>,
  ): Expression<boolean | null, C | D>;

  /** A string cut or padded to a length; NULL for a negative length or an empty padding. */
  rpad<
    A extends number | bigint | null = never,
    B extends string | null = never,
    D extends string = never,
  >(
    this: AnyExpression<string | null>,
    length: Operand<A, D>,
    pad: Operand<B, D>,
  ): Expression<string | null, C | D>;

  /** A string without given characters (blanks unless given) at its end. */
  rtrim<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    characters?: Operand<A, D>,
  ): Expression<NullIf<string, T | A>, C | D>;

  /** The SHA1 hash of a string, in hexadecimal digits. */
  sha1(this: AnyExpression<string | Uint8Array | null>): Expression<NullIf<string, T>, C>;

  /** The SHA-2 hash of a string with 224, 256, 384 or 512 bits, in hexadecimal digits. */
  sha2<A extends number | bigint | null = never, D extends string = never>(
    this: AnyExpression<string | Uint8Array | null>,
    hashLength: Operand<A, D>,
  ): Expression<string | null, C | D>;

  /** The SHA224 hash of a string, in hexadecimal digits. */
  sha224(this: AnyExpression<string | Uint8Array | null>): Expression<NullIf<string, T>, C>;

  /** The SHA256 hash of a string, in hexadecimal digits. */
  sha256(this: AnyExpression<string | Uint8Array | null>): Expression<NullIf<string, T>, C>;

  /** The SHA384 hash of a string, in hexadecimal digits. */
  sha384(this: AnyExpression<string | Uint8Array | null>): Expression<NullIf<string, T>, C>;

  /** The SHA512 hash of a string, in hexadecimal digits. */
  sha512(this: AnyExpression<string | Uint8Array | null>): Expression<NullIf<string, T>, C>;

  /** A part of a string between separators, counted from 0; NULL if there is none. The separator may be a character code. */
  splitIndex<
    A extends string | number | bigint | null = never,
    B extends number | bigint | null = never,
    D extends string = never,
  >(
    this: AnyExpression<string | null>,
    separator: Operand<A, D>,
    index: Operand<B, D>,
  ): Expression<string | null, C | D>;

  /** Whether a string or byte string begins with another one. */
  startsWith<A extends string | Uint8Array | null = never, D extends string = never>(
    this: AnyExpression<string | Uint8Array | null>,
    other: Operand<A, D>,
  ): Expression<NullIf<boolean, T | A>, C | D>;

  /** Part of a string from a position that counts from 1, or from the end if negative; NULL for a negative length. */
  substr<A extends number | bigint | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    position: Operand<A, D>,
    length?: Operand<A, D>,
  ): Expression<string | null, C | D>;

  /** Part of a string from a position that counts from 1, or from the end if negative; NULL for a negative length. */
  substring<A extends number | bigint | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    position: Operand<A, D>,
    length?: Operand<A, D>,
  ): Expression<string | null, C | D>;

  /** A string (in UTF-8) or byte string in base 64. */
  toBase64(this: AnyExpression<string | Uint8Array | null>): Expression<NullIf<string, T>, C>;

  /** A string in which characters are replaced by those at the same place of another string, or dropped if there is none. */
  translate<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    from: Operand<A, D>,
    to: Operand<A, D>,
  ): Expression<string | null, C | D>;

  /** A string in which characters are replaced by those at the same place of another string, or dropped if there is none. */
  translate3<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    from: Operand<A, D>,
    to: Operand<A, D>,
  ): Expression<string | null, C | D>;

  /** A string in upper case. */
  upperCase(this: AnyExpression<string | null>): Expression<NullIf<string, T>, C>;

  /** A string from application/x-www-form-urlencoded form; NULL if it is not in that form. */
  urlDecode(this: AnyExpression<string | null>): Expression<string | null, C>;

  /** A string in application/x-www-form-urlencoded form. */
  urlEncode(this: AnyExpression<string | null>): Expression<string | null, C>;
}
