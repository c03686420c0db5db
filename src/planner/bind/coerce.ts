import { assert } from '../../common/assert.ts';
import { type Span, validationError } from '../../common/errors.ts';
import type { Call, Case, Expr, Literal } from '../../expr/expr.ts';
import type { ScalarFunctionDefinition } from '../../functions/definition.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import { resolveCall } from '../../functions/resolve.ts';
import { commonType } from '../../types/common-type.ts';
import { type DataType, sameType, withNullable } from '../../types/data-type.ts';
import { isCharacter, isDatetime } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import { BOOLEAN, char } from '../../types/types.ts';

/** A call with its implicit casts. Errors: INVALID_ARGUMENTS at `span`. */
export function makeCall(
  definition: ScalarFunctionDefinition,
  args: readonly Expr[],
  span: Span | null,
): Call {
  const shape = {
    types: args.map((arg) => arg.type),
    literals: args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined)),
  };
  const { casts, result } = resolveCall(definition, shape, { span });
  return {
    kind: 'Call',
    type: result,
    definition,
    args: args.map((arg, i) => coerce(arg, casts[i]!)),
  };
}

/** A call of a built-in scalar function or operator. Errors: INVALID_ARGUMENTS at `span`. */
export function callBuiltin(name: string, args: readonly Expr[], span: Span | null = null): Call {
  const definition = lookupBuiltin(name);
  assert(definition?.kind === 'scalar', `the built-in function ${name}`);
  return makeCall(definition, args, span);
}

/**
 * The expression as a value of `type`, by an implicit cast where the types differ (nullability
 * aside). Whether the cast exists is the caller's to check.
 */
export function coerce(expr: Expr, type: DataType): Expr {
  if (sameType(expr.type, type, false)) return expr;
  if (expr.kind === 'Literal' && expr.value === null) return nullOf(type);
  // A text that is no date or time makes a comparison NULL; a literal that is none is an error.
  const safe = expr.kind !== 'Literal' && isCharacter(expr.type) && isDatetime(type);
  const target = withNullable(type, expr.type.nullable || safe);
  // A text keeps its value when its type gets longer: no cast is needed.
  if (expr.kind === 'Literal' && expr.type.kind === 'CHAR' && type.kind === 'VARCHAR') {
    if (expr.type.length <= type.length)
      return { kind: 'Literal', type: target, value: expr.value };
  }
  return { kind: 'Cast', type: target, input: expr, safe };
}

/** NULL of a type. */
export function nullOf(type: DataType): Literal {
  return { kind: 'Literal', type: withNullable(type, true), value: null };
}

/** TRUE or FALSE. */
export function truth(value: boolean): Literal {
  return { kind: 'Literal', type: withNullable(BOOLEAN, false), value };
}

/** A text: CHAR of its length in code points. */
export function text(value: string): Literal {
  return { kind: 'Literal', type: withNullable(char([...value].length), false), value };
}

/** A text that names a unit or an option in a call of a built-in function. */
export const symbol = text;

/** The common type of several expressions, to which each is to be coerced. Errors: NO_COMMON_TYPE. */
export function commonTypeOf(exprs: readonly Expr[], what: string, span: Span | null): DataType {
  const types = exprs.map((expr) => expr.type);
  const common = commonType(types);
  if (common !== null) return common;
  const names = [...new Set(types.map((type) => printType(withNullable(type, true))))];
  throw validationError('NO_COMMON_TYPE', { what, types: names }, { span });
}

/** A condition: the expression, which must be BOOLEAN. Errors: NOT_A_CONDITION. */
export function condition(expr: Expr, clause: string, span: Span | null): Expr {
  if (expr.type.kind === 'BOOLEAN') return expr;
  if (expr.type.kind === 'NULL') return nullOf(BOOLEAN);
  throw validationError(
    'NOT_A_CONDITION',
    { clause, type: printType(withNullable(expr.type, true)) },
    { span },
  );
}

/** CASE WHEN over bound parts, whose results become their common type. Errors: NO_COMMON_TYPE. */
export function caseOf(
  whens: readonly Expr[],
  thens: readonly Expr[],
  otherwise: Expr,
  span: Span | null,
): Case {
  const results = [...thens, otherwise];
  const common = commonTypeOf(results, 'the results of CASE', span);
  const type = withNullable(
    common,
    results.some((result) => result.type.nullable),
  );
  return {
    kind: 'Case',
    type,
    branches: whens.map((when, i) => {
      const then = coerce(thens[i]!, type);
      return { when, then };
    }),
    otherwise: coerce(otherwise, type),
  };
}

/** NOT of a condition. */
export function negate(expr: Expr, span: Span | null): Expr {
  return callBuiltin('NOT', [expr], span);
}
