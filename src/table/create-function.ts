import { types } from 'node:util';
import type { CatalogFunction } from '../catalog/catalog.ts';
import { invalidArgument, requireText } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import { readable } from '../common/thrown.ts';
import { definitionOf } from '../udf/definition.ts';
import { isModuleReference, type ModuleReference, type SharedModules } from '../udf/reference.ts';
import { isUserFunction, type UserFunction } from '../udf/user-function.ts';
import { functionFromModule } from './module-function.ts';

/**
 * What can be registered as a function: what `udf` and its like return, or the module that exports
 * it, which statements import when they use it first.
 */
export type FunctionLike = UserFunction | ModuleReference;

/**
 * The catalog entry of a function. Errors: ValidationError NOT_A_FUNCTION, INVALID_ARGUMENT; those
 * of `functionFromModule`.
 */
export function catalogFunction(
  name: string,
  fn: FunctionLike,
  modules: SharedModules,
): CatalogFunction {
  requireText('The name of a function', name);
  if (name === '')
    throw invalidArgument('The name of a function', 'a text of some characters', name);
  if (isPlainReference(fn)) return functionFromModule(name, fn);
  if (!isUserFunction(fn)) throw validationError('NOT_A_FUNCTION', { name });
  const definition = readable(`function '${name}'`, () => definitionOf(name, fn, modules));
  const { body } = definition;
  const reference = body.kind === 'udf' ? body.reference : null;
  const identifier =
    reference?.kind === 'module' ? `${reference.url}#${reference.export}` : `inline:${fn.name}`;
  return { definition, identifier, language: 'JAVASCRIPT' };
}

/** Whether it is `{ module, export }`, and not one that `udf` gave types. */
function isPlainReference(fn: FunctionLike): fn is ModuleReference {
  return !isUserFunction(fn) && !types.isProxy(fn) && isModuleReference(fn);
}
