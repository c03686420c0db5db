import type { Expr } from '../ast/expressions.ts';
import type {
  FrameBound,
  NamedWindow,
  OrderItem,
  WindowFrame,
  WindowName,
  WindowSpec,
} from '../ast/queries.ts';
import { Comma, K, LParen, RParen } from '../vocabulary.ts';
import type { Rule } from './base.ts';
import { CallRules } from './calls.ts';

/**
 * Chapter 7: ORDER BY, OVER and the WINDOW clause.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/sql/queries/over-agg/
 */
export abstract class WindowRules extends CallRules {
  protected override readonly orderItem: Rule<OrderItem> = this.RULE('orderItem', (): OrderItem => {
    const start = this.LA(1);
    const expr = this.SUBRULE(this.expression);
    const direction = this.OPTION(() => this.OR([this.word('ASC'), this.word('DESC')]));
    const nulls =
      this.OPTION2(() => {
        this.CONSUME(K.NULLS);
        return this.OR2([this.word('FIRST'), this.word('LAST')]);
      }) ?? null;
    const span = this.span(start);
    return { kind: 'OrderItem', expr, descending: direction === 'DESC', nulls, span };
  });

  /** `ORDER BY a, b DESC` */
  protected override readonly orderBy: Rule<OrderItem[]> = this.RULE('orderBy', (): OrderItem[] => {
    const items: OrderItem[] = [];
    this.CONSUME(K.ORDER);
    this.CONSUME(K.BY);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => items.push(this.SUBRULE(this.orderItem)) });
    return items;
  });

  /** `FILTER (WHERE x)` */
  protected override readonly filter: Rule<Expr> = this.RULE('filter', (): Expr => {
    this.CONSUME(K.FILTER);
    this.CONSUME(LParen);
    this.CONSUME(K.WHERE);
    const condition = this.SUBRULE(this.expression);
    this.CONSUME(RParen);
    return condition;
  });

  /** `OVER w`, `OVER (...)` */
  protected override readonly over: Rule<WindowSpec | WindowName> = this.RULE(
    'over',
    (): WindowSpec | WindowName => {
      this.CONSUME(K.OVER);
      return this.OR([
        { ALT: (): WindowSpec | WindowName => this.SUBRULE(this.windowSpec) },
        {
          ALT: (): WindowSpec | WindowName => {
            const start = this.LA(1);
            const name = this.SUBRULE(this.name);
            return { kind: 'WindowName', name, span: this.span(start) };
          },
        },
      ]);
    },
  );

  protected readonly windowSpec = this.RULE('windowSpec', (): WindowSpec => {
    const start = this.CONSUME(LParen);
    const base = this.OPTION(() => this.SUBRULE(this.name)) ?? null;
    const partitionBy: Expr[] = [];
    this.OPTION2(() => {
      this.CONSUME(K.PARTITION);
      this.CONSUME(K.BY);
      this.AT_LEAST_ONE_SEP({
        SEP: Comma,
        DEF: () => partitionBy.push(this.SUBRULE(this.expression)),
      });
    });
    const orderBy = this.OPTION3(() => this.SUBRULE(this.orderBy)) ?? [];
    const frame = this.OPTION4(() => this.SUBRULE(this.windowFrame)) ?? null;
    this.CONSUME(RParen);
    return { kind: 'WindowSpec', base, partitionBy, orderBy, frame, span: this.span(start) };
  });

  protected readonly windowFrame = this.RULE('windowFrame', (): WindowFrame => {
    const token = this.LA(1);
    const unit = this.OR([this.word('ROWS'), this.word('RANGE')]);
    let end: FrameBound | null = null;
    const start = this.OR2([
      {
        ALT: () => {
          this.CONSUME(K.BETWEEN);
          const bound = this.SUBRULE(this.frameBound);
          this.CONSUME(K.AND);
          end = this.SUBRULE2(this.frameBound);
          return bound;
        },
      },
      { ALT: () => this.SUBRULE3(this.frameBound) },
    ]);
    return { kind: 'WindowFrame', unit, start, end, span: this.span(token) };
  });

  protected readonly frameBound = this.RULE('frameBound', (): FrameBound => {
    const start = this.LA(1);
    let offset: Expr | null = null;
    const type = this.OR([
      {
        ALT: (): FrameBound['type'] => {
          this.CONSUME(K.CURRENT);
          this.CONSUME(K.ROW);
          return 'CURRENT ROW';
        },
      },
      {
        GATE: () => this.isNext(K.PRECEDING, 2) || this.isNext(K.FOLLOWING, 2),
        ALT: (): FrameBound['type'] => {
          this.CONSUME(K.UNBOUNDED);
          return `UNBOUNDED ${this.OR2([this.word('PRECEDING'), this.word('FOLLOWING')])}`;
        },
      },
      {
        ALT: (): FrameBound['type'] => {
          offset = this.SUBRULE(this.expression);
          return this.OR3([this.word('PRECEDING', 1), this.word('FOLLOWING', 1)]);
        },
      },
    ]);
    return { kind: 'FrameBound', type, offset, span: this.span(start) };
  });

  /** `WINDOW w AS (...), ...` */
  protected readonly windowClause = this.RULE('windowClause', (): NamedWindow[] => {
    const windows: NamedWindow[] = [];
    this.CONSUME(K.WINDOW);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const start = this.LA(1);
        const name = this.SUBRULE(this.name);
        this.CONSUME(K.AS);
        const window = this.SUBRULE(this.windowSpec);
        windows.push({ kind: 'NamedWindow', name, window, span: this.span(start) });
      },
    });
    return windows;
  });
}
