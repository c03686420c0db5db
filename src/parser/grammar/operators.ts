import type { IToken, TokenType } from 'chevrotain';
import type { Span } from '../../common/errors.ts';
import type { BinaryOp, ComparisonOp, Expr } from '../ast/expressions.ts';
import {
  Concat,
  Dot,
  Equal,
  Greater,
  GreaterEqual,
  K,
  LBracket,
  Less,
  LessEqual,
  Minus,
  NotEqual,
  Percent,
  Plus,
  Slash,
  Star,
} from '../vocabulary.ts';

/**
 * How tightly operators bind, weakest first. NOT binds less than a comparison, a sign more than
 * any operator. BETWEEN, LIKE and IN bind more than `=`, the IS tests less.
 *
 * Source: Apache Calcite, SqlStdOperatorTable.
 */
export const PRECEDENCE = {
  multisetUnion: 14,
  multisetIntersect: 18,
  or: 22,
  and: 24,
  not: 26,
  is: 28,
  comparison: 30,
  predicate: 32,
  additive: 40,
  multiplicative: 60,
  sign: 80,
  access: 100,
} as const;

/** The operators of one token. */
export const BINARY_OPERATORS: ReadonlyMap<
  TokenType,
  { readonly op: BinaryOp | 'AND' | 'OR'; readonly precedence: number }
> = new Map([
  [K.OR, { op: 'OR', precedence: PRECEDENCE.or }],
  [K.AND, { op: 'AND', precedence: PRECEDENCE.and }],
  [Equal, { op: '=', precedence: PRECEDENCE.comparison }],
  [NotEqual, { op: '<>', precedence: PRECEDENCE.comparison }],
  [Less, { op: '<', precedence: PRECEDENCE.comparison }],
  [LessEqual, { op: '<=', precedence: PRECEDENCE.comparison }],
  [Greater, { op: '>', precedence: PRECEDENCE.comparison }],
  [GreaterEqual, { op: '>=', precedence: PRECEDENCE.comparison }],
  [K.OVERLAPS, { op: 'OVERLAPS', precedence: PRECEDENCE.comparison }],
  [K.CONTAINS, { op: 'CONTAINS', precedence: PRECEDENCE.comparison }],
  [K.EQUALS, { op: 'EQUALS', precedence: PRECEDENCE.comparison }],
  [K.PRECEDES, { op: 'PRECEDES', precedence: PRECEDENCE.comparison }],
  [K.SUCCEEDS, { op: 'SUCCEEDS', precedence: PRECEDENCE.comparison }],
  [Plus, { op: '+', precedence: PRECEDENCE.additive }],
  [Minus, { op: '-', precedence: PRECEDENCE.additive }],
  [Star, { op: '*', precedence: PRECEDENCE.multiplicative }],
  [Slash, { op: '/', precedence: PRECEDENCE.multiplicative }],
  [Percent, { op: '%', precedence: PRECEDENCE.multiplicative }],
  [Concat, { op: '||', precedence: PRECEDENCE.multiplicative }],
]);

/** How tightly the token binds that goes on with an expression. */
export const CONTINUES: ReadonlyMap<TokenType, number> = new Map([
  ...[...BINARY_OPERATORS].map(([type, { precedence }]) => [type, precedence] as const),
  [K.IS, PRECEDENCE.is],
  [K.NOT, PRECEDENCE.predicate],
  [K.IN, PRECEDENCE.predicate],
  [K.BETWEEN, PRECEDENCE.predicate],
  [K.LIKE, PRECEDENCE.predicate],
  [K.ILIKE, PRECEDENCE.predicate],
  [K.RLIKE, PRECEDENCE.predicate],
  [K.SIMILAR, PRECEDENCE.predicate],
  [K.MEMBER, PRECEDENCE.comparison],
  [K.SUBMULTISET, PRECEDENCE.comparison],
  [K.IMMEDIATELY, PRECEDENCE.comparison],
  [K.MULTISET, PRECEDENCE.multisetUnion],
  [LBracket, PRECEDENCE.access],
  [Dot, PRECEDENCE.access],
]);

/** The operators that may be followed by ANY, SOME or ALL. */
export const COMPARISONS: ReadonlyMap<TokenType, ComparisonOp> = new Map([
  [Equal, '='],
  [NotEqual, '<>'],
  [Less, '<'],
  [LessEqual, '<='],
  [Greater, '>'],
  [GreaterEqual, '>='],
]);

/** What counts how deep a text nests, and how deep the trees get. */
export interface Nesting {
  enter(weight: number): void;
  leave(weight: number): void;
  /** Raises an error for a tree that is too deep. */
  checkDepth(depth: number): void;
}

interface Operator {
  readonly type: 'prefix' | 'binary' | 'parenthesis';
  readonly op: BinaryOp | 'AND' | 'OR' | 'NOT' | '';
  readonly precedence: number;
  readonly start: number;
  /** The items of `(a, b`, once there is a comma. */
  items: Expr[] | null;
  /** The depth of the deepest of them. */
  depth: number;
}

/** An operand with its extent in the text, parentheses included. */
interface Operand {
  readonly expr: Expr;
  readonly start: number;
  readonly end: number;
  /** How many nodes stand on one another. */
  readonly depth: number;
}

/**
 * Puts operands and operators together by precedence, with a stack of its own in place of
 * recursion: a rule for each level overflows V8's stack at a few hundred parentheses.
 */
export class OperatorStack {
  readonly #nesting: Nesting;
  readonly #operators: Operator[] = [];
  readonly #operands: Operand[] = [];
  #open = 0;

  constructor(nesting: Nesting) {
    this.#nesting = nesting;
  }

  /** Whether a parenthesis is open. */
  get isOpen(): boolean {
    return this.#open > 0;
  }

  /** Adds a complete operand. */
  operand(expr: Expr, start: number, end: number, depth: number): void {
    this.#nesting.checkDepth(depth);
    this.#operands.push({ expr, start, end, depth });
  }

  /** Adds a sign or NOT. */
  prefix(op: '+' | '-' | 'NOT', token: IToken): void {
    this.#nesting.enter(1);
    const precedence = op === 'NOT' ? PRECEDENCE.not : PRECEDENCE.sign;
    this.#push({ type: 'prefix', op, precedence, start: token.startOffset, items: null, depth: 0 });
  }

  /** Adds an operator between two operands. */
  binary(op: BinaryOp | 'AND' | 'OR', precedence: number): void {
    this.#reduce(precedence);
    this.#push({ type: 'binary', op, precedence, start: 0, items: null, depth: 0 });
  }

  /** Opens a parenthesis. */
  open(token: IToken): void {
    this.#nesting.enter(1);
    this.#open++;
    this.#push({
      type: 'parenthesis',
      op: '',
      precedence: -1,
      start: token.startOffset,
      items: null,
      depth: 0,
    });
  }

  /** Ends an item of a row. */
  comma(): void {
    this.#reduce(0);
    const parenthesis = this.#operators.at(-1);
    const item = this.#operands.pop();
    if (parenthesis === undefined || item === undefined) return;
    parenthesis.items ??= [];
    parenthesis.items.push(item.expr);
    parenthesis.depth = Math.max(parenthesis.depth, item.depth);
  }

  /** Closes the innermost parenthesis. */
  close(token: IToken): void {
    this.#reduce(0);
    const parenthesis = this.#operators.pop();
    const inner = this.#operands.pop();
    if (parenthesis === undefined || inner === undefined) return;
    this.#nesting.leave(1);
    this.#open--;
    const span: Span = { start: parenthesis.start, end: token.startOffset + 1 };
    const { items } = parenthesis;
    const depth = items === null ? inner.depth : Math.max(parenthesis.depth, inner.depth) + 1;
    const expr: Expr =
      items === null ? inner.expr : { kind: 'RowConstructor', items: [...items, inner.expr], span };
    this.operand(expr, span.start, span.end, depth);
  }

  /** Takes the operand of a predicate or an access that binds with `precedence`. */
  take(precedence: number): Operand {
    this.#reduce(precedence);
    const operand = this.#operands.pop();
    // Only while Chevrotain records the grammar is there no operand.
    return operand ?? { expr: { kind: 'NullLiteral', span: null }, start: 0, end: 0, depth: 0 };
  }

  /** The whole expression. */
  finish(): Operand {
    return this.take(0);
  }

  #push(operator: Operator): void {
    this.#operators.push(operator);
  }

  /** Applies the operators above the innermost parenthesis that bind at least like `precedence`. */
  #reduce(precedence: number): void {
    for (;;) {
      const operator = this.#operators.at(-1);
      if (operator === undefined || operator.type === 'parenthesis') return;
      if (operator.precedence < precedence) return;
      this.#operators.pop();
      this.#apply(operator);
    }
  }

  #apply({ type, op, start }: Operator): void {
    const right = this.#operands.pop();
    if (right === undefined) return;
    if (type === 'prefix') {
      this.#nesting.leave(1);
      const span = { start, end: right.end };
      if (op !== 'NOT' && op !== '-' && op !== '+') return;
      const expr: Expr = { kind: 'Unary', op, operand: right.expr, span };
      this.operand(expr, span.start, span.end, right.depth + 1);
      return;
    }
    const left = this.#operands.pop();
    if (left === undefined) return;
    const span = { start: left.start, end: right.end };
    const expr = combine(op, left.expr, right.expr, span);
    // A longer list of the same operands is no deeper.
    const own = expr.kind === 'Logical' && expr.operands.length > 2 ? left.depth : left.depth + 1;
    this.operand(expr, span.start, span.end, Math.max(own, right.depth + 1));
  }
}

/** The arrays of `Logical` nodes that are still growing: 20,000 ORs must not be copied 20,000 times. */
const growing = new WeakMap<readonly Expr[], Expr[]>();

function combine(op: Operator['op'], left: Expr, right: Expr, span: Span): Expr {
  if (op === 'AND' || op === 'OR') {
    let operands =
      left.kind === 'Logical' && left.op === op ? growing.get(left.operands) : undefined;
    if (operands === undefined) {
      operands = [left];
      growing.set(operands, operands);
    }
    operands.push(right);
    return { kind: 'Logical', op, operands, span };
  }
  // The other words of `Operator` belong to prefixes and parentheses.
  return { kind: 'Binary', op: op as BinaryOp, left, right, span };
}
