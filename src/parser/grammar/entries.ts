import { EOF, type IToken, type ParserMethod, type TokenType } from 'chevrotain';
import { attachSource } from '../../common/diagnostics.ts';
import { TableError } from '../../common/errors.ts';
import type { Expr } from '../ast/expressions.ts';
import type { Query } from '../ast/queries.ts';
import type { Statement } from '../ast/statements.ts';
import type { TypeName } from '../ast/types.ts';
import { nestingError, syntaxError } from '../errors.ts';
import { tokenize } from '../lexer.ts';
import { K, LParen, Minus, Plus, Semicolon } from '../vocabulary.ts';
import { firstOfChoice } from './lookahead.ts';
import { QueryRules } from './queries.ts';

/** Chapter 11: texts that are one query, one expression or one type, and how a text is run. */
export abstract class EntryRules extends QueryRules {
  #other: EntryRules | null = null;

  protected readonly queryStatement = this.RULE('queryStatement', (): Statement => {
    const query = this.SUBRULE(this.query);
    return { kind: 'QueryStatement', query, span: query.span };
  });

  /** A query and nothing else, as a statement. */
  readonly oneQueryStatement = this.RULE('oneQueryStatement', (): Statement => {
    const statement = this.SUBRULE(this.queryStatement);
    this.MANY(() => this.CONSUME(Semicolon));
    return statement;
  });

  /** A query and nothing else. */
  readonly oneQuery = this.RULE('oneQuery', (): Query => {
    const query = this.SUBRULE(this.query);
    this.MANY(() => this.CONSUME(Semicolon));
    return query;
  });

  /** An expression and nothing else. */
  readonly oneExpression = this.RULE('oneExpression', (): Expr => this.SUBRULE(this.expression));

  /** A type and nothing else. */
  readonly oneType = this.RULE('oneType', (): TypeName => this.SUBRULE(this.typeName));

  /** Runs an entry rule over a text. Errors: SqlParserError, ResourceError, with the source attached. */
  run<P extends EntryRules, R>(this: P, entry: (parser: P) => ParserMethod<[], R>, sql: string): R {
    try {
      const tokens = tokenize(sql);
      this.begin(tokens);
      const result = entry(this).call(this);
      const [failure] = this.errors;
      if (failure === undefined) return result;
      const explainer = this.#explainer() as P; // a parser of the same class
      throw explainer.#explain(entry(explainer), tokens, failure.token, sql);
    } catch (error) {
      if (error instanceof TableError) throw attachSource(error, sql);
      if (!(error instanceof RangeError)) throw error;
      // The caller left less of the stack than `nesting.ts` reckons with.
      throw nestingError(null);
    }
  }

  /** A parser of the same rules that has learnt them: made for the first error. */
  protected abstract learnt(): EntryRules;

  #explainer(): EntryRules {
    if (this.hasLearnt) return this;
    this.#other ??= this.learnt();
    return this.#other;
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
