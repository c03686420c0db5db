import type { IToken } from 'chevrotain';
import type { Span } from '../../common/errors.ts';
import type {
  Call,
  Case,
  Cast,
  Expr,
  MatchMeasure,
  RoundToUnit,
  TimestampArithmetic,
  Trim,
} from '../ast/expressions.ts';
import type { Identifier } from '../ast/node.ts';
import type { Query } from '../ast/queries.ts';
import { Comma, K, LBracket, LParen, RBracket, RParen } from '../vocabulary.ts';
import type { Rule } from './base.ts';
import { ABOVE_PREDICATES, ExpressionRules } from './expressions.ts';

/** Chapter 4: calls with a syntax of their own, rows and collections. */
export abstract class SpecialCallRules extends ExpressionRules {
  /** JSON functions; chapter 5. */
  protected abstract readonly jsonCall: Rule<Expr>;

  /** Calls with a syntax of their own. Their names are ordinary names without a parenthesis. */
  protected readonly specialCall = this.RULE(
    'specialCall',
    (): Expr =>
      this.OR([
        { ALT: () => this.SUBRULE(this.cast) },
        { ALT: () => this.SUBRULE(this.extract) },
        { ALT: () => this.SUBRULE(this.trim) },
        { ALT: () => this.SUBRULE(this.substring) },
        { ALT: () => this.SUBRULE(this.position) },
        { ALT: () => this.SUBRULE(this.overlay) },
        { ALT: () => this.SUBRULE(this.roundToUnit) },
        { ALT: () => this.SUBRULE(this.timestampArithmetic) },
        { ALT: () => this.SUBRULE(this.jsonCall) },
        { ALT: () => this.SUBRULE(this.period) },
      ]),
  );

  protected readonly cast = this.RULE('cast', (): Cast => {
    const start = this.LA(1);
    const word = this.OR([this.word('CAST'), this.word('TRY_CAST')]);
    this.CONSUME(LParen);
    const operand = this.SUBRULE(this.expression);
    this.CONSUME(K.AS);
    const type = this.SUBRULE(this.typeName);
    this.CONSUME(RParen);
    return { kind: 'Cast', operand, type, safe: word === 'TRY_CAST', span: this.span(start) };
  });

  protected readonly extract = this.RULE('extract', (): Expr => {
    const start = this.CONSUME(K.EXTRACT);
    this.CONSUME(LParen);
    const unit = this.SUBRULE(this.unit);
    this.CONSUME(K.FROM);
    const operand = this.SUBRULE(this.expression);
    this.CONSUME(RParen);
    return { kind: 'Extract', unit, operand, span: this.span(start) };
  });

  /** `TRIM(BOTH 'x' FROM a)`, `TRIM(LEADING FROM a)`, `TRIM('x' FROM a)`, `TRIM(a)` */
  protected readonly trim = this.RULE('trim', (): Trim => {
    const start = this.CONSUME(K.TRIM);
    this.CONSUME(LParen);
    const side =
      this.OPTION(() =>
        this.OR([this.word('BOTH'), this.word('LEADING'), this.word('TRAILING')]),
      ) ?? 'BOTH';
    let characters: Expr | null = null;
    let operand = this.OPTION2(() => this.SUBRULE(this.expression)) ?? null;
    this.OPTION3(() => {
      this.CONSUME(K.FROM);
      characters = operand;
      operand = this.SUBRULE2(this.expression);
    });
    const close = this.CONSUME(RParen);
    return this.ACTION((): Trim => {
      if (operand === null) throw this.unexpected(close, ['expression']);
      return { kind: 'Trim', side, characters, operand, span: this.span(start) };
    });
  });

  /** `SUBSTRING(a FROM 2 FOR 3)`, `SUBSTRING(a, 2, 3)` */
  protected readonly substring = this.RULE('substring', (): Call => {
    const start = this.CONSUME(K.SUBSTRING);
    const args: Expr[] = [];
    this.CONSUME(LParen);
    args.push(this.SUBRULE(this.expression));
    this.OR([
      {
        ALT: () => {
          this.CONSUME(K.FROM);
          args.push(this.SUBRULE2(this.expression));
          this.OPTION(() => {
            this.CONSUME(K.FOR);
            args.push(this.SUBRULE3(this.expression));
          });
        },
      },
      {
        ALT: () =>
          this.AT_LEAST_ONE(() => {
            this.CONSUME(Comma);
            args.push(this.SUBRULE4(this.expression));
          }),
      },
    ]);
    this.CONSUME(RParen);
    return plainCall(nameOf(start), args, this.span(start));
  });

  /** `POSITION(a IN b)`, `POSITION(a, b)` */
  protected readonly position = this.RULE('position', (): Call => {
    const start = this.CONSUME(K.POSITION);
    const args: Expr[] = [];
    this.CONSUME(LParen);
    // Above IN: `POSITION(a IN b)` holds no predicate.
    args.push(this.SUBRULE(this.expression, { ARGS: [ABOVE_PREDICATES] }));
    this.OR([{ ALT: () => this.CONSUME(K.IN) }, { ALT: () => this.CONSUME(Comma) }]);
    args.push(this.SUBRULE2(this.expression));
    this.OPTION(() => {
      this.OR2([{ ALT: () => this.CONSUME(K.FROM) }, { ALT: () => this.CONSUME2(Comma) }]);
      args.push(this.SUBRULE3(this.expression));
    });
    this.CONSUME(RParen);
    return plainCall(nameOf(start), args, this.span(start));
  });

  /** `OVERLAY(a PLACING b FROM 2 FOR 3)`, `OVERLAY(a, b, 2, 3)` */
  protected readonly overlay = this.RULE('overlay', (): Call => {
    const start = this.CONSUME(K.OVERLAY);
    const args: Expr[] = [];
    this.CONSUME(LParen);
    args.push(this.SUBRULE(this.expression));
    this.OR([{ ALT: () => this.CONSUME(K.PLACING) }, { ALT: () => this.CONSUME(Comma) }]);
    args.push(this.SUBRULE2(this.expression));
    this.OR2([{ ALT: () => this.CONSUME(K.FROM) }, { ALT: () => this.CONSUME2(Comma) }]);
    args.push(this.SUBRULE3(this.expression));
    this.OPTION(() => {
      this.OR3([{ ALT: () => this.CONSUME(K.FOR) }, { ALT: () => this.CONSUME3(Comma) }]);
      args.push(this.SUBRULE4(this.expression));
    });
    this.CONSUME(RParen);
    return plainCall(nameOf(start), args, this.span(start));
  });

  /** `FLOOR(ts TO DAY)`; without TO an ordinary call. */
  protected readonly roundToUnit = this.RULE('roundToUnit', (): RoundToUnit | Call => {
    const start = this.LA(1);
    const word = this.OR([this.word('FLOOR'), this.word('CEIL'), this.word('CEILING')]);
    const args: Expr[] = [];
    this.CONSUME(LParen);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => args.push(this.SUBRULE(this.expression)) });
    const unit = this.OPTION(() => {
      this.CONSUME(K.TO);
      return this.SUBRULE(this.unit);
    });
    this.CONSUME(RParen);
    const span = this.span(start);
    const [operand] = args;
    if (unit === undefined || operand === undefined) return plainCall(nameOf(start), args, span);
    const direction = word === 'FLOOR' ? 'FLOOR' : 'CEIL';
    return { kind: 'RoundToUnit', direction, operand, unit, span };
  });

  /** `TIMESTAMPADD(DAY, 1, ts)`, `TIMESTAMPDIFF(DAY, a, b)` */
  protected readonly timestampArithmetic = this.RULE(
    'timestampArithmetic',
    (): TimestampArithmetic => {
      const start = this.LA(1);
      const operation = this.OR([this.word('TIMESTAMPADD'), this.word('TIMESTAMPDIFF')]);
      this.CONSUME(LParen);
      const unit = this.SUBRULE(this.unit);
      this.CONSUME(Comma);
      const first = this.SUBRULE(this.expression);
      this.CONSUME2(Comma);
      const second = this.SUBRULE2(this.expression);
      this.CONSUME(RParen);
      return {
        kind: 'TimestampArithmetic',
        operation,
        unit,
        first,
        second,
        span: this.span(start),
      };
    },
  );

  /** `PERIOD (a, b)` */
  protected readonly period = this.RULE('period', (): Expr => {
    const start = this.CONSUME(K.PERIOD);
    const items = this.SUBRULE(this.expressionList);
    return { kind: 'RowConstructor', items, span: this.span(start) };
  });

  /** `RUNNING f(x)`, `FINAL f(x)` */
  protected readonly matchMeasure = this.RULE('matchMeasure', (): MatchMeasure => {
    const start = this.LA(1);
    const semantics = this.OR([this.word('RUNNING'), this.word('FINAL')]);
    const operand = this.SUBRULE(this.primary);
    return { kind: 'MatchMeasure', semantics, operand, span: this.span(start) };
  });

  /** `EXISTS (query)`, `UNIQUE (query)` */
  protected readonly exists = this.RULE('exists', (): Expr => {
    const start = this.LA(1);
    const form = this.OR([this.word('EXISTS'), this.word('UNIQUE')]);
    const query = this.SUBRULE(this.parenthesizedQuery);
    return { kind: 'Exists', form, query, span: this.span(start) };
  });

  /** CASE [x] WHEN a THEN b ... [ELSE c] END */
  protected readonly caseExpression = this.RULE('caseExpression', (): Case => {
    const start = this.CONSUME(K.CASE);
    const operand = this.OPTION(() => this.SUBRULE(this.expression)) ?? null;
    const branches: Case['branches'][number][] = [];
    this.AT_LEAST_ONE(() => {
      this.CONSUME(K.WHEN);
      const conditions: Expr[] = [];
      this.AT_LEAST_ONE_SEP({
        SEP: Comma,
        DEF: () => conditions.push(this.SUBRULE2(this.expression)),
      });
      this.CONSUME(K.THEN);
      const result = this.SUBRULE3(this.expression);
      // biome-ignore lint/suspicious/noThenProperty: the word of CASE, and no node is ever awaited
      for (const when of conditions) branches.push({ when, then: result });
    });
    const otherwise =
      this.OPTION2(() => {
        this.CONSUME(K.ELSE);
        return this.SUBRULE4(this.expression);
      }) ?? null;
    this.CONSUME(K.END);
    return { kind: 'Case', operand, branches, otherwise, span: this.span(start) };
  });

  // ── rows and collections ───────────────────────────────────────────────────────────────────

  /** `(a, b)` */
  protected readonly expressionList = this.RULE('expressionList', (): Expr[] => {
    const items: Expr[] = [];
    this.CONSUME(LParen);
    this.MANY_SEP({ SEP: Comma, DEF: () => items.push(this.SUBRULE(this.expression)) });
    this.CONSUME(RParen);
    return items;
  });

  /** `ROW(a, b)` */
  protected readonly row = this.RULE('row', (): Expr => {
    const start = this.CONSUME(K.ROW);
    const items = this.SUBRULE(this.expressionList);
    return { kind: 'RowConstructor', items, span: this.span(start) };
  });

  /** `ARRAY[a, b]`, `MAP[k, v]`, `MULTISET[a]`, `ARRAY (query)` */
  protected readonly collection = this.RULE('collection', (): Expr => {
    const start = this.LA(1);
    const collection = this.OR([this.word('ARRAY'), this.word('MAP'), this.word('MULTISET')]);
    const items: Expr[] = [];
    const query: Query | null = this.OR2([
      {
        ALT: () => {
          this.CONSUME(LBracket);
          this.MANY_SEP({ SEP: Comma, DEF: () => items.push(this.SUBRULE(this.expression)) });
          this.CONSUME(RBracket);
          return null;
        },
      },
      { ALT: () => this.SUBRULE(this.parenthesizedQuery) },
    ]);
    const span = this.span(start);
    return query === null
      ? { kind: 'CollectionConstructor', collection, items, span }
      : { kind: 'CollectionQuery', collection, query, span };
  });
}

function nameOf(token: IToken): Identifier {
  const span = { start: token.startOffset, end: token.startOffset + token.image.length };
  return { kind: 'Identifier', parts: [token.image], span };
}

/** A call with nothing but arguments. */
export function plainCall(name: Identifier, args: readonly Expr[], span: Span): Call {
  return {
    kind: 'Call',
    name,
    args,
    quantifier: null,
    orderBy: [],
    nulls: null,
    withinGroup: [],
    filter: null,
    over: null,
    span,
  };
}
