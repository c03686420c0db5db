import type {
  BinaryOp,
  Call,
  CallArg,
  Cast,
  ComparisonOp,
  Expr,
  IsTest,
  Like,
  Unary,
} from '../../parser/ast/expressions.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import type { Query } from '../../parser/ast/queries.ts';
import { parseType } from '../../parser/parser.ts';
import type { DataType } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';

/** Constructors of syntax nodes that stand in no text. */

/** A name. */
export function identifier(...parts: readonly string[]): Identifier {
  return { kind: 'Identifier', parts, span: null };
}

/** A call of the function of a path. */
export function callOf(path: readonly string[], args: readonly CallArg[]): Call {
  return {
    kind: 'Call',
    name: identifier(...path),
    args,
    quantifier: null,
    orderBy: [],
    nulls: null,
    withinGroup: [],
    filter: null,
    over: null,
    span: null,
  };
}

/** A text. */
export function textLiteral(value: string): Expr {
  return { kind: 'StringLiteral', value, span: null };
}

/** A number without a sign. */
export function numberLiteral(text: string): Expr {
  const form = /e/i.test(text) ? 'approximate' : text.includes('.') ? 'decimal' : 'integer';
  return { kind: 'NumberLiteral', text, form, span: null };
}

/** A sign or NOT before an expression. */
export function unary(op: Unary['op'], operand: Expr): Unary {
  return { kind: 'Unary', op, operand, span: null };
}

/** CAST or TRY_CAST; types are named as in SQL or by `DataTypes`. Errors: SqlParserError. */
export function castOf(operand: Expr, type: DataType | string, safe: boolean): Cast {
  const name = parseType(typeof type === 'string' ? type : printType(type));
  return { kind: 'Cast', operand, type: name, safe, span: null };
}

const BINARY: ReadonlySet<string> = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
] satisfies (ComparisonOp | BinaryOp)[]);

const LIKES: ReadonlySet<string> = new Set([
  'LIKE',
  'ILIKE',
  'RLIKE',
  'SIMILAR TO',
] satisfies Like['form'][]);

/**
 * The syntax that SQL has for a call of a built-in function: operators have their own, so that the
 * binder sees the same tree from both doors.
 */
export function builtinSyntax(name: string, args: readonly Expr[]): Expr {
  const [first, second, third] = args;
  if (first === undefined) return callOf([name], args);
  if (second !== undefined) {
    if (BINARY.has(name) && args.length === 2) {
      return { kind: 'Binary', op: name as BinaryOp, left: first, right: second, span: null };
    }
    if (name === 'AND' || name === 'OR') return logical(name, args);
    if (LIKES.has(name)) {
      const form = name as Like['form'];
      const like = { kind: 'Like', form, operand: first, pattern: second } as const;
      return { ...like, escape: third ?? null, negated: false, span: null };
    }
    if (name === 'ITEM')
      return { kind: 'ElementAccess', operand: first, index: second, span: null };
    if (name === 'IN') {
      return { kind: 'InList', operand: first, items: args.slice(1), negated: false, span: null };
    }
    return callOf([name], args);
  }
  if (name === 'NOT') return unary('NOT', first);
  if (name === 'NEGATE') return unary('-', first);
  const [, not, test] = /^IS (NOT )?(NULL|TRUE|FALSE|UNKNOWN)$/.exec(name) ?? [];
  if (test === undefined) return callOf([name], args);
  const negated = not !== undefined;
  return { kind: 'IsTest', operand: first, test: test as IsTest['test'], negated, span: null };
}

/** A chain of AND or OR, which is flat. */
function logical(op: 'AND' | 'OR', args: readonly Expr[]): Expr {
  const operands = args.flatMap((arg) =>
    arg.kind === 'Logical' && arg.op === op ? arg.operands : [arg],
  );
  return { kind: 'Logical', op, operands, span: null };
}

/** The tree without places: those of a text that is no longer at hand would mislead. */
export function withoutPlaces<T>(node: T): T {
  if (Array.isArray(node)) return node.map(withoutPlaces) as T;
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return node;
  const entries = Object.entries(node).map(([key, value]) => [
    key,
    key === 'span' ? null : withoutPlaces(value),
  ]);
  return Object.fromEntries(entries) as T;
}

/** `TABLE name` as a query. */
export function tableQuery(...path: readonly string[]): Query {
  const body = { kind: 'ExplicitTable', name: identifier(...path), span: null } as const;
  return { kind: 'Query', with: [], body, orderBy: [], offset: null, limit: null, span: null };
}
