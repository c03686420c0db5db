import type { CatalogFunction } from '../catalog/catalog.ts';
import { requireText } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import { definitionOf } from '../udf/definition.ts';
import { isUserFunction, type UserFunction } from '../udf/user-function.ts';

/** What can be registered as a function. */
export type FunctionLike = UserFunction;

/** The catalog entry of a function. Errors: ValidationError NOT_A_FUNCTION. */
export function catalogFunction(name: string, fn: FunctionLike): CatalogFunction {
  requireText('The name of a function', name);
  if (!isUserFunction(fn)) throw validationError('NOT_A_FUNCTION', { name });
  const { reference } = fn;
  const identifier =
    reference.kind === 'module' ? `${reference.url}#${reference.export}` : `inline:${fn.name}`;
  return { definition: definitionOf(name, fn), identifier, language: 'JAVASCRIPT' };
}
