import type { IToken } from 'chevrotain';
import type { Call, CallArg, Descriptor, Expr, TableArg } from '../ast/expressions.ts';
import type { Identifier } from '../ast/node.ts';
import type { OrderItem, Query } from '../ast/queries.ts';
import { NESTING_WEIGHT } from '../nesting.ts';
import {
  Arrow,
  Comma,
  Dot,
  FunctionName,
  K,
  LBracket,
  LParen,
  Name,
  NiladicFunction,
  RParen,
  Star,
} from '../vocabulary.ts';
import type { Rule } from './base.ts';
import { JsonRules } from './json.ts';
import { plainCall } from './special-calls.ts';

/**
 * Chapter 6: values that stand by themselves, above all calls.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/functions/systemfunctions/
 */
export abstract class CallRules extends JsonRules {
  protected override readonly primary: Rule<Expr> = this.RULE(
    'primary',
    (): Expr =>
      this.OR([
        { ALT: () => this.SUBRULE(this.simpleLiteral) },
        { GATE: () => this.#isCall(), ALT: () => this.SUBRULE(this.specialCall) },
        { GATE: () => this.#isMeasure(), ALT: () => this.SUBRULE(this.matchMeasure) },
        {
          GATE: () => this.isNext(LBracket, 2) || this.isNext(LParen, 2),
          ALT: () => this.SUBRULE(this.collection),
        },
        { ALT: () => this.SUBRULE(this.pathOrCall) },
        { ALT: () => this.SUBRULE(this.reservedCall) },
        { ALT: () => this.SUBRULE(this.niladicCall) },
        { ALT: () => this.SUBRULE(this.parameter) },
        { ALT: () => this.SUBRULE(this.temporalLiteral) },
        { ALT: () => this.SUBRULE(this.intervalLiteral) },
        { ALT: () => this.SUBRULE(this.caseExpression) },
        { ALT: () => this.SUBRULE(this.exists) },
        { ALT: () => this.SUBRULE(this.row) },
        {
          ALT: (): Expr => {
            const start = this.LA(1);
            const query = this.SUBRULE(this.parenthesizedQuery);
            return { kind: 'Subquery', query, span: this.span(start) };
          },
        },
      ]),
  );

  #isCall(): boolean {
    return this.isNext(LParen, 2);
  }

  #isMeasure(): boolean {
    return this.isNext(Name, 2) || this.isNext(FunctionName, 2);
  }

  // ── ordinary calls ─────────────────────────────────────────────────────────────────────────

  /** `a.b.c` or `a.b.f(x)` */
  protected readonly pathOrCall = this.RULE('pathOrCall', (): Expr => {
    const start = this.LA(1);
    const name = this.SUBRULE(this.path);
    const call = this.OPTION(() => this.SUBRULE(this.callTail, { ARGS: [name, start] }));
    return call ?? name;
  });

  /** A function whose name is a reserved word: `COUNT(*)`, `LEFT(a, 2)` */
  protected readonly reservedCall = this.RULE('reservedCall', (): Call => {
    const token = this.CONSUME(FunctionName);
    const name: Identifier = { kind: 'Identifier', parts: [token.image], span: this.span(token) };
    return this.SUBRULE(this.callTail, { ARGS: [name, token] });
  });

  /** CURRENT_DATE, LOCALTIMESTAMP(3); USER and its like are the names of columns without parentheses. */
  protected readonly niladicCall = this.RULE('niladicCall', (): Expr => {
    const token = this.OR([
      { ALT: () => this.CONSUME(NiladicFunction) },
      { ALT: () => this.CONSUME(K.USER) },
    ]);
    const name: Identifier = { kind: 'Identifier', parts: [token.image], span: this.span(token) };
    const call = this.OPTION(() => this.SUBRULE(this.callTail, { ARGS: [name, token] }));
    if (call !== undefined) return call;
    return TIMES.test(token.image) ? plainCall(name, [], this.span(token)) : name;
  });

  /** RESPECT NULLS or IGNORE NULLS, behind the arguments or behind the parentheses. */
  protected readonly nullTreatment = this.RULE('nullTreatment', () => {
    const treatment = this.OR([this.word('RESPECT'), this.word('IGNORE')]);
    this.CONSUME(K.NULLS);
    return treatment;
  });

  /** The parentheses of a call and what follows them. */
  protected readonly callTail = this.RULE(
    'callTail',
    (name: Identifier = NO_NAME, start: IToken = this.LA(1)): Call => {
      this.enter(NESTING_WEIGHT.call);
      const args: CallArg[] = [];
      this.CONSUME(LParen);
      const quantifier =
        this.OPTION(() => this.OR([this.word('DISTINCT'), this.word('ALL')])) ?? null;
      this.MANY_SEP({ SEP: Comma, DEF: () => args.push(this.SUBRULE(this.callArg)) });
      const inner = this.OPTION7(() => this.SUBRULE(this.nullTreatment)) ?? null;
      const orderBy = this.OPTION2(() => this.SUBRULE(this.orderBy)) ?? [];
      this.CONSUME(RParen);
      const outer = this.OPTION3({
        GATE: () => inner === null && this.isNext(K.NULLS, 2),
        DEF: () => this.SUBRULE2(this.nullTreatment),
      });
      const nulls = inner ?? outer ?? null;
      const withinGroup =
        this.OPTION4(() => {
          this.CONSUME(K.WITHIN);
          this.CONSUME(K.GROUP);
          this.CONSUME2(LParen);
          const items = this.SUBRULE2(this.orderBy);
          this.CONSUME2(RParen);
          return items;
        }) ?? [];
      const filter = this.OPTION5(() => this.SUBRULE(this.filter)) ?? null;
      const over = this.OPTION6(() => this.SUBRULE(this.over)) ?? null;
      this.leave(NESTING_WEIGHT.call);
      const span = this.span(start);
      return {
        kind: 'Call',
        name,
        args,
        quantifier,
        orderBy,
        nulls,
        withinGroup,
        filter,
        over,
        span,
      };
    },
  );

  /** One argument of a call. */
  protected readonly callArg: Rule<CallArg> = this.RULE(
    'callArg',
    (): CallArg =>
      this.OR([
        { GATE: () => this.atStar(), ALT: () => this.SUBRULE(this.star) },
        {
          GATE: () => this.isNext(Arrow, 2),
          ALT: (): CallArg => {
            const start = this.LA(1);
            const name = this.SUBRULE(this.name);
            this.CONSUME(Arrow);
            // Not a NamedArg again: the gate of that alternative is off behind an arrow.
            const value = this.SUBRULE(this.callArgValue);
            return { kind: 'NamedArg', name, value, span: this.span(start) };
          },
        },
        { ALT: () => this.SUBRULE2(this.callArgValue) },
      ]),
  );

  protected readonly callArgValue = this.RULE(
    'callArgValue',
    (): Exclude<CallArg, { kind: 'NamedArg' }> =>
      this.OR([
        {
          ALT: () => {
            const token = this.CONSUME(K.DEFAULT);
            return { kind: 'DefaultArg', span: this.span(token) } as const;
          },
        },
        { GATE: () => this.isNext(LParen, 2), ALT: () => this.SUBRULE(this.descriptor) },
        {
          GATE: () => this.isNext(Name, 2),
          ALT: () => {
            const start = this.CONSUME(K.MODEL);
            const name = this.SUBRULE(this.path);
            return { kind: 'ModelArg', name, span: this.span(start) } as const;
          },
        },
        { ALT: () => this.SUBRULE(this.tableArg) },
        { ALT: () => this.SUBRULE(this.expressionArg) },
      ]),
  );

  protected readonly star = this.RULE('star', (): Extract<CallArg, { kind: 'Star' }> => {
    const start = this.LA(1);
    const qualifier =
      this.OPTION(() => {
        const path = this.SUBRULE(this.path);
        this.CONSUME(Dot);
        return path;
      }) ?? null;
    this.CONSUME(Star);
    return { kind: 'Star', qualifier, span: this.span(start) };
  });

  /** `DESCRIPTOR(a, b)` */
  protected readonly descriptor = this.RULE('descriptor', (): Descriptor => {
    const start = this.CONSUME(K.DESCRIPTOR);
    const columns: Descriptor['columns'][number][] = [];
    this.CONSUME(LParen);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const name = this.SUBRULE(this.name);
        const type = this.OPTION(() => this.SUBRULE(this.typeName)) ?? null;
        columns.push({ name, type });
      },
    });
    this.CONSUME(RParen);
    return { kind: 'Descriptor', columns, span: this.span(start) };
  });

  /** `TABLE t PARTITION BY k ORDER BY ts`, `TABLE (query)`, `TABLE f(x)` */
  protected readonly tableArg = this.RULE('tableArg', (): TableArg => {
    const start = this.CONSUME(K.TABLE);
    const input = this.OR([
      { ALT: (): TableArg['input'] => this.SUBRULE(this.tableOrCall) },
      {
        GATE: () => this.atQuery(),
        ALT: (): Query => this.SUBRULE(this.parenthesizedQuery),
      },
      {
        ALT: (): TableArg['input'] => {
          this.CONSUME(LParen);
          const inner = this.SUBRULE2(this.tableOrCall);
          this.CONSUME(RParen);
          return inner;
        },
      },
    ]);
    const { partitionBy, orderBy } = this.SUBRULE(this.tableArgOrder);
    return { kind: 'TableArg', input, partitionBy, orderBy, span: this.span(start) };
  });

  /** An expression; a query becomes a table argument by its PARTITION BY. */
  protected readonly expressionArg = this.RULE('expressionArg', (): Expr | TableArg => {
    const start = this.LA(1);
    const expr = this.SUBRULE(this.expression);
    const order = this.OPTION({
      GATE: () => this.isNext(K.PARTITION),
      DEF: () => this.SUBRULE(this.tableArgOrder),
    });
    if (order === undefined || expr.kind !== 'Subquery') return expr;
    return { kind: 'TableArg', input: expr.query, ...order, span: this.span(start) };
  });

  /** `PARTITION BY k ORDER BY ts`, `PARTITION BY (a, b)` */
  protected readonly tableArgOrder = this.RULE(
    'tableArgOrder',
    (): Pick<TableArg, 'partitionBy' | 'orderBy'> => {
      let partitionBy: Expr[] | null = null;
      this.OPTION(() => {
        this.CONSUME(K.PARTITION);
        this.CONSUME(K.BY);
        partitionBy = this.SUBRULE(this.oneOrMany);
      });
      const orderBy: OrderItem[] = [];
      this.OPTION2(() => {
        this.CONSUME(K.ORDER);
        this.CONSUME2(K.BY);
        this.OR2([
          {
            GATE: () => this.isNext(LParen),
            ALT: () => {
              this.CONSUME2(LParen);
              this.AT_LEAST_ONE_SEP({
                SEP: Comma,
                DEF: () => orderBy.push(this.SUBRULE(this.orderItem)),
              });
              this.CONSUME2(RParen);
            },
          },
          { ALT: () => orderBy.push(this.SUBRULE2(this.orderItem)) },
        ]);
      });
      return { partitionBy, orderBy };
    },
  );

  protected readonly tableOrCall = this.RULE('tableOrCall', (): Identifier | Call => {
    const start = this.LA(1);
    const name = this.SUBRULE(this.path);
    return this.OPTION(() => this.SUBRULE(this.callTail, { ARGS: [name, start] })) ?? name;
  });

  /** `k` or `(k1, k2)` */
  protected readonly oneOrMany = this.RULE('oneOrMany', (): Expr[] => {
    const exprs: Expr[] = [];
    this.OR([
      {
        GATE: () => this.isNext(LParen),
        ALT: () => {
          this.CONSUME(LParen);
          this.MANY_SEP({ SEP: Comma, DEF: () => exprs.push(this.SUBRULE(this.expression)) });
          this.CONSUME(RParen);
        },
      },
      { ALT: () => exprs.push(this.SUBRULE2(this.expression)) },
    ]);
    return exprs;
  });
}

/** Stands for a name while Chevrotain records the grammar. */
/** The words without parentheses that are functions. */
const TIMES = /^(?:CURRENT_|LOCAL)(?:DATE|TIME|TIMESTAMP)$/i;

const NO_NAME: Identifier = { kind: 'Identifier', parts: [], span: null };
