import { didYouMean } from '../../common/diagnostics.ts';
import { type Span, validationError } from '../../common/errors.ts';
import type { Cast, Expr } from '../../expr/expr.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type * as json from '../../parser/ast/json.ts';
import type { TypeName } from '../../parser/ast/types.ts';
import { canCast } from '../../types/casts.ts';
import { type DataType, LENGTH_MAX, sameType, withNullable } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import { INT, NULL } from '../../types/types.ts';
import type { Binder } from './binder.ts';
import { bindCall } from './calls.ts';
import { callBuiltin, nullOf, symbol, truth } from './coerce.ts';
import { bindType } from './types.ts';

/** Calls with words of their own between the parentheses. */
export type SpecialCall =
  | ast.Extract
  | ast.Trim
  | ast.RoundToUnit
  | ast.TimestampArithmetic
  | json.JsonValue
  | json.JsonQuery
  | json.JsonExists
  | json.JsonObject
  | json.JsonArray;

/** The call of a built-in function that special syntax means. */
export function bindSpecial(binder: Binder, expr: SpecialCall): Expr {
  const bind = (e: ast.Expr) => binder.bind(e);
  const { span } = expr;
  switch (expr.kind) {
    case 'Extract':
      return callBuiltin('EXTRACT', [symbol(expr.unit), bind(expr.operand)], span);
    case 'Trim': {
      const characters = expr.characters === null ? symbol(' ') : bind(expr.characters);
      return callBuiltin('TRIM', [symbol(expr.side), characters, bind(expr.operand)], span);
    }
    case 'RoundToUnit':
      return callBuiltin(expr.direction, [bind(expr.operand), symbol(expr.unit)], span);
    case 'TimestampArithmetic': {
      const args = [symbol(expr.unit), bind(expr.first), bind(expr.second)];
      return callBuiltin(expr.operation, args, span);
    }
    case 'JsonValue':
      return bindJsonValue(binder, expr);
    case 'JsonQuery': {
      const args = [
        bind(expr.input),
        bind(expr.path),
        nullOf(expr.returning === null ? NULL : bindType(expr.returning)),
        symbol(expr.wrapper ?? 'WITHOUT'),
        symbol(expr.onEmpty?.action ?? 'NULL'),
        symbol(expr.onError?.action ?? 'NULL'),
      ];
      return callBuiltin('JSON_QUERY', args, span);
    }
    case 'JsonExists': {
      const args = [bind(expr.input), bind(expr.path)];
      if (expr.onError !== null) args.push(symbol(expr.onError.action));
      return callBuiltin('JSON_EXISTS', args, span);
    }
    case 'JsonObject': {
      const nulls = symbol(expr.nullHandling === 'ABSENT ON NULL' ? 'ABSENT' : 'NULL');
      const entries = expr.entries.flatMap(({ key, value, formatJson }) => [
        bind(key),
        bindJsonPart(binder, value),
        truth(isRawJson(value, formatJson)),
      ]);
      return callBuiltin('JSON_OBJECT', [nulls, ...entries], span);
    }
    case 'JsonArray': {
      const nulls = symbol(expr.nullHandling === 'NULL ON NULL' ? 'NULL' : 'ABSENT');
      const items = expr.items.flatMap(({ value, formatJson }) => [
        bindJsonPart(binder, value),
        truth(isRawJson(value, formatJson)),
      ]);
      return callBuiltin('JSON_ARRAY', [nulls, ...items], span);
    }
  }
}

function bindJsonValue(binder: Binder, expr: json.JsonValue): Expr {
  const onCase = (behavior: json.JsonBehavior | null) => [
    symbol(behavior?.action ?? 'NULL'),
    behavior?.value == null ? nullOf(NULL) : binder.bind(behavior.value),
  ];
  const args = [binder.bind(expr.input), binder.bind(expr.path)];
  if (expr.returning !== null || expr.onEmpty !== null || expr.onError !== null) {
    args.push(nullOf(expr.returning === null ? NULL : bindType(expr.returning)));
    args.push(...onCase(expr.onEmpty), ...onCase(expr.onError));
  }
  return callBuiltin('JSON_VALUE', args, expr.span);
}

/** A value in JSON, where JSON(…) may stand. */
export function bindJsonPart(binder: Binder, value: ast.Expr): Expr {
  return value.kind === 'Call' && isRawJson(value, false)
    ? bindCall(binder, value, true)
    : binder.bind(value);
}

/** Whether a value in JSON_OBJECT or JSON_ARRAY is JSON already, and not text to be quoted. */
export function isRawJson(value: ast.Expr, formatJson: boolean): boolean {
  if (formatJson || value.kind === 'JsonObject' || value.kind === 'JsonArray') return true;
  return value.kind === 'Call' && value.name.parts.join('.').toUpperCase() === 'JSON';
}

/** CAST or TRY_CAST. Errors: CAST_NOT_SUPPORTED, INVALID_TYPE. */
export function bindCast(binder: Binder, expr: ast.Cast): Expr {
  const { config } = binder.env.context.statement;
  const isLegacy = config.get('table.exec.legacy-cast-behaviour')?.toUpperCase() === 'ENABLED';
  return castTo(binder.bind(expr.operand), expr.type, expr.safe || isLegacy, expr.span);
}

function castTo(input: Expr, typeName: TypeName, safe: boolean, span: Span | null): Expr {
  const target = castTarget(typeName);
  if (input.kind === 'Literal' && input.value === null) return nullOf(target);
  if (!canCast(input.type, target)) {
    const from = printType(withNullable(input.type, true));
    const to = printType(withNullable(target, true));
    throw validationError('CAST_NOT_SUPPORTED', { from, to }, { span });
  }
  if (sameType(input.type, target, false)) return input;
  const type = withNullable(target, input.type.nullable || safe);
  return { kind: 'Cast', type, input, safe } satisfies Cast;
}

/** The type of a CAST: VARCHAR and VARBINARY without a length hold everything there. */
function castTarget(typeName: TypeName): DataType {
  const type = bindType(typeName);
  const open = typeName.kind === 'SimpleType' && typeName.args.length === 0;
  if (!open || (type.kind !== 'VARCHAR' && type.kind !== 'VARBINARY')) return type;
  return { ...type, length: LENGTH_MAX };
}

/** `a[i]`. */
export function bindElementAccess(binder: Binder, expr: ast.ElementAccess): Expr {
  return callBuiltin('ITEM', [binder.bind(expr.operand), binder.bind(expr.index)], expr.span);
}

/** The field of a row by name. Errors: FIELD_NOT_FOUND, NOT_A_ROW. */
export function fieldOf(row: Expr, name: string, span: Span | null): Expr {
  if (row.type.kind !== 'ROW') {
    const type = printType(withNullable(row.type, true));
    throw validationError('NOT_A_ROW', { field: name, type }, { span });
  }
  const index = row.type.fields.findIndex((f) => f.name === name);
  if (index < 0) {
    const names = row.type.fields.map((f) => f.name);
    throw validationError(
      'FIELD_NOT_FOUND',
      { field: name, fields: names },
      { span, hint: didYouMean(name, names) },
    );
  }
  return fieldAt(row, index, span);
}

/** The field of a row by its index. */
export function fieldAt(row: Expr, index: number, span: Span | null): Expr {
  return callBuiltin('FIELD', [row, intLiteral(index)], span);
}

/** `ROW(a, b)`, `ARRAY[…]`, `MAP[…]`, `MULTISET[…]`. */
export function bindConstructor(
  binder: Binder,
  expr: ast.RowConstructor | ast.CollectionConstructor,
): Expr {
  const name = expr.kind === 'RowConstructor' ? 'ROW' : expr.collection;
  return callBuiltin(
    name,
    expr.items.map((item) => binder.bind(item)),
    expr.span,
  );
}

function intLiteral(value: number): Expr {
  return { kind: 'Literal', type: withNullable(INT, false), value };
}
