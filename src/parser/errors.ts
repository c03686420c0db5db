import { EOF, type IToken, type TokenType } from 'chevrotain';
import { didYouMean } from '../common/diagnostics.ts';
import {
  parserError,
  type ResourceError,
  resourceError,
  type Span,
  type SqlParserError,
} from '../common/errors.ts';
import { shorten } from './literals.ts';
import { NESTING_MAX, NESTING_WEIGHT } from './nesting.ts';
import { Identifier, K, NumberToken, WORDS } from './vocabulary.ts';

/** How many expected words a message lists. */
const EXPECTED_MAX = 10;

/** The error for a character that starts no token: a stray character, or a string without an end. */
export function lexerError(sql: string, offset: number): SqlParserError {
  const rest = sql.slice(offset);
  const opening = /^(?:'|`|\/\*|_\w*'|[uU]&'|[xXeE]')/.exec(rest)?.[0];
  if (opening !== undefined) {
    const what = opening === '`' ? 'identifier' : opening === '/*' ? 'comment' : 'string';
    const span = { start: offset, end: offset + opening.length };
    return parserError('UNTERMINATED', { what }, { span });
  }
  const char = String.fromCodePoint(sql.codePointAt(offset) ?? 0);
  const span = { start: offset, end: offset + char.length };
  const hint = char === '"' ? 'Names are quoted with backticks, strings with single quotes.' : null;
  return parserError('UNEXPECTED_CHARACTER', { character: showCharacter(char) }, { span, hint });
}

/** Printable characters as they are, others by number. */
function showCharacter(char: string): string {
  if (/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(char)) return `'${char}'`;
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The error for a token that the grammar does not want, with what it wants instead. */
export function unexpectedToken(token: IToken, expected: readonly string[]): SqlParserError {
  return parserError('UNEXPECTED_TOKEN', describe(token, expected), { span: spanOf(token) });
}

/** The error for a statement whose parts do not go together. */
export function invalidStatement(reason: string, span: Span | null): SqlParserError {
  return parserError('INVALID_STATEMENT', { reason }, { span });
}

/** The error for a text that nests deeper than the parser goes. */
export function nestingError(token: IToken | null): ResourceError {
  const { expression, call, query } = NESTING_WEIGHT;
  const params = {
    parentheses: NESTING_MAX,
    calls: Math.floor(NESTING_MAX / (expression + call)),
    queries: Math.floor(NESTING_MAX / query),
  };
  const span = token === null ? null : spanOf(token);
  return resourceError('NESTING_LIMIT', params, { span, limit: NESTING_MAX });
}

function describe(token: IToken, expected: readonly string[]) {
  const found = isEnd(token) ? 'the end of the text' : `'${shorten(token.image)}'`;
  return { found, expected: [...expected].sort().slice(0, EXPECTED_MAX) };
}

/** The error at `token`, where the grammar would have taken one of `types`. */
export function syntaxError(
  token: IToken,
  previous: IToken | undefined,
  types: ReadonlySet<TokenType>,
  expressionTypes: ReadonlySet<TokenType>,
  source: string,
): SqlParserError {
  const span = isEnd(token) ? endSpan(source) : spanOf(token);
  const hint = nearestKeyword(token, types) ?? misspeltBefore(previous);
  return parserError('UNEXPECTED_TOKEN', describe(token, expectedNames(types, expressionTypes)), {
    span,
    hint,
  });
}

/** What a set of token types is called: all that begins an expression is "an expression". */
function expectedNames(
  types: ReadonlySet<TokenType>,
  expressionTypes: ReadonlySet<TokenType>,
): string[] {
  const names = new Set<string>();
  const isExpression = types.has(NumberToken) && types.has(K.CASE);
  for (const type of types) {
    if (isExpression && expressionTypes.has(type)) names.add('expression');
    else names.add(type.LABEL ?? type.name);
  }
  return [...names];
}

/** The keyword that was probably meant by an unexpected word. */
function nearestKeyword(token: IToken, types: ReadonlySet<TokenType>): string | null {
  if (token.tokenType !== Identifier) return null;
  const keywords = [...types].filter((type) => WORDS.get(type.name) === type);
  return didYouMean(
    token.image,
    keywords.map((type) => type.name),
  );
}

/** Clause words that, misspelt, pass for the alias of what stands before them. */
const CLAUSES = [K.FROM, K.WHERE, K.GROUP, K.ORDER, K.HAVING, K.LIMIT, K.UNION, K.JOIN, K.AS];

function misspeltBefore(previous: IToken | undefined): string | null {
  if (previous?.tokenType !== Identifier || previous.image.length < 3) return null;
  return didYouMean(
    previous.image,
    CLAUSES.map((type) => type.name),
  );
}

function isEnd(token: IToken): boolean {
  return token.tokenType === EOF;
}

function spanOf(token: IToken): Span | null {
  if (isEnd(token)) return null;
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}

/** The place behind the last character that is no space. */
function endSpan(source: string): Span {
  const end = source.trimEnd().length;
  return { start: end, end };
}
