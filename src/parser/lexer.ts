import type { IToken, TokenType } from 'chevrotain';
import { lexerError } from './errors.ts';
import { FORMS, Identifier, LParen, SYMBOL_TYPES, WORDS } from './vocabulary.ts';

/** A word by the rules of Unicode: what the pattern of `Identifier` lets through is checked by this. */
const WORD = /^[\p{L}\p{Nl}_$][\p{L}\p{Nl}\p{M}\p{Nd}\p{Pc}$]*/u;

/** Space, or a comment; a hint is none. */
const BETWEEN = /[\s\u200b]+|(?:--|\/\/)[^\n\r]*|\/\*(?!\+)[^*]*\*+(?:[^/*][^*]*\*+)*\//y;

/** A token: a group for each form, or a symbol. */
const TOKEN = new RegExp(
  [
    ...FORMS.map(({ PATTERN }) => `(${(PATTERN as RegExp).source})`),
    ...[...SYMBOL_TYPES.keys()].map(symbolPattern),
  ].join('|'),
  'y',
);

/** The group of words, which may be keywords. */
const IDENTIFIER = FORMS.indexOf(Identifier) + 1;

/** By character those symbols that begin nothing else. */
const SINGLES: (TokenType | undefined)[] = [];
for (const symbol of ',();+?[]') SINGLES[symbol.charCodeAt(0)] = SYMBOL_TYPES.get(symbol)!;

/** Characters: between the first two nothing but the others begins space or a comment. */
const [SPACE, DELETE, MINUS, SLASH] = [0x20, 0x7f, 0x2d, 0x2f] as const;

/**
 * Splits SQL into tokens. A word is lexed as an identifier and then looked up in the word lists.
 * Two patterns do what Chevrotain's lexer does, which takes 5 ms at the start to analyse its own.
 *
 * Errors: SqlParserError UNEXPECTED_CHARACTER, UNTERMINATED.
 */
export function tokenize(sql: string): IToken[] {
  const tokens: IToken[] = [];
  for (let at = behindSpace(sql, 0); at < sql.length; ) {
    const token = tokenAt(sql, at);
    // Where `QueryParentheses` starts to look.
    if (token.tokenType === LParen) token.payload = tokens.length;
    tokens.push(token);
    at = behindSpace(sql, at + token.image.length);
  }
  return tokens;
}

function tokenAt(sql: string, at: number): IToken {
  const single = SINGLES[sql.charCodeAt(at)];
  if (single !== undefined) return tokenOf(single, single.LABEL!, at);
  TOKEN.lastIndex = at;
  const match = TOKEN.exec(sql);
  if (match === null) throw lexerError(sql, at);
  const [image] = match;
  if (match[IDENTIFIER] === undefined) return tokenOf(typeOf(match), image, at);
  checkWord(sql, image, at);
  return tokenOf(WORDS.get(image.toUpperCase()) ?? Identifier, image, at);
}

function tokenOf(tokenType: TokenType, image: string, startOffset: number): IToken {
  // Chevrotain numbers every token type when it builds a parser.
  return { image, startOffset, tokenTypeIdx: tokenType.tokenTypeIdx!, tokenType };
}

/** Passes over space and comments. */
function behindSpace(sql: string, start: number): number {
  let at = start;
  while (at < sql.length) {
    const code = sql.charCodeAt(at);
    if (code > SPACE && code < DELETE && code !== MINUS && code !== SLASH) break;
    BETWEEN.lastIndex = at;
    if (!BETWEEN.test(sql)) break;
    at = BETWEEN.lastIndex;
  }
  return at;
}

function typeOf(match: RegExpExecArray): TokenType {
  for (let i = 0; i < FORMS.length; i++) if (match[i + 1] !== undefined) return FORMS[i]!;
  return SYMBOL_TYPES.get(match[0])!;
}

/** A slash before a star would be a comment without an end. */
function symbolPattern(symbol: string): string {
  const escaped = symbol.replace(/\W/g, '\\$&');
  return symbol === '/' ? `${escaped}(?!\\*)` : escaped;
}

function checkWord(sql: string, image: string, startOffset: number): void {
  for (let i = 0; i < image.length; i++) {
    if (image.charCodeAt(i) < 0x80) continue;
    const valid = WORD.exec(image)?.[0].length ?? 0;
    if (valid < image.length) throw lexerError(sql, startOffset + valid);
    return;
  }
}
