import type { IToken } from 'chevrotain';
import { EOF, tokenMatcher } from 'chevrotain';
import type { BinaryOp, Expr, IsTest, Like } from '../ast/expressions.ts';
import { invalidStatement } from '../errors.ts';
import { NESTING_WEIGHT } from '../nesting.ts';
import {
  BinaryOperator,
  Comma,
  Dot,
  K,
  LBracket,
  LParen,
  Minus,
  Name,
  Plus,
  RBracket,
  RParen,
  Semicolon,
} from '../vocabulary.ts';
import type { Rule } from './base.ts';
import { LiteralRules } from './literals.ts';
import {
  BINARY_OPERATORS,
  COMPARISONS,
  CONTINUES,
  OperatorStack,
  PRECEDENCE,
} from './operators.ts';

/** The operands of BETWEEN and LIKE bind more than the predicates themselves. */
export const ABOVE_PREDICATES = PRECEDENCE.predicate + 1;

/**
 * Chapter 3: operators and predicates.
 *
 * https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/functions/systemfunctions/
 */
export abstract class ExpressionRules extends LiteralRules {
  /** A value that stands by itself; chapter 6. */
  protected abstract readonly primary: Rule<Expr>;

  /** Operators that bind at least like `minPrecedence`; parentheses are operators too. */
  protected override readonly expression: Rule<Expr, [minPrecedence?: number]> = this.RULE(
    'expression',
    (minPrecedence = 0): Expr => {
      this.enter(NESTING_WEIGHT.expression);
      const stack = new OperatorStack(this.nesting);
      const outerDepth = this.innerDepth;
      this.SUBRULE(this.operand, { ARGS: [stack] });
      this.MANY({
        GATE: () => this.#goesOn(stack, minPrecedence),
        DEF: () => this.SUBRULE(this.continuation, { ARGS: [stack] }),
      });
      if (stack.isOpen) this.CONSUME(RParen);
      this.leave(NESTING_WEIGHT.expression);
      const { expr, depth } = stack.finish();
      this.innerDepth = Math.max(outerDepth, depth);
      return expr;
    },
  );

  #goesOn(stack: OperatorStack, minPrecedence: number): boolean {
    const { tokenType } = this.LA(1);
    if (tokenType === RParen || tokenType === Comma) return stack.isOpen;
    const precedence = CONTINUES.get(tokenType);
    if (precedence === undefined) return false;
    if (precedence < minPrecedence && !stack.isOpen) return false;
    if (tokenType === K.NOT) return NEGATABLE.has(this.LA(2).tokenType);
    // Words that are names as well: in `SELECT a precedes FROM t` it is an alias.
    return !tokenMatcher(this.LA(1), Name) || !ENDS_ITEM.has(this.LA(2).tokenType);
  }

  /** Signs, NOTs and opening parentheses, then a value. */
  protected readonly operand = this.RULE('operand', (stack?: OperatorStack): void => {
    this.MANY({
      GATE: () => !this.atQuery(true),
      DEF: () =>
        this.OR([
          { ALT: () => this.#prefix(stack, 'NOT', this.CONSUME(K.NOT)) },
          { ALT: () => this.#prefix(stack, '-', this.CONSUME(Minus)) },
          { ALT: () => this.#prefix(stack, '+', this.CONSUME(Plus)) },
          {
            ALT: () => {
              const token = this.CONSUME(LParen);
              this.ACTION(() => stack?.open(token));
            },
          },
        ]),
    });
    const start = this.LA(1).startOffset;
    this.innerDepth = 0;
    const value = this.SUBRULE(this.primary);
    const depth = this.innerDepth + 1;
    this.ACTION(() => stack?.operand(value, start, this.endOffset(), depth));
  });

  #prefix(stack: OperatorStack | undefined, op: '+' | '-' | 'NOT', token: IToken): void {
    this.ACTION(() => stack?.prefix(op, token));
  }

  /** One operator, predicate, access or closing parenthesis behind an operand. */
  protected readonly continuation = this.RULE('continuation', (stack?: OperatorStack): void => {
    const operators = stack ?? new OperatorStack(this.nesting);
    this.OR([
      { ALT: () => this.SUBRULE(this.binaryOperator, { ARGS: [operators] }) },
      { ALT: () => this.SUBRULE(this.isTest, { ARGS: [operators] }) },
      { ALT: () => this.SUBRULE(this.negatable, { ARGS: [operators] }) },
      { ALT: () => this.SUBRULE(this.wordOperator, { ARGS: [operators] }) },
      {
        ALT: () => {
          const { expr, start, depth } = operators.take(PRECEDENCE.access);
          this.innerDepth = depth;
          this.CONSUME(LBracket);
          const index = this.SUBRULE(this.expression);
          this.CONSUME(RBracket);
          this.#put(operators, start, { kind: 'ElementAccess', operand: expr, index, span: null });
        },
      },
      {
        ALT: () => {
          const { expr, start, depth } = operators.take(PRECEDENCE.access);
          this.innerDepth = depth;
          this.CONSUME(Dot);
          const field = this.SUBRULE(this.name);
          this.#put(operators, start, { kind: 'FieldAccess', operand: expr, field, span: null });
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(RParen);
          this.ACTION(() => operators.close(token));
        },
      },
      {
        ALT: () => {
          this.CONSUME(Comma);
          operators.comma();
          this.SUBRULE(this.operand, { ARGS: [operators] });
        },
      },
    ]);
  });

  /** Puts back an operand that was taken, from `start` to here; `innerDepth` has seen all parts. */
  #put(operators: OperatorStack, start: number, expr: Expr): void {
    const end = this.endOffset();
    operators.operand({ ...expr, span: { start, end } }, start, end, this.innerDepth + 1);
  }

  /** `+ x`, `AND x`, `= x`, `= ANY (...)` */
  protected readonly binaryOperator = this.RULE(
    'binaryOperator',
    (operators = new OperatorStack(this.nesting)): void => {
      const token = this.CONSUME(BinaryOperator);
      this.OR([
        {
          GATE: () => COMPARISONS.has(token.tokenType),
          ALT: () => this.SUBRULE(this.quantified, { ARGS: [operators, token] }),
        },
        {
          ALT: () => {
            const operator = BINARY_OPERATORS.get(token.tokenType);
            if (operator !== undefined) operators.binary(operator.op, operator.precedence);
            this.SUBRULE(this.operand, { ARGS: [operators] });
          },
        },
      ]);
    },
  );

  /** `ANY (query)`, `ALL (a, b)` behind a comparison */
  protected readonly quantified = this.RULE(
    'quantified',
    (operators = new OperatorStack(this.nesting), comparison: IToken = this.LA(0)): void => {
      const { expr: operand, start, depth } = operators.take(PRECEDENCE.comparison);
      this.innerDepth = depth;
      const op = COMPARISONS.get(comparison.tokenType) ?? '=';
      const word = this.OR([this.word('ANY'), this.word('SOME'), this.word('ALL')]);
      const quantifier = word === 'ALL' ? 'ALL' : 'ANY';
      const { query, items } = this.SUBRULE(this.queryOrList);
      const shared = { op, quantifier, operand, span: null } as const;
      this.#put(
        operators,
        start,
        query !== null
          ? { kind: 'QuantifiedQuery', ...shared, query }
          : { kind: 'QuantifiedList', ...shared, items },
      );
    },
  );

  /** `(query)` or `(a, b, ...)` */
  protected readonly queryOrList = this.RULE('queryOrList', () => {
    const items: Expr[] = [];
    const query = this.OR([
      { GATE: () => this.atQuery(), ALT: () => this.SUBRULE(this.parenthesizedQuery) },
      {
        ALT: () => {
          this.CONSUME(LParen);
          this.AT_LEAST_ONE_SEP({
            SEP: Comma,
            DEF: () => items.push(this.SUBRULE(this.expression)),
          });
          this.CONSUME(RParen);
          return null;
        },
      },
    ]);
    return { query, items };
  });

  /** `(query)` */
  protected readonly parenthesizedQuery = this.RULE('parenthesizedQuery', () => {
    const open = this.CONSUME(LParen);
    if (!this.queriesAllowed) {
      throw invalidStatement('A query cannot stand here', this.span(open));
    }
    const query = this.SUBRULE(this.query);
    this.CONSUME(RParen);
    return query;
  });

  /** `IS [NOT] NULL | TRUE | ... | JSON | DISTINCT FROM x` */
  protected readonly isTest = this.RULE(
    'isTest',
    (operators = new OperatorStack(this.nesting)): void => {
      this.CONSUME(K.IS);
      const negated = this.OPTION(() => this.CONSUME(K.NOT)) !== undefined;
      const test = (name: IsTest['test']) => {
        const { expr: operand, start, depth } = operators.take(PRECEDENCE.is);
        this.innerDepth = depth;
        this.#put(operators, start, { kind: 'IsTest', operand, test: name, negated, span: null });
      };
      const one = (word: 'NULL' | 'TRUE' | 'FALSE' | 'UNKNOWN' | 'EMPTY') => ({
        ALT: () => {
          this.CONSUME2(K[word]);
          test(word);
        },
      });
      this.OR([
        one('NULL'),
        one('TRUE'),
        one('FALSE'),
        one('UNKNOWN'),
        one('EMPTY'),
        {
          ALT: () => {
            this.CONSUME(K.A);
            this.CONSUME(K.SET);
            test('A SET');
          },
        },
        { ALT: () => this.SUBRULE(this.isJson, { ARGS: [operators, negated] }) },
        {
          ALT: () => {
            this.CONSUME(K.DISTINCT);
            this.CONSUME(K.FROM);
            const op = negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM';
            operators.binary(op, PRECEDENCE.comparison);
            this.SUBRULE(this.operand, { ARGS: [operators] });
          },
        },
      ]);
    },
  );

  protected readonly isJson = this.RULE(
    'isJson',
    (operators = new OperatorStack(this.nesting), negated = false): void => {
      this.CONSUME(K.JSON);
      const type =
        this.OPTION(() =>
          this.OR([
            this.word('VALUE'),
            this.word('OBJECT'),
            this.word('ARRAY'),
            this.word('SCALAR'),
          ]),
        ) ?? 'VALUE';
      const { expr: operand, start, depth } = operators.take(PRECEDENCE.is);
      this.innerDepth = depth;
      this.#put(operators, start, { kind: 'IsJson', operand, type, negated, span: null });
    },
  );

  /** `[NOT] IN ..., [NOT] BETWEEN ..., [NOT] LIKE ...` */
  protected readonly negatable = this.RULE(
    'negatable',
    (operators = new OperatorStack(this.nesting)): void => {
      const negated = this.OPTION(() => this.CONSUME(K.NOT)) !== undefined;
      const { expr: operand, start, depth } = operators.take(PRECEDENCE.predicate);
      this.innerDepth = depth;
      const expr = this.OR([
        {
          ALT: (): Expr => {
            this.CONSUME(K.IN);
            const { query, items } = this.SUBRULE(this.queryOrList);
            return query !== null
              ? { kind: 'InQuery', operand, query, negated, span: null }
              : { kind: 'InList', operand, items, negated, span: null };
          },
        },
        { ALT: () => this.SUBRULE(this.between, { ARGS: [operand, negated] }) },
        { ALT: () => this.SUBRULE(this.like, { ARGS: [operand, negated] }) },
      ]);
      this.#put(operators, start, expr);
    },
  );

  protected readonly between = this.RULE(
    'between',
    (operand: Expr = NOTHING, negated = false): Expr => {
      this.CONSUME(K.BETWEEN);
      const symmetry = this.OPTION(() =>
        this.OR([this.word('SYMMETRIC'), this.word('ASYMMETRIC')]),
      );
      const low = this.SUBRULE(this.expression, { ARGS: [ABOVE_PREDICATES] });
      this.CONSUME(K.AND);
      const high = this.SUBRULE2(this.expression, { ARGS: [ABOVE_PREDICATES] });
      const symmetric = symmetry === 'SYMMETRIC';
      return { kind: 'Between', operand, low, high, symmetric, negated, span: null };
    },
  );

  protected readonly like = this.RULE('like', (operand: Expr = NOTHING, negated = false): Expr => {
    const form = this.OR([
      this.word('LIKE'),
      this.word('ILIKE'),
      this.word('RLIKE'),
      {
        ALT: (): Like['form'] => {
          this.CONSUME(K.SIMILAR);
          this.CONSUME(K.TO);
          return 'SIMILAR TO';
        },
      },
    ]);
    const pattern = this.SUBRULE(this.expression, { ARGS: [ABOVE_PREDICATES] });
    const escaped =
      this.OPTION(() => {
        this.CONSUME(K.ESCAPE);
        return this.SUBRULE2(this.expression, { ARGS: [ABOVE_PREDICATES] });
      }) ?? null;
    return { kind: 'Like', form, operand, pattern, escape: escaped, negated, span: null };
  });

  /** Operators of several words: `MEMBER OF x`, `MULTISET UNION ALL x`, `IMMEDIATELY PRECEDES x` */
  protected readonly wordOperator = this.RULE(
    'wordOperator',
    (operators = new OperatorStack(this.nesting)): void => {
      let op: BinaryOp = 'MEMBER OF';
      let precedence: number = PRECEDENCE.comparison;
      this.OR([
        {
          ALT: () => {
            this.CONSUME(K.MEMBER);
            this.OPTION(() => this.CONSUME(K.OF));
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.SUBMULTISET);
            this.CONSUME2(K.OF);
            op = 'SUBMULTISET OF';
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.IMMEDIATELY);
            op = `IMMEDIATELY ${this.OR2([this.word('PRECEDES'), this.word('SUCCEEDS')])}`;
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.MULTISET);
            const set = this.OR3([this.word('UNION'), this.word('INTERSECT'), this.word('EXCEPT')]);
            const all = this.OPTION2(() => this.OR4([this.word('ALL'), this.word('DISTINCT')]));
            op = `MULTISET ${set} ${all ?? 'ALL'}`;
            precedence =
              set === 'INTERSECT' ? PRECEDENCE.multisetIntersect : PRECEDENCE.multisetUnion;
          },
        },
      ]);
      operators.binary(op, precedence);
      this.SUBRULE(this.operand, { ARGS: [operators] });
    },
  );
}

/** What NOT may precede behind an operand. */
const NEGATABLE = new Set([K.IN, K.BETWEEN, K.LIKE, K.ILIKE, K.RLIKE, K.SIMILAR]);

/** What follows an alias, but never an operator. */
const ENDS_ITEM = new Set([K.FROM, Comma, RParen, Semicolon, EOF]);

/** Stands for arguments while Chevrotain records the grammar. */
const NOTHING: Expr = { kind: 'NullLiteral', span: null };
