import { invalidArgument } from '../../common/arguments.ts';
import { validationError } from '../../common/errors.ts';
import type { Expr } from '../../parser/ast/expressions.ts';
import { TIME_UNITS, type TimeUnit } from '../../parser/ast/node.ts';
import { printExpression } from '../../parser/print.ts';
import type { DataType } from '../../types/data-type.ts';
import { DATE, time, timestamp } from '../../types/types.ts';
import { isTable, planOf } from '../plan-holder.ts';
import { type Attachments, attach, merge } from './attachments.ts';
import { deferred } from './deferred.ts';
import type {
  AnyExpression,
  JsonExistsOnError,
  JsonQueryOnEmptyOrError,
  JsonQueryWrapper,
  JsonType,
  JsonValueOnEmptyOrError,
  TrimSide,
} from './expression.ts';
import { intervalOf } from './intervals.ts';
import { jsonExists, jsonQuery, jsonValue } from './json.ts';
import { type HeldSyntax, literalSyntax } from './literals.ts';
import { builtinSyntax, castOf, identifier, tableQuery, textLiteral } from './syntax.ts';

/** What an expression says besides its value. */
interface Marks {
  /** The names of `as`. */
  readonly names: readonly string[];
  readonly descending: boolean;
}

const UNMARKED: Marks = { names: [], descending: false };

/** What a table operation sees of an expression. */
export interface ExpressionParts extends HeldSyntax, Marks {}

/**
 * The expression behind every `Expression`: syntax and what it holds. Its methods for the built-in
 * functions are added from their definitions (`methods.ts`); the types of all are in `Expression`.
 */
export class BuiltExpression {
  readonly #node: Expr;
  readonly #held: Attachments;
  readonly #marks: Marks;

  constructor(node: Expr, held: Attachments, marks: Marks = UNMARKED) {
    this.#node = node;
    this.#held = held;
    this.#marks = marks;
  }

  /** The parts of an expression. Errors: INVALID_ARGUMENT for what is none. */
  static parts(expression: unknown, argument = 'An argument'): ExpressionParts {
    if (!(expression instanceof BuiltExpression)) {
      throw invalidArgument(argument, "an expression, such as col('a')", expression);
    }
    return { node: expression.#node, held: expression.#held, ...expression.#marks };
  }

  /** The syntax of an argument: an expression, or a value that stands for a literal. */
  static operand(value: unknown): HeldSyntax {
    return value instanceof BuiltExpression
      ? { node: value.#node, held: value.#held }
      : literalSyntax(value);
  }

  /** An expression of other expressions and values. */
  static of(args: readonly unknown[], make: (nodes: readonly Expr[]) => Expr): BuiltExpression {
    const operands = args.map(BuiltExpression.operand);
    const held = merge(operands.map((operand) => operand.held));
    return new BuiltExpression(make(operands.map(({ node }) => node)), held);
  }

  /** The call of a built-in function; arguments that are left out are undefined, at the end. */
  static builtin(name: string, args: readonly unknown[]): BuiltExpression {
    const given = args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1);
    return BuiltExpression.of(given, (nodes) => builtinSyntax(name, nodes));
  }

  as(...names: readonly string[]): BuiltExpression {
    for (const name of names) requireName(name);
    return new BuiltExpression(this.#node, this.#held, { ...this.#marks, names });
  }

  asc(): BuiltExpression {
    return new BuiltExpression(this.#node, this.#held, { ...this.#marks, descending: false });
  }

  desc(): BuiltExpression {
    return new BuiltExpression(this.#node, this.#held, { ...this.#marks, descending: true });
  }

  cast(type: DataType | string): BuiltExpression {
    return this.#with(castOf(this.#node, type, false));
  }

  tryCast(type: DataType | string): BuiltExpression {
    return this.#with(castOf(this.#node, type, true));
  }

  asArgument(name: string): BuiltExpression {
    requireName(name);
    return this.#with(deferred('argument', [textLiteral(name), this.#node]));
  }

  over(window: unknown): BuiltExpression {
    const node = this.#node;
    const name = typeof window === 'string' ? window : columnName(window);
    if (node.kind !== 'Call' && node.kind !== 'JsonObjectAgg' && node.kind !== 'JsonArrayAgg') {
      throw validationError('NOT_AN_AGGREGATE', { function: String(this), what: 'over' });
    }
    return this.#with({ ...node, over: { kind: 'WindowName', name, span: null } });
  }

  distinct(): BuiltExpression {
    const node = this.#node;
    if (node.kind !== 'Call') {
      throw validationError('NOT_AN_AGGREGATE', { function: String(this), what: 'distinct' });
    }
    return this.#with({ ...node, quantifier: 'DISTINCT' });
  }

  between(low: unknown, high: unknown): BuiltExpression {
    return this.#between(low, high, false);
  }

  notBetween(low: unknown, high: unknown): BuiltExpression {
    return this.#between(low, high, true);
  }

  in(...values: readonly unknown[]): BuiltExpression {
    const [first] = values;
    if (!isTable(first)) {
      const items = values.length === 1 && Array.isArray(first) ? first : values;
      return BuiltExpression.builtin('IN', [this, ...items]);
    }
    const { name, held } = attach({ kind: 'plan', plan: planOf(first) });
    const query = tableQuery(name);
    const node = {
      kind: 'InQuery',
      operand: this.#node,
      query,
      negated: false,
      span: null,
    } as const;
    return new BuiltExpression(node, merge([this.#held, held]));
  }

  get(field: string | number): BuiltExpression {
    if (typeof field === 'number') return BuiltExpression.builtin('FIELD', [this, field]);
    requireName(field);
    const node = this.#node;
    // A path of names is one node in SQL.
    if (node.kind === 'Identifier') return this.#with(identifier(...node.parts, field));
    return this.#with({ kind: 'FieldAccess', operand: node, field, span: null });
  }

  flatten(): BuiltExpression {
    return this.#with(deferred('flatten', [this.#node]), this.#marks);
  }

  extract(unit: TimeUnit): BuiltExpression {
    return this.#with({ kind: 'Extract', unit: timeUnit(unit), operand: this.#node, span: null });
  }

  toDate(): BuiltExpression {
    return this.cast(DATE);
  }

  toTime(): BuiltExpression {
    return this.cast(time(0));
  }

  toTimestamp(): BuiltExpression {
    return this.cast(timestamp(3));
  }

  log(base?: unknown): BuiltExpression {
    return BuiltExpression.builtin('LOG', base === undefined ? [this] : [base, this]);
  }

  trim(side: TrimSide = 'BOTH', characters?: unknown): BuiltExpression {
    const args = characters === undefined ? [this] : [this, characters];
    return BuiltExpression.of(args, ([operand, given]) => ({
      kind: 'Trim',
      side,
      characters: given ?? null,
      operand: operand!,
      span: null,
    }));
  }

  trimLeading(characters?: unknown): BuiltExpression {
    return this.trim('LEADING', characters);
  }

  trimTrailing(characters?: unknown): BuiltExpression {
    return this.trim('TRAILING', characters);
  }

  isJson(type: JsonType = 'VALUE'): BuiltExpression {
    return this.#with({ kind: 'IsJson', operand: this.#node, type, negated: false, span: null });
  }

  jsonExists(path: string, onError: JsonExistsOnError | null = null): BuiltExpression {
    return this.#with(jsonExists(this.#node, textLiteral(path), onError));
  }

  jsonValue(
    path: string,
    returning: DataType | string | null = null,
    onEmpty: JsonValueOnEmptyOrError | null = null,
    defaultOnEmpty: unknown = null,
    onError: JsonValueOnEmptyOrError | null = null,
    defaultOnError: unknown = null,
  ): BuiltExpression {
    return BuiltExpression.of([this, defaultOnEmpty, defaultOnError], ([input, empty, error]) =>
      jsonValue(input!, textLiteral(path), returning, [onEmpty, empty!], [onError, error!]),
    );
  }

  jsonQuery(
    path: string,
    returning: DataType | string | null = null,
    wrapper: JsonQueryWrapper | null = null,
    onEmpty: JsonQueryOnEmptyOrError | null = null,
    onError: JsonQueryOnEmptyOrError | null = null,
  ): BuiltExpression {
    const pathNode = textLiteral(path);
    return this.#with(jsonQuery(this.#node, pathNode, { returning, wrapper, onEmpty, onError }));
  }

  rows(): BuiltExpression {
    return this.#with(deferred('rows', [this.#node]));
  }

  start(): BuiltExpression {
    return this.#with(deferred('start', [this.#node]));
  }

  end(): BuiltExpression {
    return this.#with(deferred('end', [this.#node]));
  }

  rowtime(): BuiltExpression {
    return this.#with(deferred('rowtime', [this.#node]));
  }

  proctime(): BuiltExpression {
    return this.#with(deferred('proctime', [this.#node]));
  }

  toString(): string {
    return printExpression(this.#node);
  }

  /** An interval of so many units. */
  interval(unit: TimeUnit | 'MILLI'): BuiltExpression {
    return this.#with(intervalOf(this.#node, unit));
  }

  #between(low: unknown, high: unknown, negated: boolean): BuiltExpression {
    return BuiltExpression.of([this, low, high], ([operand, from, to]) => ({
      kind: 'Between',
      operand: operand!,
      low: from!,
      high: to!,
      symmetric: false,
      negated,
      span: null,
    }));
  }

  #with(node: Expr, marks: Marks = UNMARKED): BuiltExpression {
    return new BuiltExpression(node, this.#held, marks);
  }
}

/** What users hold: the same object, with the types of all methods. */
export function asExpression<E extends AnyExpression>(built: BuiltExpression): E {
  // The methods that `Expression` declares are those of the class and of `methods.ts`.
  return built as unknown as E;
}

/** The name of a column. Errors: INVALID_ARGUMENT for other expressions. */
export function columnName(expression: unknown, argument = 'A column'): string {
  const { node } = BuiltExpression.parts(expression, argument);
  if (node.kind === 'Identifier' && node.parts.length === 1) return node.parts[0]!;
  throw invalidArgument(argument, "a column, such as col('a')", String(expression));
}

/** Errors: INVALID_ARGUMENT for what is no name. */
export function requireName(name: unknown): asserts name is string {
  if (typeof name === 'string' && name !== '') return;
  throw invalidArgument('A name', 'a text that is not empty', name);
}

/** Errors: INVALID_ARGUMENT for what is no unit of time. */
export function timeUnit(unit: unknown): TimeUnit {
  const found = TIME_UNITS.find((known) => known === unit);
  if (found !== undefined) return found;
  throw invalidArgument('A unit of time', `one of ${TIME_UNITS.join(', ')}`, unit);
}
