import { unreachable } from '../../common/assert.ts';
import { type ValidationError, validationError } from '../../common/errors.ts';
import type { Expr, InputRef } from '../../expr/expr.ts';
import type { Expr as SyntaxExpr } from '../../parser/ast/expressions.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import { inputRef } from '../logical/build.ts';
import type { Binder, QueryEnv, Rows } from './binder.ts';
import { bindCall, bindParameter } from './calls.ts';
import { symbol } from './coerce.ts';
import { bindLiteral } from './literals.ts';
import {
  bindBetween,
  bindBinary,
  bindCase,
  bindInList,
  bindIsJson,
  bindIsTest,
  bindLike,
  bindLogical,
  bindQuantifiedList,
  bindUnary,
} from './operators.ts';
import { outerRef } from './outer.ts';
import { bindCast, bindConstructor, bindElementAccess, bindSpecial, fieldOf } from './special.ts';
import { bindSubquery } from './subquery-tests.ts';

/** What stands for some expressions of a clause: group keys and aggregates, or aliases. */
export interface Replacements {
  /** The bound form of an expression that stands for something else; null for all others. */
  replace(expr: SyntaxExpr): Expr | null;
  /** The error for a name that the rows of the clause do not have, if there is a better one. */
  explain(name: Identifier): ValidationError | null;
}

/** Turns the syntax of expressions into bound expressions over the rows of a clause. */
export class ExpressionBinder implements Binder {
  readonly env: QueryEnv;
  readonly rows: Rows;
  readonly #replacements: Replacements | null;

  constructor(env: QueryEnv, rows: Rows, replacements: Replacements | null = null) {
    this.env = env;
    this.rows = rows;
    this.#replacements = replacements;
  }

  bind(expr: SyntaxExpr): Expr {
    const replaced = this.replacement(expr);
    if (replaced !== null) return replaced;
    switch (expr.kind) {
      case 'NullLiteral':
      case 'BooleanLiteral':
      case 'NumberLiteral':
      case 'StringLiteral':
      case 'BinaryLiteral':
      case 'TemporalLiteral':
      case 'IntervalLiteral':
        return bindLiteral(expr, this.env.context.statement);
      case 'Identifier':
        return this.#name(expr);
      case 'PositionalParameter':
      case 'NamedParameter':
        return bindParameter(this.env.context, expr);
      case 'Unary':
        return bindUnary(this, expr);
      case 'Binary':
        return bindBinary(this, expr);
      case 'Logical':
        return bindLogical(this, expr);
      case 'IsTest':
        return bindIsTest(this, expr);
      case 'IsJson':
        return bindIsJson(this, expr, symbol(expr.type));
      case 'Between':
        return bindBetween(this, expr);
      case 'InList':
        return bindInList(this, expr);
      case 'QuantifiedList':
        return bindQuantifiedList(this, expr);
      case 'Like':
        return bindLike(this, expr);
      case 'Case':
        return bindCase(this, expr);
      case 'Cast':
        return bindCast(this, expr);
      case 'Call':
        return bindCall(this, expr);
      case 'InQuery':
      case 'Exists':
      case 'QuantifiedQuery':
      case 'Subquery':
      case 'CollectionQuery':
        return bindSubquery(this, expr);
      case 'Extract':
      case 'Trim':
      case 'RoundToUnit':
      case 'TimestampArithmetic':
      case 'JsonValue':
      case 'JsonQuery':
      case 'JsonExists':
      case 'JsonObject':
      case 'JsonArray':
        return bindSpecial(this, expr);
      case 'RowConstructor':
      case 'CollectionConstructor':
        return bindConstructor(this, expr);
      case 'ElementAccess':
        return bindElementAccess(this, expr);
      case 'FieldAccess':
        return fieldOf(this.bind(expr.operand), expr.field, expr.span);
      case 'JsonObjectAgg':
      case 'JsonArrayAgg': {
        const name = expr.kind === 'JsonObjectAgg' ? 'JSON_OBJECTAGG' : 'JSON_ARRAYAGG';
        const parameters = { function: name, clause: this.rows.clause };
        throw validationError('AGGREGATE_NOT_ALLOWED', parameters, { span: expr.span });
      }
      case 'MatchMeasure': {
        const reason = `${expr.semantics} stands in MEASURES alone`;
        throw validationError('INVALID_MATCH', { reason }, { span: expr.span });
      }
      default:
        return unreachable(expr);
    }
  }

  replacement(expr: SyntaxExpr): Expr | null {
    return this.#replacements?.replace(expr) ?? null;
  }

  column(name: Identifier): InputRef | null {
    const replaced = this.replacement(name);
    if (replaced !== null) return replaced.kind === 'InputRef' ? replaced : null;
    const found = this.rows.scope.find(name);
    if (found === null || found.fields.length > 0) return null;
    return inputRef(this.rows.plan.schema, found.column.index);
  }

  /** A column, a field of one, or a column of a query around this one. */
  #name(name: Identifier): Expr {
    const found = this.rows.scope.find(name);
    if (found !== null) {
      const column = inputRef(this.rows.plan.schema, found.column.index);
      return found.fields.reduce<Expr>((row, field) => fieldOf(row, field, name.span), column);
    }
    let level = 1;
    for (let outer = this.env.outer; outer !== null; outer = outer.env.outer) {
      for (let length = name.parts.length; length > 0; length--) {
        const column = outer.column({ ...name, parts: name.parts.slice(0, length) });
        if (column === null) continue;
        const fields = name.parts.slice(length);
        return fields.reduce<Expr>(
          (row, field) => fieldOf(row, field, name.span),
          outerRef(column, level),
        );
      }
      level++;
    }
    throw this.#replacements?.explain(name) ?? this.rows.scope.notFound(name);
  }
}
