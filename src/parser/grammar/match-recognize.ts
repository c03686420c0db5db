import type { IToken } from 'chevrotain';
import type { Expr } from '../ast/expressions.ts';
import type {
  AfterMatch,
  FromItem,
  MatchRecognize,
  OrderItem,
  Pattern,
  SelectItem,
} from '../ast/queries.ts';
import { NESTING_WEIGHT } from '../nesting.ts';
import {
  Bar,
  Caret,
  Comma,
  Dollar,
  Equal,
  ExclusionClose,
  ExclusionOpen,
  K,
  LBrace,
  LParen,
  Plus,
  Question,
  RBrace,
  RParen,
  Star,
} from '../vocabulary.ts';
import type { Rule } from './base.ts';
import { FromRules, NO_TABLE } from './from.ts';

/** How often a part of a pattern matches. */
interface Quantifier {
  readonly min: number;
  readonly max: number | null;
  readonly reluctant: boolean;
}

/**
 * Chapter 9: row patterns.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/sql/queries/match_recognize/
 */
export abstract class MatchRecognizeRules extends FromRules {
  protected override readonly matchRecognize: Rule<
    MatchRecognize,
    [input?: FromItem, start?: IToken]
  > = this.RULE(
    'matchRecognize',
    (input: FromItem = NO_TABLE, start: IToken = this.LA(1)): MatchRecognize => {
      this.CONSUME(K.MATCH_RECOGNIZE);
      this.CONSUME(LParen);
      const partitionBy: Expr[] = [];
      this.OPTION(() => {
        this.CONSUME(K.PARTITION);
        this.CONSUME(K.BY);
        this.AT_LEAST_ONE_SEP({
          SEP: Comma,
          DEF: () => partitionBy.push(this.SUBRULE(this.expression)),
        });
      });
      const orderBy: readonly OrderItem[] = this.OPTION2(() => this.SUBRULE(this.orderBy)) ?? [];
      const measures = this.OPTION3(() => this.SUBRULE(this.measures)) ?? [];
      const rowsPerMatch = this.OPTION4(() => this.SUBRULE(this.rowsPerMatch)) ?? null;
      const afterMatch = this.OPTION5(() => this.SUBRULE(this.afterMatch)) ?? null;
      this.CONSUME(K.PATTERN);
      this.CONSUME2(LParen);
      const anchoredStart = this.OPTION6(() => this.CONSUME(Caret)) !== undefined;
      const pattern = this.SUBRULE(this.pattern);
      const anchoredEnd = this.OPTION7(() => this.CONSUME(Dollar)) !== undefined;
      this.CONSUME2(RParen);
      const within = this.OPTION8(() => this.SUBRULE(this.within)) ?? null;
      const subsets = this.OPTION9(() => this.SUBRULE(this.subsets)) ?? [];
      const define = this.SUBRULE(this.define);
      this.CONSUME3(RParen);
      const alias = this.SUBRULE(this.tableAlias);
      return {
        kind: 'MatchRecognize',
        input,
        partitionBy,
        orderBy,
        measures,
        rowsPerMatch,
        afterMatch,
        pattern,
        anchoredStart,
        anchoredEnd,
        within,
        subsets,
        define,
        alias,
        span: this.span(start),
      };
    },
  );

  protected readonly measures = this.RULE('measures', (): SelectItem[] => {
    const items: SelectItem[] = [];
    this.CONSUME(K.MEASURES);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const start = this.LA(1);
        const expr = this.SUBRULE(this.expression);
        this.CONSUME(K.AS);
        const alias = this.SUBRULE(this.name);
        items.push({ kind: 'SelectItem', expr, alias, span: this.span(start) });
      },
    });
    return items;
  });

  /** `ONE ROW PER MATCH`, `ALL ROWS PER MATCH` */
  protected readonly rowsPerMatch = this.RULE('rowsPerMatch', (): 'ONE ROW' | 'ALL ROWS' => {
    const rows = this.OR([
      {
        ALT: () => {
          this.CONSUME(K.ONE);
          this.CONSUME(K.ROW);
          return 'ONE ROW' as const;
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.ALL);
          this.CONSUME(K.ROWS);
          return 'ALL ROWS' as const;
        },
      },
    ]);
    this.CONSUME(K.PER);
    this.CONSUME(K.MATCH);
    return rows;
  });

  /** `AFTER MATCH SKIP TO NEXT ROW | PAST LAST ROW | TO [FIRST | LAST] variable` */
  protected readonly afterMatch = this.RULE('afterMatch', (): AfterMatch => {
    const start = this.CONSUME(K.AFTER);
    this.CONSUME(K.MATCH);
    this.CONSUME(K.SKIP);
    let variable: string | null = null;
    const skip = this.OR([
      {
        ALT: (): AfterMatch['skip'] => {
          this.CONSUME(K.PAST);
          this.CONSUME(K.LAST);
          this.CONSUME(K.ROW);
          return 'PAST LAST ROW';
        },
      },
      {
        ALT: (): AfterMatch['skip'] => {
          this.CONSUME(K.TO);
          return this.OR2([
            {
              ALT: (): AfterMatch['skip'] => {
                this.CONSUME(K.NEXT);
                this.CONSUME2(K.ROW);
                return 'TO NEXT ROW';
              },
            },
            {
              GATE: () => !this.isNext(RParen, 2) && !this.isNext(K.PATTERN, 2),
              ALT: (): AfterMatch['skip'] => {
                const end = this.OR3([this.word('FIRST', 3), this.word('LAST', 3)]);
                variable = this.SUBRULE(this.name);
                return `TO ${end}`;
              },
            },
            {
              ALT: (): AfterMatch['skip'] => {
                variable = this.SUBRULE2(this.name);
                return 'TO LAST';
              },
            },
          ]);
        },
      },
    ]);
    return { kind: 'AfterMatch', skip, variable, span: this.span(start) };
  });

  protected readonly within = this.RULE('within', (): Expr => {
    this.CONSUME(K.WITHIN);
    return this.SUBRULE(this.expression);
  });

  protected readonly subsets = this.RULE('subsets', (): MatchRecognize['subsets'] => {
    const subsets: MatchRecognize['subsets'][number][] = [];
    this.CONSUME(K.SUBSET);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const name = this.SUBRULE(this.name);
        this.CONSUME(Equal);
        subsets.push({ name, variables: this.SUBRULE(this.nameList) });
      },
    });
    return subsets;
  });

  protected readonly define = this.RULE('define', (): MatchRecognize['define'] => {
    const define: MatchRecognize['define'][number][] = [];
    this.CONSUME(K.DEFINE);
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const variable = this.SUBRULE(this.name);
        this.CONSUME(K.AS);
        define.push({ variable, condition: this.SUBRULE(this.expression) });
      },
    });
    return define;
  });

  // ── patterns ───────────────────────────────────────────────────────────────────────────────

  /** `A B | C` */
  protected readonly pattern: Rule<Pattern> = this.RULE('pattern', (): Pattern => {
    this.enter(NESTING_WEIGHT.expression);
    const start = this.LA(1);
    const items = [this.SUBRULE(this.patternSequence)];
    this.MANY(() => {
      this.CONSUME(Bar);
      items.push(this.SUBRULE2(this.patternSequence));
    });
    this.leave(NESTING_WEIGHT.expression);
    const [only] = items;
    if (items.length === 1 && only !== undefined) return only;
    return { kind: 'PatternAlternation', items, span: this.span(start) };
  });

  protected readonly patternSequence = this.RULE('patternSequence', (): Pattern => {
    const start = this.LA(1);
    const items: Pattern[] = [];
    this.AT_LEAST_ONE(() => items.push(this.SUBRULE(this.patternFactor)));
    const [only] = items;
    if (items.length === 1 && only !== undefined) return only;
    return { kind: 'PatternSequence', items, span: this.span(start) };
  });

  protected readonly patternFactor = this.RULE('patternFactor', (): Pattern => {
    const start = this.LA(1);
    const pattern = this.SUBRULE(this.patternPrimary);
    const quantifier = this.OPTION(() => this.SUBRULE(this.patternQuantifier));
    if (quantifier === undefined) return pattern;
    return { kind: 'PatternQuantified', pattern, ...quantifier, span: this.span(start) };
  });

  /** `*`, `+`, `?`, `{2}`, `{2,}`, `{,3}`, `{2,3}`, each with `?` for reluctant */
  protected readonly patternQuantifier = this.RULE('patternQuantifier', (): Quantifier => {
    let min = 0;
    let max: number | null = null;
    this.OR([
      { ALT: () => this.CONSUME(Star) },
      {
        ALT: () => {
          this.CONSUME(Plus);
          min = 1;
        },
      },
      {
        ALT: () => {
          this.CONSUME(Question);
          max = 1;
        },
      },
      {
        ALT: () => {
          this.CONSUME(LBrace);
          const low = this.OPTION(() => this.SUBRULE(this.integer));
          min = low ?? 0;
          max = low ?? null;
          this.OPTION2(() => {
            this.CONSUME(Comma);
            max = this.OPTION3(() => this.SUBRULE2(this.integer)) ?? null;
          });
          this.CONSUME(RBrace);
        },
      },
    ]);
    const reluctant = this.OPTION4(() => this.CONSUME2(Question)) !== undefined;
    return { min, max, reluctant };
  });

  protected readonly patternPrimary = this.RULE('patternPrimary', (): Pattern => {
    const start = this.LA(1);
    return this.OR([
      {
        GATE: () => this.isNext(LParen, 2),
        ALT: (): Pattern => {
          const items: Pattern[] = [];
          this.CONSUME(K.PERMUTE);
          this.CONSUME(LParen);
          this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => items.push(this.SUBRULE(this.pattern)) });
          this.CONSUME(RParen);
          return { kind: 'PatternPermutation', items, span: this.span(start) };
        },
      },
      {
        ALT: (): Pattern => {
          const name = this.SUBRULE(this.name);
          return { kind: 'PatternVariable', name, span: this.span(start) };
        },
      },
      {
        ALT: (): Pattern => {
          this.CONSUME2(LParen);
          const inner = this.OPTION(() => this.SUBRULE2(this.pattern));
          this.CONSUME2(RParen);
          return inner ?? { kind: 'PatternSequence', items: [], span: this.span(start) };
        },
      },
      {
        ALT: (): Pattern => {
          this.CONSUME(ExclusionOpen);
          const pattern = this.SUBRULE3(this.pattern);
          this.CONSUME(ExclusionClose);
          return { kind: 'PatternExclusion', pattern, span: this.span(start) };
        },
      },
    ]);
  });
}
