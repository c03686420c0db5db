import type { IToken } from 'chevrotain';
import type { Expr } from '../ast/expressions.ts';
import type { Identifier } from '../ast/node.ts';
import type {
  FromItem,
  Hint,
  HintArg,
  Join,
  MatchRecognize,
  TableAlias,
  Unnest,
} from '../ast/queries.ts';
import { NESTING_WEIGHT } from '../nesting.ts';
import {
  Comma,
  Equal,
  HintClose,
  HintOpen,
  K,
  LParen,
  Minus,
  Name,
  NumberToken,
  RParen,
} from '../vocabulary.ts';
import type { Rule } from './base.ts';
import { WindowRules } from './windows.ts';

/**
 * Chapter 8: FROM, joins and hints.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/sql/queries/joins/
 */
export abstract class FromRules extends WindowRules {
  protected abstract readonly matchRecognize: Rule<
    MatchRecognize,
    [input?: FromItem, start?: IToken]
  >;

  /** `a, b JOIN c ON x`: a list of joins. */
  protected readonly fromItems: Rule<FromItem> = this.RULE('fromItems', (): FromItem => {
    const start = this.LA(1);
    let left = this.SUBRULE(this.joined);
    this.MANY(() => {
      this.CONSUME(Comma);
      const right = this.SUBRULE2(this.joined);
      left = {
        kind: 'Join',
        type: 'CROSS',
        natural: false,
        left,
        right,
        condition: null,
        using: null,
        span: this.span(start),
      };
    });
    return left;
  });

  /** `a JOIN b ON x LEFT JOIN c USING (d)` */
  protected readonly joined: Rule<FromItem> = this.RULE('joined', (): FromItem => {
    const start = this.LA(1);
    let left = this.SUBRULE(this.fromItem);
    this.MANY(() => {
      left = this.SUBRULE(this.join, { ARGS: [left, start] });
    });
    return left;
  });

  protected readonly join = this.RULE(
    'join',
    (left: FromItem = NO_TABLE, start: IToken = this.LA(1)): Join => {
      const natural = this.OPTION(() => this.CONSUME(K.NATURAL)) !== undefined;
      const type =
        this.OPTION2(() => {
          const word = this.OR([
            this.word('INNER'),
            this.word('CROSS'),
            {
              ALT: () => {
                const side = this.OR2([this.word('LEFT'), this.word('RIGHT'), this.word('FULL')]);
                this.OPTION3(() => this.CONSUME(K.OUTER));
                return side;
              },
            },
          ]);
          return word;
        }) ?? 'INNER';
      this.CONSUME(K.JOIN);
      const right = this.SUBRULE(this.fromItem);
      let condition: Expr | null = null;
      let using: string[] | null = null;
      this.OPTION4({
        GATE: () => !this.isNext(K.CONFLICT, 2) || !this.isNext(K.DO, 3),
        DEF: () =>
          this.OR3([
            {
              ALT: () => {
                this.CONSUME(K.ON);
                condition = this.SUBRULE(this.expression);
              },
            },
            {
              ALT: () => {
                this.CONSUME(K.USING);
                using = this.SUBRULE(this.nameList);
              },
            },
          ]),
      });
      return { kind: 'Join', type, natural, left, right, condition, using, span: this.span(start) };
    },
  );

  /** One table with its alias, and MATCH_RECOGNIZE over it. */
  protected readonly fromItem: Rule<FromItem> = this.RULE('fromItem', (): FromItem => {
    const start = this.LA(1);
    let item: FromItem = this.OR([
      { GATE: () => this.atQuery(), ALT: () => this.SUBRULE(this.derivedTable) },
      { ALT: () => this.SUBRULE(this.parenthesizedJoin) },
      { ALT: () => this.SUBRULE(this.lateral) },
      { ALT: () => this.SUBRULE(this.unnest) },
      { ALT: () => this.SUBRULE(this.tableFunction) },
      { ALT: () => this.SUBRULE(this.namedTable) },
    ]);
    this.OPTION(() => {
      item = this.SUBRULE(this.matchRecognize, { ARGS: [item, start] });
    });
    return item;
  });

  protected readonly parenthesizedJoin = this.RULE('parenthesizedJoin', (): FromItem => {
    this.CONSUME(LParen);
    this.enter(NESTING_WEIGHT.query);
    const item = this.SUBRULE(this.fromItems);
    this.leave(NESTING_WEIGHT.query);
    this.CONSUME(RParen);
    return item;
  });

  /** `(query) AS t` */
  protected readonly derivedTable = this.RULE('derivedTable', (): FromItem => {
    const start = this.LA(1);
    const query = this.SUBRULE(this.parenthesizedQuery);
    const alias = this.SUBRULE(this.tableAlias);
    return { kind: 'DerivedTable', query, lateral: false, alias, span: this.span(start) };
  });

  /** `LATERAL (query)`, `LATERAL TABLE(f(x))`, `LATERAL UNNEST(a)`, `LATERAL f(x)` */
  protected readonly lateral = this.RULE('lateral', (): FromItem => {
    const start = this.CONSUME(K.LATERAL);
    const item = this.OR([
      { ALT: () => this.SUBRULE(this.derivedTable) },
      { ALT: () => this.SUBRULE(this.unnest) },
      { ALT: () => this.SUBRULE(this.tableFunction) },
      { ALT: () => this.SUBRULE(this.namedTable) },
    ]);
    return this.ACTION((): FromItem => {
      if (item.kind === 'DerivedTable' || item.kind === 'Unnest' || item.kind === 'TableFunction') {
        return { ...item, lateral: true, span: this.span(start) };
      }
      throw this.unexpected(this.LA(1), ['(']);
    });
  });

  /** `UNNEST(a) WITH ORDINALITY AS t (x, i)` */
  protected readonly unnest = this.RULE('unnest', (): Unnest => {
    const start = this.CONSUME(K.UNNEST);
    const items = this.SUBRULE(this.unnested);
    const ordinality =
      this.OPTION(() => {
        this.CONSUME(K.WITH);
        this.CONSUME(K.ORDINALITY);
        return true;
      }) ?? false;
    const alias = this.SUBRULE(this.tableAlias);
    return { kind: 'Unnest', items, ordinality, lateral: false, alias, span: this.span(start) };
  });

  protected readonly unnested = this.RULE('unnested', (): readonly Expr[] => {
    const start = this.LA(1);
    const { query, items } = this.SUBRULE(this.queryOrList);
    if (query === null) return items;
    return [{ kind: 'Subquery', query, span: this.span(start) }];
  });

  /** `TABLE(f(x)) AS t`, `TABLE f(x)` */
  protected readonly tableFunction = this.RULE('tableFunction', (): FromItem => {
    const start = this.CONSUME(K.TABLE);
    const input = this.OR([
      {
        ALT: () => {
          this.CONSUME(LParen);
          const inner = this.SUBRULE(this.tableOrCall);
          this.CONSUME(RParen);
          return inner;
        },
      },
      { ALT: () => this.SUBRULE2(this.tableOrCall) },
    ]);
    const hints = this.OPTION(() => this.SUBRULE(this.hints)) ?? [];
    const alias = this.SUBRULE(this.tableAlias);
    const span = this.span(start);
    if (input.kind === 'Call') {
      return { kind: 'TableFunction', call: input, lateral: false, hints, alias, span };
    }
    return { kind: 'TableName', name: input, hints, systemTime: null, alias, span };
  });

  /** `a.b.t`, with a time, hints and an alias; `f(x)` is a table function. */
  protected readonly namedTable = this.RULE('namedTable', (): FromItem => {
    const start = this.LA(1);
    const input: Identifier | Extract<Expr, { kind: 'Call' }> = this.SUBRULE(this.tableOrCall);
    const early = this.OPTION(() => this.SUBRULE(this.hints)) ?? [];
    const systemTime = this.OPTION2(() => this.SUBRULE(this.systemTime)) ?? null;
    const alias = this.SUBRULE(this.tableAlias);
    const late = this.OPTION3({
      GATE: () => systemTime === null,
      DEF: () => this.SUBRULE2(this.systemTime),
    });
    const last = this.OPTION4(() => this.SUBRULE2(this.hints)) ?? [];
    const span = this.span(start);
    return this.ACTION((): FromItem => {
      const hints = [...early, ...last];
      const time = systemTime ?? late ?? null;
      if (input.kind === 'Identifier') {
        return { kind: 'TableName', name: input, hints, systemTime: time, alias, span };
      }
      return { kind: 'TableFunction', call: input, lateral: false, hints, alias, span };
    });
  });

  /** `FOR SYSTEM_TIME AS OF x` */
  protected readonly systemTime = this.RULE('systemTime', (): Expr => {
    this.CONSUME(K.FOR);
    this.CONSUME(K.SYSTEM_TIME);
    this.CONSUME(K.AS);
    this.CONSUME(K.OF);
    return this.SUBRULE(this.expression);
  });

  /** `[AS] t [(a, b)]`, or nothing */
  protected readonly tableAlias = this.RULE('tableAlias', (): TableAlias | null => {
    const start = this.LA(1);
    const alias = this.OPTION({
      GATE: () => this.isNext(Name) || this.isNext(Name, 2),
      DEF: () => {
        this.OPTION2(() => this.CONSUME(K.AS));
        const name = this.SUBRULE(this.name);
        const columns = this.OPTION3(() => this.SUBRULE(this.nameList)) ?? null;
        return { kind: 'TableAlias', name, columns, span: this.span(start) } as const;
      },
    });
    return alias ?? null;
  });

  // ── hints ──────────────────────────────────────────────────────────────────────────────────

  /** A comment of the form `+ OPTIONS('k' = 'v'), BROADCAST(t)`. */
  protected readonly hints = this.RULE('hints', (): Hint[] => {
    const hints: Hint[] = [];
    this.CONSUME(HintOpen);
    this.AT_LEAST_ONE(() => {
      this.OPTION(() => this.CONSUME(Comma));
      hints.push(this.SUBRULE(this.hint));
    });
    this.CONSUME(HintClose);
    return hints;
  });

  protected readonly hint = this.RULE('hint', (): Hint => {
    const start = this.LA(1);
    const name = this.SUBRULE(this.name);
    const args: HintArg[] = [];
    this.OPTION(() => {
      this.CONSUME(LParen);
      this.MANY_SEP({ SEP: Comma, DEF: () => args.push(this.SUBRULE(this.hintArg)) });
      this.CONSUME(RParen);
    });
    return this.ACTION(
      (): Hint => ({ kind: 'Hint', name: name.toUpperCase(), args, span: this.span(start) }),
    );
  });

  protected readonly hintArg = this.RULE('hintArg', (): HintArg => {
    const first = this.SUBRULE(this.hintValue);
    const second = this.OPTION(() => {
      this.CONSUME(Equal);
      return this.SUBRULE2(this.hintValue);
    });
    return second === undefined ? { key: null, value: first } : { key: first, value: second };
  });

  protected readonly hintValue = this.RULE('hintValue', (): string =>
    this.OR([
      { ALT: () => this.SUBRULE(this.string) },
      {
        ALT: () => {
          const { parts } = this.SUBRULE(this.path);
          return this.ACTION(() => parts.join('.'));
        },
      },
      {
        ALT: () => {
          const minus = this.OPTION(() => this.CONSUME(Minus));
          const { image } = this.CONSUME(NumberToken);
          return minus === undefined ? image : `-${image}`;
        },
      },
    ]),
  );
}

/** Stands for a table while Chevrotain records the grammar. */
export const NO_TABLE: FromItem = {
  kind: 'TableName',
  name: { kind: 'Identifier', parts: [], span: null },
  hints: [],
  systemTime: null,
  alias: null,
  span: null,
};
