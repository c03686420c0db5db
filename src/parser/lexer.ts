import { type IToken, Lexer } from 'chevrotain';
import { lexerError } from './errors.ts';
import { Identifier, LParen, PATTERNS, WORDS } from './vocabulary.ts';

/** A word by the rules of Unicode: what the pattern of `Identifier` lets through is checked by this. */
const WORD = /^[\p{L}\p{Nl}_$][\p{L}\p{Nl}\p{M}\p{Nd}\p{Pc}$]*/u;

let lexer: Lexer | null = null;

/**
 * Splits SQL into tokens. A word is lexed as an identifier and then looked up in the word lists:
 * a pattern per keyword makes the lexer slow to build.
 *
 * Errors: SqlParserError UNEXPECTED_CHARACTER, UNTERMINATED.
 */
export function tokenize(sql: string): IToken[] {
  lexer ??= new Lexer([...PATTERNS], {
    skipValidations: true,
    ensureOptimizations: false,
    positionTracking: 'onlyOffset',
  });
  const { tokens, errors } = lexer.tokenize(sql);
  const [error] = errors;
  if (error !== undefined) throw lexerError(sql, error.offset);
  for (const [index, token] of tokens.entries()) {
    // Where `QueryParentheses` starts to look.
    if (token.tokenType === LParen) token.payload = index;
    if (token.tokenType !== Identifier) continue;
    checkWord(sql, token);
    const keyword = WORDS.get(token.image.toUpperCase());
    if (keyword === undefined) continue;
    token.tokenType = keyword;
    // Chevrotain numbers every token type when it builds a lexer or a parser.
    token.tokenTypeIdx = keyword.tokenTypeIdx ?? token.tokenTypeIdx;
  }
  return tokens;
}

function checkWord(sql: string, token: IToken): void {
  const { image, startOffset } = token;
  for (let i = 0; i < image.length; i++) {
    if (image.charCodeAt(i) < 0x80) continue;
    const valid = WORD.exec(image)?.[0].length ?? 0;
    if (valid < image.length) throw lexerError(sql, startOffset + valid);
    return;
  }
}
