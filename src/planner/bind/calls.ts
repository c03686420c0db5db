import { didYouMean } from '../../common/diagnostics.ts';
import { type ErrorDetails, type ValidationError, validationError } from '../../common/errors.ts';
import type { Expr, Literal, Parameter } from '../../expr/expr.ts';
import type { FunctionDefinition, InputTypeStrategy } from '../../functions/definition.ts';
import { functionNotFound } from '../../functions/resolve.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { Call, CallArg, NamedArg, Expr as SyntaxExpr } from '../../parser/ast/expressions.ts';
import type { Binder } from './binder.ts';
import { makeCall, nullOf } from './coerce.ts';
import type { BindContext } from './context.ts';

/**
 * The function that a call names. `others` are names to suggest besides functions of values.
 * Errors: FUNCTION_NOT_FOUND.
 */
export function functionOf(
  call: Call,
  context: BindContext,
  others: readonly string[] = [],
): FunctionDefinition {
  const { parts } = call.name;
  const definition = context.resolveFunction(parts);
  if (definition !== null) return definition;
  const names = [...others, ...context.functionNames()];
  const hint = context.awaitHint();
  const details = { span: call.name.span, ...(hint !== null && { hint }) };
  throw functionNotFound(parts.join('.'), names, details);
}

/**
 * The arguments of a call that are plain expressions, in the order of the function; `input` says
 * by which names they may be given. Errors: WRONG_ARGUMENT, NAMED_ARGUMENTS.
 */
export function plainArgs(
  call: Call,
  input: InputTypeStrategy | null = null,
): readonly SyntaxExpr[] {
  return positionalArgs(call, input?.names ?? []).map((arg) => {
    switch (arg.kind) {
      case 'Star':
        throw wrongArgument(call, '*', arg);
      case 'DefaultArg':
        throw wrongArgument(call, 'DEFAULT', arg);
      case 'Descriptor':
        throw wrongArgument(call, 'DESCRIPTOR', arg);
      case 'TableArg':
        throw wrongArgument(call, 'TABLE', arg);
      case 'ModelArg':
        throw wrongArgument(call, 'MODEL', arg);
      default:
        return arg;
    }
  });
}

/** `f(b => 2, a => 1)`  =>  `f(1, 2)` */
function positionalArgs(
  call: Call,
  signatures: readonly (readonly string[])[],
): readonly Exclude<CallArg, NamedArg>[] {
  const named = call.args.filter((arg) => arg.kind === 'NamedArg');
  const unnamed = call.args.filter((arg) => arg.kind !== 'NamedArg');
  if (named.length === 0) return unnamed;
  const invalid = (reason: string, arg: CallArg | undefined, hint: string | null = null) =>
    validationError(
      'NAMED_ARGUMENTS',
      { function: call.name.parts.join('.'), reason },
      { span: arg?.span ?? call.span, hint },
    );
  if (signatures.length === 0) throw invalid('it does not name its arguments', named[0]);
  if (unnamed.length > 0) throw invalid('either all arguments have a name or none', unnamed[0]);
  const again = named.find((arg, i) => named.slice(0, i).some(({ name }) => name === arg.name));
  if (again !== undefined) throw invalid(`'${again.name}' is given twice`, again);
  const given = named.map(({ name }) => name);
  const fits = signatures.find(
    (names) => names.length === given.length && names.every((name) => given.includes(name)),
  );
  if (fits !== undefined) return fits.map((name) => named[given.indexOf(name)]!.value);
  const known = signatures.flat();
  const unknown = named.find(({ name }) => !known.includes(name));
  if (unknown !== undefined) {
    throw invalid(`there is no '${unknown.name}'`, unknown, didYouMean(unknown.name, known));
  }
  throw invalid(`they are ${signatures.map((names) => names.join(', ')).join(' or ')}`, undefined);
}

function wrongArgument(call: Call, what: string, arg: CallArg): ValidationError {
  return validationError(
    'WRONG_ARGUMENT',
    { function: call.name.parts.join('.'), argument: what },
    { span: arg.span },
  );
}

/**
 * A call of a scalar function. Aggregate functions arrive here only where none may stand.
 *
 * Errors: FUNCTION_NOT_FOUND, INVALID_ARGUMENTS, AGGREGATE_NOT_ALLOWED, TABLE_FUNCTION_NOT_ALLOWED,
 * WINDOW_NOT_ALLOWED, WINDOW_REQUIRED, WRONG_ARGUMENT. `asJson`: the value is a part of JSON, where
 * alone JSON(…) may stand.
 */
export function bindCall(binder: Binder, call: Call, asJson = false): Expr {
  const details: ErrorDetails = { span: call.span };
  const definition = functionOf(call, binder.env.context);
  const name = definition.name;
  if (call.over !== null) {
    const { clause } = binder.rows;
    throw validationError('WINDOW_NOT_ALLOWED', { function: name, clause }, details);
  }
  if (definition.kind === 'window') {
    throw validationError('WINDOW_REQUIRED', { function: name }, details);
  }
  if (definition.kind === 'aggregate') {
    throw validationError(
      'AGGREGATE_NOT_ALLOWED',
      { function: name, clause: binder.rows.clause },
      details,
    );
  }
  if (definition.kind === 'table' || definition.kind === 'process') {
    throw validationError('TABLE_FUNCTION_NOT_ALLOWED', { function: name }, details);
  }
  for (const [given, what] of [
    [call.quantifier !== null, call.quantifier ?? ''],
    [call.filter !== null, 'FILTER'],
    [call.orderBy.length > 0, 'ORDER BY'],
    [call.withinGroup.length > 0, 'WITHIN GROUP'],
    [call.nulls !== null, `${call.nulls} NULLS`],
  ] as const) {
    if (given) throw validationError('NOT_AN_AGGREGATE', { function: name, what }, details);
  }
  if (name === 'JSON' && definition.body.kind === 'builtin' && !asJson) {
    const reason = 'it marks a value inside of JSON_OBJECT or JSON_ARRAY as JSON';
    throw validationError('INVALID_FUNCTION_ARGUMENT', { function: 'JSON', reason }, details);
  }
  const plain = plainArgs(call, definition.input);
  // JSON_STRING(JSON_OBJECT(…))  =>  JSON_OBJECT(…)
  const [only] = plain;
  const isJson = only?.kind === 'JsonObject' || only?.kind === 'JsonArray';
  if (name === 'JSON_STRING' && plain.length === 1 && isJson) return binder.bind(only);
  const args = plain.map((arg) => binder.bind(arg));
  return makeCall(definition, args, call.span);
}

/**
 * The placeholder of a value given with the statement; NULL without a type is as if written there.
 * Errors: PARAMETER_MISSING.
 */
export function bindParameter(
  context: BindContext,
  expr: ast.PositionalParameter | ast.NamedParameter,
): Parameter | Literal {
  const { positional, named } = context.parameters;
  const given = expr.kind === 'PositionalParameter' ? positional[expr.index] : named.get(expr.name);
  if (given?.type.kind === 'NULL') return nullOf(given.type);
  if (given !== undefined) return { kind: 'Parameter', type: given.type, index: given.index };
  const name = expr.kind === 'PositionalParameter' ? `number ${expr.index + 1}` : `':${expr.name}'`;
  throw validationError('PARAMETER_MISSING', { name }, { span: expr.span });
}
