import type { IToken } from 'chevrotain';
import type { Expr, Star } from '../ast/expressions.ts';
import type {
  CommonTable,
  GroupBy,
  GroupingElement,
  GroupingSet,
  Hint,
  OrderItem,
  Query,
  QueryBody,
  Select,
  SelectItem,
  Values,
} from '../ast/queries.ts';
import { NESTING_WEIGHT } from '../nesting.ts';
import { Comma, K, LParen, RParen } from '../vocabulary.ts';
import type { Rule } from './base.ts';
import { MatchRecognizeRules } from './match-recognize.ts';

type Row = Values['rows'][number];

/**
 * Chapter 10: queries.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/sql/queries/overview/
 */
export abstract class QueryRules extends MatchRecognizeRules {
  protected override readonly query: Rule<Query> = this.RULE('query', (): Query => {
    this.enter(NESTING_WEIGHT.query);
    const start = this.LA(1);
    const tables = this.OPTION(() => this.SUBRULE(this.withClause)) ?? [];
    const body = this.SUBRULE(this.queryBody);
    const orderBy: readonly OrderItem[] = this.OPTION2(() => this.SUBRULE(this.orderBy)) ?? [];
    let offset: Expr | null = null;
    let limit: Expr | null = null;
    // LIMIT and OFFSET come in either order.
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            this.CONSUME(K.LIMIT);
            limit = this.OR2([
              { ALT: () => this.SUBRULE(this.expression) },
              {
                ALT: () => {
                  this.CONSUME(K.ALL);
                  return null;
                },
              },
            ]);
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.OFFSET);
            offset = this.SUBRULE2(this.expression);
            this.OPTION3(() => this.OR3([this.word('ROW'), this.word('ROWS')]));
          },
        },
        {
          ALT: () => {
            limit = this.SUBRULE(this.fetch);
          },
        },
      ]),
    );
    this.leave(NESTING_WEIGHT.query);
    return { kind: 'Query', with: tables, body, orderBy, offset, limit, span: this.span(start) };
  });

  /** `FETCH FIRST n ROWS ONLY` */
  protected readonly fetch = this.RULE('fetch', (): Expr => {
    this.CONSUME(K.FETCH);
    this.OR([this.word('FIRST'), this.word('NEXT')]);
    const rows = this.SUBRULE(this.expression);
    this.OR2([this.word('ROW'), this.word('ROWS')]);
    this.CONSUME(K.ONLY);
    return rows;
  });

  protected readonly withClause = this.RULE('withClause', (): CommonTable[] => {
    const tables: CommonTable[] = [];
    this.CONSUME(K.WITH);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const start = this.LA(1);
        const name = this.SUBRULE(this.name);
        const columns = this.OPTION(() => this.SUBRULE(this.nameList)) ?? null;
        this.CONSUME(K.AS);
        const query = this.SUBRULE(this.parenthesizedQuery);
        tables.push({ kind: 'CommonTable', name, columns, query, span: this.span(start) });
      },
    });
    return tables;
  });

  /** UNION and EXCEPT; INTERSECT binds more. */
  protected readonly queryBody = this.RULE('queryBody', (): QueryBody => {
    const start = this.LA(1);
    let left: QueryBody = this.SUBRULE(this.intersection);
    this.MANY(() => {
      const word = this.OR([this.word('UNION'), this.word('EXCEPT'), this.word('MINUS')]);
      const all = this.OPTION(() => this.OR2([this.word('ALL'), this.word('DISTINCT')])) === 'ALL';
      const right = this.SUBRULE2(this.intersection);
      left = this.#combine(word === 'UNION' ? 'UNION' : 'EXCEPT', all, left, right, start);
    });
    return left;
  });

  protected readonly intersection = this.RULE('intersection', (): QueryBody => {
    const start = this.LA(1);
    let left: QueryBody = this.SUBRULE(this.queryPrimary);
    this.MANY(() => {
      this.CONSUME(K.INTERSECT);
      const all = this.OPTION(() => this.OR([this.word('ALL'), this.word('DISTINCT')])) === 'ALL';
      const right = this.SUBRULE2(this.queryPrimary);
      left = this.#combine('INTERSECT', all, left, right, start);
    });
    return left;
  });

  #combine(
    op: 'UNION' | 'INTERSECT' | 'EXCEPT',
    all: boolean,
    left: QueryBody,
    right: QueryBody,
    start: IToken,
  ): QueryBody {
    const merges = left.kind === 'SetOperation' && left.op === op && left.all === all;
    const inputs = merges ? [...left.inputs, right] : [left, right];
    return { kind: 'SetOperation', op, all, inputs, span: this.span(start) };
  }

  protected readonly queryPrimary = this.RULE(
    'queryPrimary',
    (): QueryBody =>
      this.OR([
        { ALT: (): QueryBody => this.SUBRULE(this.select) },
        { ALT: (): QueryBody => this.SUBRULE(this.values) },
        {
          ALT: (): QueryBody => {
            const start = this.CONSUME(K.TABLE);
            const name = this.SUBRULE(this.path);
            return { kind: 'ExplicitTable', name, span: this.span(start) };
          },
        },
        {
          ALT: (): QueryBody => {
            const query = this.SUBRULE(this.parenthesizedQuery);
            return this.ACTION(() => (isPlain(query) ? query.body : query));
          },
        },
      ]),
  );

  // ── SELECT ─────────────────────────────────────────────────────────────────────────────────

  protected readonly select = this.RULE('select', (): Select => {
    const start = this.CONSUME(K.SELECT);
    const hints: readonly Hint[] = this.OPTION(() => this.SUBRULE(this.hints)) ?? [];
    const quantifier = this.OPTION2(() => this.OR([this.word('ALL'), this.word('DISTINCT')]));
    const items: (SelectItem | Star)[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => items.push(this.SUBRULE(this.selectItem)) });
    const from =
      this.OPTION3(() => {
        this.CONSUME(K.FROM);
        return this.SUBRULE(this.fromItems);
      }) ?? null;
    const where =
      this.OPTION4(() => {
        this.CONSUME(K.WHERE);
        return this.SUBRULE(this.expression);
      }) ?? null;
    const groupBy = this.OPTION5(() => this.SUBRULE(this.groupBy)) ?? null;
    const having =
      this.OPTION6(() => {
        this.CONSUME(K.HAVING);
        return this.SUBRULE2(this.expression);
      }) ?? null;
    const windows = this.OPTION7(() => this.SUBRULE(this.windowClause)) ?? [];
    const qualify =
      this.OPTION8(() => {
        this.CONSUME(K.QUALIFY);
        return this.SUBRULE3(this.expression);
      }) ?? null;
    return {
      kind: 'Select',
      hints,
      distinct: quantifier === 'DISTINCT',
      items,
      from,
      where,
      groupBy,
      having,
      windows,
      qualify,
      span: this.span(start),
    };
  });

  protected readonly selectItem = this.RULE('selectItem', (): SelectItem | Star =>
    this.OR([
      { GATE: () => this.atStar(), ALT: (): SelectItem | Star => this.SUBRULE(this.star) },
      {
        ALT: (): SelectItem | Star => {
          const start = this.LA(1);
          const expr = this.SUBRULE(this.expression);
          let alias: string | null = null;
          this.OPTION(() => {
            this.OPTION2(() => this.CONSUME(K.AS));
            alias = this.SUBRULE(this.name);
          });
          return { kind: 'SelectItem', expr, alias, span: this.span(start) };
        },
      },
    ]),
  );

  // ── GROUP BY ───────────────────────────────────────────────────────────────────────────────

  protected readonly groupBy = this.RULE('groupBy', (): GroupBy => {
    const start = this.CONSUME(K.GROUP);
    this.CONSUME(K.BY);
    const quantifier = this.OPTION(() => this.OR([this.word('ALL'), this.word('DISTINCT')]));
    const elements: GroupingElement[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => elements.push(this.SUBRULE(this.groupingElement)),
    });
    const distinct = quantifier === 'DISTINCT';
    return { kind: 'GroupBy', distinct, elements, span: this.span(start) };
  });

  protected readonly groupingElement: Rule<GroupingElement> = this.RULE(
    'groupingElement',
    (): GroupingElement => {
      this.enter(NESTING_WEIGHT.call);
      const start = this.LA(1);
      const element = this.OR([
        {
          GATE: () => this.isNext(K.SETS, 2),
          ALT: (): GroupingElement => {
            this.CONSUME(K.GROUPING);
            this.CONSUME(K.SETS);
            const elements: GroupingElement[] = [];
            this.CONSUME(LParen);
            this.AT_LEAST_ONE_SEP({
              SEP: Comma,
              DEF: () => elements.push(this.SUBRULE(this.groupingElement)),
            });
            this.CONSUME(RParen);
            return { kind: 'GroupingSets', elements, span: this.span(start) };
          },
        },
        {
          ALT: (): GroupingElement => {
            const word = this.OR2([this.word('ROLLUP'), this.word('CUBE')]);
            const sets: GroupingSet[] = [];
            this.CONSUME2(LParen);
            this.AT_LEAST_ONE_SEP2({
              SEP: Comma,
              DEF: () => sets.push(this.SUBRULE(this.groupingSet)),
            });
            this.CONSUME2(RParen);
            return { kind: word === 'CUBE' ? 'Cube' : 'Rollup', sets, span: this.span(start) };
          },
        },
        { ALT: (): GroupingElement => this.SUBRULE2(this.groupingSet) },
      ]);
      this.leave(NESTING_WEIGHT.call);
      return element;
    },
  );

  /** `a`, `(a, b)`, `()` */
  protected readonly groupingSet = this.RULE('groupingSet', (): GroupingSet => {
    const start = this.LA(1);
    const exprs = this.OR([
      {
        GATE: () => this.isNext(RParen, 2),
        ALT: (): readonly Expr[] => {
          this.CONSUME(LParen);
          this.CONSUME(RParen);
          return [];
        },
      },
      {
        ALT: (): readonly Expr[] => {
          const expr = this.SUBRULE(this.expression);
          const isRow = expr.kind === 'RowConstructor' && !this.#isRowWord(start);
          return isRow ? expr.items : [expr];
        },
      },
    ]);
    return { kind: 'GroupingSet', exprs, span: this.span(start) };
  });

  #isRowWord(token: IToken): boolean {
    return token.tokenType === K.ROW;
  }

  // ── VALUES ─────────────────────────────────────────────────────────────────────────────────

  protected readonly values = this.RULE('values', (): Values => {
    const start = this.CONSUME(K.VALUES);
    const rows: Row[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => rows.push(this.SUBRULE(this.valuesRow)) });
    return { kind: 'Values', rows, span: this.span(start) };
  });

  /** `(1, 'a')`, `ROW(1, 'a')`, `1` */
  protected readonly valuesRow = this.RULE(
    'valuesRow',
    (): Row =>
      this.OR([
        {
          GATE: () => !this.atQuery(),
          ALT: (): Row => {
            const items: Row[number][] = [];
            this.OPTION(() => this.CONSUME(K.ROW));
            this.CONSUME(LParen);
            this.AT_LEAST_ONE_SEP({
              SEP: Comma,
              DEF: () => items.push(this.SUBRULE(this.valuesItem)),
            });
            this.CONSUME(RParen);
            // `(ROW(1, 2))` is the row itself.
            const [only] = items;
            return items.length === 1 && only?.kind === 'RowConstructor' ? only.items : items;
          },
        },
        { ALT: (): Row => [this.SUBRULE(this.expression)] },
      ]),
  );

  protected readonly valuesItem = this.RULE('valuesItem', (): Row[number] =>
    this.OR([
      {
        ALT: (): Row[number] => {
          const token = this.CONSUME(K.DEFAULT);
          return { kind: 'DefaultArg', span: this.span(token) };
        },
      },
      { ALT: (): Row[number] => this.SUBRULE(this.expression) },
    ]),
  );
}

/** Whether a query is nothing but its body. */
function isPlain(query: Query): boolean {
  return (
    query.with.length === 0 &&
    query.orderBy.length === 0 &&
    query.offset === null &&
    query.limit === null
  );
}
