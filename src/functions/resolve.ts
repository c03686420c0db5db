import { didYouMean } from '../common/diagnostics.ts';
import { type ErrorDetails, type ValidationError, validationError } from '../common/errors.ts';
import { type DataType, sameType, withNullable } from '../types/data-type.ts';
import { isCharacter, isDatetime, isNumeric } from '../types/families.ts';
import { printType } from '../types/print.ts';
import type { CallShape, FunctionDefinition } from './definition.ts';
import { builtinNames } from './registry.ts';

/** An accepted call: what to cast each argument to (often its own type), and the result type. */
export interface ResolvedCall {
  readonly casts: readonly DataType[];
  readonly result: DataType;
}

/**
 * Checks a call against a function's signatures.
 *
 * Errors: INVALID_ARGUMENTS (ValidationError) with the signatures that exist.
 */
export function resolveCall(
  definition: FunctionDefinition,
  call: CallShape,
  details: ErrorDetails = {},
): ResolvedCall {
  const inferred = definition.input.infer(call);
  if (inferred === null) throw invalidArguments(definition, call, details);
  const casts = inferred.map((type, i) => {
    const from = call.types[i]!;
    // A cast keeps NULLs; text that is no date or time becomes NULL.
    const makesNull = call.literals[i] === undefined && isCharacter(from) && isDatetime(type);
    return withNullable(type, from.nullable || makesNull);
  });
  const literals = call.literals.map((value, i) =>
    value === null || sameType(casts[i]!, call.types[i]!) ? value : undefined,
  );
  return { casts, result: definition.output({ types: casts, literals }) };
}

function invalidArguments(
  definition: FunctionDefinition,
  call: CallShape,
  details: ErrorDetails,
): ValidationError {
  const name = definition.name;
  return validationError(
    'INVALID_ARGUMENTS',
    {
      function: name,
      types: call.types.map((type) => printType(type)),
      signatures: definition.input.describe(name),
    },
    { hint: untypedHint(call.types) ?? comparisonHint(call.types, name), ...details },
  );
}

/** What to write where NULLs alone leave the types open, as Flink asks for; null for others. */
function untypedHint(types: readonly DataType[]): string | null {
  if (types.length === 0 || types.some(({ kind }) => kind !== 'NULL')) return null;
  return 'NULL alone has no type: CAST(NULL AS INT), or AS another type, has one.';
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=', 'IN']);

/** What to write for values of kinds that are not compared; null where that is not clear. */
function comparisonHint(types: readonly DataType[], name: string): string | null {
  if (!COMPARISONS.has(name)) return null;
  const isArray = (type: DataType) => type.kind === 'ARRAY';
  if (types.some(isArray) && !types.every(isArray)) {
    const op = name === 'IN' ? '=' : name;
    return `For the elements of an array: ${op} ANY (SELECT e FROM UNNEST(…) AS u(e)).`;
  }
  const number = types.find(isNumeric);
  if (number === undefined || !types.some(isCharacter)) return null;
  const target = printType(withNullable(number, true));
  return `Strings and numbers are not compared: CAST(… AS ${target}) makes a number of a string.`;
}

/** Built-ins that are words between or before their operands: no call is meant by them. */
const OPERATORS: ReadonlySet<string> = new Set([
  'and',
  'contains',
  'equals',
  'ilike',
  'in',
  'like',
  'not',
  'or',
  'overlaps',
  'precedes',
  'rlike',
  'succeeds',
]);

/** The error for a name that no function has; `others` are names to suggest besides built-ins. */
export function functionNotFound(
  name: string,
  others: readonly string[] = [],
  details: ErrorDetails = {},
): ValidationError {
  const callable = builtinNames().filter((builtin) => !OPERATORS.has(builtin));
  const hint = didYouMean(name, [...others, ...callable]);
  return validationError('FUNCTION_NOT_FOUND', { name }, { hint, ...details });
}
