import { notImplemented } from '../../common/errors.ts';
import type { Expr, InputRef } from '../../expr/expr.ts';
import type { MatchReference, MatchStep } from '../../expr/match.ts';
import { callsUdf } from '../../expr/tree.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import { inputRef } from '../logical/build.ts';
import { bindAggregate } from './aggregate-calls.ts';
import type { QueryEnv, Rows } from './binder.ts';
import { plainArgs } from './calls.ts';
import { callBuiltin } from './coerce.ts';
import { ExpressionBinder, type Replacements } from './expressions.ts';
import { invalidMatch, unsupportedMatch } from './match-pattern.ts';
import { fieldOf } from './special.ts';

/** What the expressions of a MATCH_RECOGNIZE are bound over. */
export interface MatchScope {
  readonly env: QueryEnv;
  /** The rows of the input. */
  readonly rows: Rows;
  readonly steps: readonly MatchStep[];
  /** The column of the time. */
  readonly time: number;
  /** The column that holds an expression over the rows: one more if none does. */
  columnOf(expr: Expr): number;
}

/** A row of a match: the nth from an end of those of a variable, and from there along the input. */
interface Place {
  readonly end: 'FIRST' | 'LAST';
  readonly offset: number;
  readonly shift: number;
}

const LAST: Place = { end: 'LAST', offset: 0, shift: 0 };

/**
 * Binds expressions over the rows of a match. What they read of it (`A.price`, `LAST(A.price, 1)`,
 * `SUM(A.price)`) becomes a reference, which an InputRef with its number stands for.
 */
export class MatchReferences implements Replacements {
  readonly references: MatchReference[] = [];
  readonly #scope: MatchScope;
  readonly #binder: ExpressionBinder;

  constructor(scope: MatchScope) {
    this.#scope = scope;
    this.#binder = new ExpressionBinder(scope.env, scope.rows, this);
  }

  /** Errors: INVALID_MATCH, NOT_SUPPORTED, and those of expressions. */
  bind(expr: ast.Expr): Expr {
    return this.#binder.bind(expr);
  }

  replace(expr: ast.Expr): Expr | null {
    if (expr.kind === 'Identifier') return this.#row(expr, LAST);
    // With one row for each match, the last row it is about is the final one.
    if (expr.kind === 'MatchMeasure') return this.bind(expr.operand);
    if (expr.kind !== 'Call' || expr.over !== null) return null;
    const { parts } = expr.name;
    const name = parts.length === 1 ? parts[0]!.toUpperCase() : '';
    switch (name) {
      case 'FIRST':
      case 'LAST':
      case 'PREV':
        return this.#navigation(expr, name);
      case 'MATCH_ROWTIME':
        return this.#rowtime(expr);
      case 'MATCH_PROCTIME':
        return callBuiltin('PROCTIME', [], expr.span);
      case 'CLASSIFIER':
      case 'MATCH_NUMBER':
        throw unsupportedMatch(name, 'there is no such function', expr.span);
    }
    const { context } = this.#scope.env;
    return context.resolveFunction(parts)?.kind === 'aggregate' ? this.#aggregate(expr) : null;
  }

  explain(): null {
    return null;
  }

  /** FIRST, LAST and PREV, which may have one of the others inside. */
  #navigation(call: ast.Call, name: 'FIRST' | 'LAST' | 'PREV'): Expr {
    const { value, offset } = navigation(call, name === 'PREV' ? 1 : 0);
    if (name !== 'PREV') return this.#row(value, { end: name, offset, shift: 0 });
    const shift = -offset;
    const inner = value.kind === 'Call' ? value.name.parts.join('.').toUpperCase() : '';
    if (value.kind !== 'Call' || (inner !== 'FIRST' && inner !== 'LAST')) {
      return this.#row(value, { ...LAST, shift });
    }
    const logical = navigation(value, 0);
    return this.#row(logical.value, { end: inner, offset: logical.offset, shift });
  }

  /** The value of an expression over the row at a place. */
  #row(syntax: ast.Expr, place: Place): InputRef {
    const { binder, variableOf } = this.#arguments();
    const expr = binder.bind(syntax);
    const variable = variableOf(syntax);
    const isCurrent = variable === null && place.offset === 0 && place.shift === 0;
    const type = isCurrent && place.end === 'LAST' ? expr.type : withNullable(expr.type, true);
    const column = this.#scope.columnOf(expr);
    return this.#refer({ kind: 'row', type, variable, column, ...place });
  }

  #rowtime(call: ast.Call): InputRef {
    const { rows, time } = this.#scope;
    const column = inputRef(rows.plan.schema, time);
    const [arg, ...more] = plainArgs(call);
    if (arg !== undefined) {
      const bound = this.#arguments().binder.bind(arg);
      if (more.length > 0 || bound.kind !== 'InputRef' || bound.index !== time) {
        throw invalidMatch('MATCH_ROWTIME takes the time column of ORDER BY', call.span);
      }
    }
    return this.#refer({ kind: 'row', type: column.type, variable: null, column: time, ...LAST });
  }

  #aggregate(syntax: ast.Call): InputRef {
    const { span } = syntax;
    if (syntax.quantifier === 'DISTINCT') {
      throw unsupportedMatch('DISTINCT', 'aggregates take all rows', span);
    }
    if (syntax.filter !== null) {
      throw unsupportedMatch('FILTER', 'aggregates take all rows', span);
    }
    const { binder, variableOf } = this.#arguments();
    const call = bindAggregate(binder, syntax);
    if (call.definition.body.kind === 'udf') {
      throw notImplemented('A user-defined aggregate in MATCH_RECOGNIZE', { span });
    }
    const args = call.args.map(
      (arg): Expr =>
        arg.kind === 'Literal'
          ? arg
          : { kind: 'InputRef', type: arg.type, index: this.#scope.columnOf(arg) },
    );
    const { type } = call;
    const variable = variableOf(syntax);
    return this.#refer({ kind: 'aggregate', type, variable, call: { ...call, args } });
  }

  #refer(reference: MatchReference): InputRef {
    const known = this.references.findIndex((other) => isSame(other, reference));
    const index = known >= 0 ? known : this.references.push(reference) - 1;
    return { kind: 'InputRef', type: reference.type, index };
  }

  /** Binds over one row, and says which variable its columns are of. */
  #arguments() {
    const { env, rows, steps } = this.#scope;
    const variables = new Set<number | null>();
    const binder = new ExpressionBinder(env, rows, {
      replace: (expr) => {
        if (expr.kind !== 'Identifier') return null;
        const step = steps.findIndex((s) => expr.parts.length > 1 && s.name === expr.parts[0]);
        variables.add(step < 0 ? null : step);
        return columnOf(rows, step < 0 ? expr : { ...expr, parts: expr.parts.slice(1) });
      },
      explain: () => null,
    });
    const variableOf = (syntax: ast.Expr): number | null => {
      if (variables.size > 1) {
        throw invalidMatch('the columns of one call must be of one variable', syntax.span);
      }
      return [...variables][0] ?? null;
    };
    return { binder, variableOf };
  }
}

/** A column of the rows, or a field of one. Errors: COLUMN_NOT_FOUND, UNKNOWN_QUALIFIER. */
function columnOf({ scope, plan }: Rows, name: Identifier): Expr {
  const found = scope.find(name);
  if (found === null) throw scope.notFound(name);
  const column: Expr = inputRef(plan.schema, found.column.index);
  return found.fields.reduce<Expr>((row, field) => fieldOf(row, field, name.span), column);
}

/** The arguments of a navigation. Errors: INVALID_MATCH. */
function navigation(call: ast.Call, otherwise: number): { value: ast.Expr; offset: number } {
  const [value, offset, ...more] = plainArgs(call);
  const isOffset =
    offset === undefined || (offset.kind === 'NumberLiteral' && offset.form === 'integer');
  if (value === undefined || more.length > 0 || !isOffset) {
    const name = call.name.parts.join('.');
    throw invalidMatch(`${name} takes a value and the number of a row from 0 on`, call.span);
  }
  return { value, offset: offset?.kind === 'NumberLiteral' ? Number(offset.text) : otherwise };
}

function isSame(a: MatchReference, b: MatchReference): boolean {
  if (a.kind !== 'row' || b.kind !== 'row' || a.variable !== b.variable) return false;
  return a.column === b.column && a.end === b.end && a.offset === b.offset && a.shift === b.shift;
}

/** Whether a type is one of times that rows can be matched in the order of. */
export function isTime(type: DataType): boolean {
  return type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ';
}

/** Errors: NotImplementedError for user-defined functions. */
export function checkCondition(expr: Expr, syntax: ast.Expr): Expr {
  if (callsUdf(expr))
    throw notImplemented('A user-defined function in DEFINE', { span: syntax.span });
  return expr;
}
