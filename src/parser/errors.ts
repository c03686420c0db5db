import { EOF, type IToken, type TokenType, tokenMatcher } from 'chevrotain';
import { didYouMean } from '../common/diagnostics.ts';
import {
  parserError,
  type ResourceError,
  resourceError,
  type Span,
  type SqlParserError,
} from '../common/errors.ts';
import { shorten } from './literals.ts';
import { EXPRESSION_DEPTH_MAX, NESTING_MAX, NESTING_WEIGHT } from './nesting.ts';
import {
  BangEqual,
  Equal,
  Identifier,
  K,
  Name,
  NumberToken,
  QuotedString,
  Semicolon,
  WORDS,
} from './vocabulary.ts';

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

/** The error for an expression whose tree is deeper than what follows the parser can walk. */
export function depthError(token: IToken): ResourceError {
  const limit = EXPRESSION_DEPTH_MAX;
  return resourceError('EXPRESSION_DEPTH_LIMIT', { limit }, { span: spanOf(token), limit });
}

function describe(token: IToken, expected: readonly string[], required?: string) {
  const found = isEnd(token) ? 'the end of the text' : `'${shorten(token.image)}'`;
  const sorted = [...expected].sort(byName);
  const shown = sorted.slice(0, EXPECTED_MAX);
  // What must come is the last to be left out.
  if (required !== undefined && !shown.includes(required)) shown.splice(-1, 1, required);
  return { found, expected: shown.sort(byName) };
}

/** Words before symbols, which begin with a quote here. */
function byName(a: string, b: string): number {
  const symbols = Number(a.startsWith("'")) - Number(b.startsWith("'"));
  return symbols !== 0 ? symbols : a < b ? -1 : 1;
}

/** What the grammar would have taken at a place. */
export interface Expectation {
  readonly types: ReadonlySet<TokenType>;
  /** The one token that must come, if there is one. */
  readonly required: TokenType | null;
}

/** The error at `token`, where the grammar would have taken something else. */
export function syntaxError(
  token: IToken,
  previous: IToken | undefined,
  { types, required }: Expectation,
  expressionTypes: ReadonlySet<TokenType>,
  source: string,
): SqlParserError {
  const span = isEnd(token) ? endSpan(source) : spanOf(token);
  if (previous?.tokenType === Semicolon && types.size === 1 && types.has(Semicolon)) {
    const hint =
      'One statement is expected here: executeScript(sql) runs several, one after another.';
    return parserError('UNEXPECTED_TOKEN', describe(token, ['the end of the text']), {
      span,
      hint,
    });
  }
  const names = expectedNames(types, expressionTypes);
  const params = describe(token, names, required === null ? undefined : nameOf(required));
  const hint = hintFor(token, previous, types, source);
  return parserError('UNEXPECTED_TOKEN', params, { span, hint });
}

function hintFor(
  token: IToken,
  previous: IToken | undefined,
  types: ReadonlySet<TokenType>,
  source: string,
): string | null {
  if (token.tokenType === BangEqual) return "Not equal is written '<>'.";
  if (token.tokenType === Equal && previous?.tokenType === Equal) return "Equal is written '='.";
  if (source.startsWith('::', token.startOffset)) return 'A cast is written CAST(value AS type).';
  if (token.tokenType === QuotedString && types.has(K.UNNEST) && types.has(Name)) {
    return 'Names, and paths of files, are quoted with backticks.';
  }
  const isWord = WORDS.has(token.image.toUpperCase()) && !tokenMatcher(token, Name);
  const couldBeName = types.has(Name) || types.has(NumberToken);
  if (isWord && couldBeName && !NEVER_NAMES.has(token.tokenType)) {
    return `'${token.image}' is a reserved word: as a name it is written \`${token.image}\`.`;
  }
  return nearestKeyword(token, types) ?? misspeltBefore(previous);
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
    else names.add(nameOf(type));
  }
  return [...names];
}

function nameOf({ name, LABEL: label }: TokenType): string {
  if (label === undefined) return name;
  return /^\w/.test(label) ? label : `'${label}'`;
}

/** The keyword that was probably meant by an unexpected word. */
function nearestKeyword(token: IToken, types: ReadonlySet<TokenType>): string | null {
  if (token.tokenType !== Identifier || token.image.length < 3) return null;
  const keywords = [...types].filter((type) => WORDS.get(type.name) === type);
  return didYouMean(
    token.image,
    keywords.map((type) => type.name),
  );
}

/** Reserved words that nobody means as a name. */
const NEVER_NAMES = new Set([
  ...[K.SELECT, K.FROM, K.WHERE, K.AS, K.ON, K.BY, K.AND, K.OR, K.IN, K.IS],
  ...[K.CASE, K.WHEN, K.THEN, K.ELSE, K.END, K.JOIN, K.UNION],
]);

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
