import { EOF, type IToken, type ParserMethod, type TokenType } from 'chevrotain';
import { attachSource } from '../common/diagnostics.ts';
import { TableError } from '../common/errors.ts';
import type { Expr } from './ast/expressions.ts';
import type { Query } from './ast/queries.ts';
import type { Statement } from './ast/statements.ts';
import type { TableElement } from './ast/tables.ts';
import type { TypeName } from './ast/types.ts';
import { nestingError, syntaxError } from './errors.ts';
import { firstOfChoice, LazyLookahead } from './grammar/lookahead.ts';
import { StatementRules } from './grammar/session.ts';
import { tokenize } from './lexer.ts';
import { Comma, K, LParen, Minus, Plus, Semicolon } from './vocabulary.ts';

/** The grammar of Flink SQL, with an entry for each thing that a text may hold. */
export class SqlParser extends StatementRules {
  constructor(validate = false) {
    super(validate, new LazyLookahead());
    this.performSelfAnalysis();
  }

  readonly statements = this.RULE('statements', (): Statement[] => {
    const statements: Statement[] = [];
    this.MANY(() => this.CONSUME(Semicolon));
    this.OPTION(() => {
      statements.push(this.SUBRULE(this.statement));
      this.MANY2(() => {
        this.AT_LEAST_ONE(() => this.CONSUME2(Semicolon));
        this.OPTION2(() => statements.push(this.SUBRULE2(this.statement)));
      });
    });
    return statements;
  });

  readonly oneStatement = this.RULE('oneStatement', (): Statement => {
    const statement = this.SUBRULE(this.statement);
    this.MANY(() => this.CONSUME(Semicolon));
    return statement;
  });

  readonly oneQuery = this.RULE('oneQuery', (): Query => {
    const query = this.SUBRULE(this.query);
    this.MANY(() => this.CONSUME(Semicolon));
    return query;
  });

  readonly oneExpression = this.RULE('oneExpression', (): Expr => this.SUBRULE(this.expression));

  readonly oneType = this.RULE('oneType', (): TypeName => this.SUBRULE(this.typeName));

  readonly elementList = this.RULE('elementList', (): TableElement[] => {
    const elements: TableElement[] = [];
    this.MANY_SEP({ SEP: Comma, DEF: () => elements.push(this.SUBRULE(this.tableElement)) });
    return elements;
  });

  /** Runs an entry rule over a text. Errors: SqlParserError, ResourceError, with the source attached. */
  run<R>(rule: ParserMethod<[], R>, sql: string): R {
    try {
      const tokens = tokenize(sql);
      this.begin(tokens);
      const result = rule.call(this);
      const [failure] = this.errors;
      if (failure === undefined) return result;
      throw this.#explain(rule, tokens, failure.token, sql);
    } catch (error) {
      if (error instanceof TableError) throw attachSource(error, sql);
      if (!(error instanceof RangeError)) throw error;
      // The caller left less of the stack than `nesting.ts` reckons with.
      throw nestingError(null);
    }
  }

  /** Parses again up to the error, to learn what would have been right there. */
  #explain(
    rule: ParserMethod<[], unknown>,
    tokens: IToken[],
    token: IToken,
    sql: string,
  ): TableError {
    const expected = this.lookahead.watch(token.startOffset, () => {
      this.begin(tokens);
      rule.call(this);
    });
    const previous = token.tokenType === EOF ? tokens.at(-1) : tokens[tokens.indexOf(token) - 1];
    const { primary } = this.getGAstProductions();
    const expressions = new Set<TokenType>([K.NOT, Plus, Minus, LParen]);
    for (const type of primary === undefined ? [] : firstOfChoice(primary)) expressions.add(type);
    return syntaxError(token, previous, expected, expressions, sql);
  }
}

let parser: SqlParser | null = null;

function theParser(): SqlParser {
  parser ??= new SqlParser();
  return parser;
}

/** Parses statements separated by `;`. Errors: SqlParserError, ResourceError. */
export function parseStatements(sql: string): readonly Statement[] {
  const it = theParser();
  return it.run(it.statements, sql);
}

/** Parses one statement; `;` may follow it. Errors: SqlParserError, ResourceError. */
export function parseStatement(sql: string): Statement {
  const it = theParser();
  return it.run(it.oneStatement, sql);
}

/** Parses one query; `;` may follow it. Errors: SqlParserError, ResourceError. */
export function parseQuery(sql: string): Query {
  const it = theParser();
  return it.run(it.oneQuery, sql);
}

/** Parses an expression. Errors: SqlParserError, ResourceError. */
export function parseExpression(sql: string): Expr {
  const it = theParser();
  return it.run(it.oneExpression, sql);
}

/** Parses a type: `DECIMAL(10, 2) NOT NULL`. Errors: SqlParserError, ResourceError. */
export function parseType(text: string): TypeName {
  const it = theParser();
  return it.run(it.oneType, text);
}

/**
 * Parses the columns, constraints and watermarks of a table, without the parentheses:
 * `a INT, b AS a + 1, PRIMARY KEY (a) NOT ENFORCED`. Errors: SqlParserError, ResourceError.
 */
export function parseTableElements(text: string): readonly TableElement[] {
  const it = theParser();
  return it.run(it.elementList, text);
}
