import { createToken, Lexer, type TokenType } from 'chevrotain';
import {
  FUNCTION_KEYWORDS,
  NILADIC_FUNCTIONS,
  NON_RESERVED_KEYWORDS,
  OPERATOR_KEYWORDS,
  RESERVED_KEYWORDS,
  RESERVED_WORDS,
} from './keywords.ts';

// ── categories and words ─────────────────────────────────────────────────────────────────────

/** Category of everything that can be an identifier as it stands. */
export const Name = createToken({ name: 'Name', label: 'identifier', pattern: Lexer.NA });

/** Category of reserved words that also name functions: LEFT, YEAR, COUNT. */
export const FunctionName = createToken({
  name: 'FunctionName',
  label: 'function name',
  pattern: Lexer.NA,
});

/** A word that is no keyword; every word is lexed as this and then looked up. */
export const Identifier = createToken({
  name: 'Identifier',
  label: 'identifier',
  // Chevrotain drops the flag that \p{L} needs: everything beyond ASCII but the spaces is taken
  // here, and the lexer looks at the odd word again.
  pattern:
    /(?:[A-Za-z_\u0080-\u009f\u00a1-\u167f\u1681-\u1fff\u200c-\u2027\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff00-\uffff]|\$(?=[\w$]))[\w$\u0080-\u009f\u00a1-\u167f\u1681-\u1fff\u200c-\u2027\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff00-\uffff]*/,
  categories: [Name],
});

/** `name` in backticks. */
export const QuotedIdentifier = createToken({
  name: 'QuotedIdentifier',
  label: 'identifier',
  pattern: /`[^`]*(?:``[^`]*)*`/,
  categories: [Name],
});

/** A reserved word that no rule uses. */
export const ReservedWord = createToken({ name: 'ReservedWord', pattern: Lexer.NA });

/** A reserved word that no rule uses except as the name of a function: COUNT, ABS. */
export const ReservedFunction = createToken({
  name: 'ReservedFunction',
  pattern: Lexer.NA,
  categories: [FunctionName],
});

/** A reserved word that is a function without parentheses: CURRENT_DATE, USER. */
export const NiladicFunction = createToken({ name: 'NiladicFunction', pattern: Lexer.NA });

/** Category of the operators between two values. */
export const BinaryOperator = createToken({
  name: 'BinaryOperator',
  label: 'operator',
  pattern: Lexer.NA,
});

// ── literals ─────────────────────────────────────────────────────────────────────────────────

/** 'text', with an optional character set before it (_UTF16'text'). */
export const QuotedString = createToken({
  name: 'QuotedString',
  label: 'string',
  pattern: /(?:_[A-Za-z0-9_-]+)?'[^']*(?:''[^']*)*'/,
});

/** U&'text', E'text' or X'digits'. */
export const PrefixedString = createToken({
  name: 'PrefixedString',
  label: 'string',
  pattern: /(?:[uU]&|[xX])'[^']*(?:''[^']*)*'|[eE]'[^'\\]*(?:(?:''|\\[\s\S])[^'\\]*)*'/,
});

/** An unsigned number. */
export const NumberToken = createToken({
  name: 'Number',
  label: 'number',
  pattern: /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/,
});

// ── symbols ──────────────────────────────────────────────────────────────────────────────────

/** The symbols; the longer stand before their own beginnings. */
const SYMBOLS = {
  HintOpen: '/*+',
  HintClose: '*/',
  Arrow: '=>',
  LessEqual: '<=',
  GreaterEqual: '>=',
  NotEqual: '<>',
  BangEqual: '!=',
  Concat: '||',
  ExclusionOpen: '{-',
  ExclusionClose: '-}',
  LParen: '(',
  RParen: ')',
  LBracket: '[',
  RBracket: ']',
  LBrace: '{',
  RBrace: '}',
  Comma: ',',
  Semicolon: ';',
  Dot: '.',
  Question: '?',
  Colon: ':',
  Plus: '+',
  Minus: '-',
  Star: '*',
  Slash: '/',
  Percent: '%',
  Equal: '=',
  Less: '<',
  Greater: '>',
  Bar: '|',
  Caret: '^',
  Dollar: '$',
} as const;

const OPERATORS = new Set('<= >= <> || + - * / % = < >'.split(' '));

function symbolTokens(): { readonly [name in keyof typeof SYMBOLS]: TokenType } {
  const tokens: Record<string, TokenType> = {};
  for (const [name, text] of Object.entries(SYMBOLS)) {
    const categories = OPERATORS.has(text) ? [BinaryOperator] : [];
    tokens[name] = createToken({ name, label: text, pattern: text, categories });
  }
  // Sound because the loop visits exactly the names of the type.
  return tokens as { [name in keyof typeof SYMBOLS]: TokenType };
}

const symbols = symbolTokens();

/** The token type of each symbol. */
export const {
  HintOpen,
  HintClose,
  Arrow,
  LessEqual,
  GreaterEqual,
  NotEqual,
  BangEqual,
  Concat,
  ExclusionOpen,
  ExclusionClose,
  LParen,
  RParen,
  LBracket,
  RBracket,
  LBrace,
  RBrace,
  Comma,
  Semicolon,
  Dot,
  Question,
  Colon,
  Plus,
  Minus,
  Star,
  Slash,
  Percent,
  Equal,
  Less,
  Greater,
  Bar,
  Caret,
  Dollar,
} = symbols;

// ── keywords ─────────────────────────────────────────────────────────────────────────────────

type Keyword = (typeof RESERVED_KEYWORDS)[number] | (typeof NON_RESERVED_KEYWORDS)[number];

function keywordTokens(): { readonly [word in Keyword]: TokenType } {
  const functions = new Set<string>(FUNCTION_KEYWORDS);
  const operators = new Set<string>(OPERATOR_KEYWORDS);
  const tokens: Record<string, TokenType> = {};
  for (const word of RESERVED_KEYWORDS) {
    tokens[word] = keywordToken(word, [
      ...(functions.has(word) ? [FunctionName] : []),
      ...(operators.has(word) ? [BinaryOperator] : []),
    ]);
  }
  for (const word of NON_RESERVED_KEYWORDS) {
    tokens[word] = keywordToken(word, operators.has(word) ? [Name, BinaryOperator] : [Name]);
  }
  // Sound because the two loops visit exactly the words of the type.
  return tokens as { [word in Keyword]: TokenType };
}

/**
 * The categories are there when a parser is built, which tells them of their members at once;
 * `createToken` would do so word by word.
 */
function keywordToken(word: string, categories: TokenType[]): TokenType {
  const token = createToken({ name: word, pattern: Lexer.NA });
  token.CATEGORIES = categories;
  return token;
}

/** The token type of each keyword: `K.SELECT`. */
export const K = keywordTokens();

/** Every word with a meaning of its own, in upper case, and its token type. */
export const WORDS: ReadonlyMap<string, TokenType> = new Map([
  ...RESERVED_WORDS.map((word) => [word, ReservedWord] as const),
  ...NILADIC_FUNCTIONS.map((word) => [word, NiladicFunction] as const),
  ...FUNCTION_KEYWORDS.map((word) => [word, ReservedFunction] as const),
  ...Object.entries(K),
]);

/** Tokens of any text of a form, in the order in which they are tried. */
export const FORMS: readonly TokenType[] = [
  QuotedString,
  PrefixedString,
  Identifier,
  NumberToken,
  QuotedIdentifier,
];

/** The token type of each symbol by its text; the longer stand before their own beginnings. */
export const SYMBOL_TYPES: ReadonlyMap<string, TokenType> = new Map(
  Object.values(symbols).map((type) => [type.LABEL!, type]),
);

/** Every token type that a rule may mention. */
export const VOCABULARY: TokenType[] = [
  Name,
  FunctionName,
  ReservedWord,
  ReservedFunction,
  NiladicFunction,
  BinaryOperator,
  ...FORMS,
  ...SYMBOL_TYPES.values(),
  ...Object.values(K),
];
