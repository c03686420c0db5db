import type { CatalogFunction } from '../../catalog/catalog.ts';
import { validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import type { AlterFunction, CreateFunction } from '../../parser/ast/ddl.ts';
import { functionFromReference, type ModuleFunction } from '../module-function.ts';
import type { TableResult } from '../result.ts';
import type { Session } from '../session.ts';
import type { StatementCall } from './handler.ts';

/** The functions of statements that wait for their modules. */
const awaited = new WeakMap<CreateFunction | AlterFunction, ModuleFunction>();

/** CREATE FUNCTION … LANGUAGE JAVASCRIPT. */
export function createFunction(statement: CreateFunction, { session }: StatementCall): TableResult {
  const { parts, span } = statement.name;
  const place = placeOf(statement, session);
  if (place.get() === null) register(statement, place);
  else if (!statement.ifNotExists) {
    throw validationError('FUNCTION_EXISTS', { name: printPath(parts) }, { span });
  }
  return session.ok();
}

/** ALTER FUNCTION … AS. */
export function alterFunction(statement: AlterFunction, { session }: StatementCall): TableResult {
  const { parts, span } = statement.name;
  const place = placeOf(statement, session);
  if (place.get() !== null) register(statement, place);
  else if (!statement.ifExists) {
    throw validationError('FUNCTION_NOT_FOUND', { name: printPath(parts) }, { span });
  }
  return session.ok();
}

/**
 * Registers a function whose module has been imported: the statement runs again when it is, and
 * those after it wait. Nothing is kept of one whose module cannot be used. Errors: RetryError;
 * UdfError UDF_MODULE_FAILED.
 */
function register(statement: CreateFunction | AlterFunction, place: FunctionPlace): void {
  const fn = awaited.get(statement) ?? functionFromReference(statement);
  awaited.set(statement, fn);
  fn.requireLoaded();
  place.set(fn);
  awaited.delete(statement);
}

/** Where a function of a name and scope is kept. */
interface FunctionPlace {
  get(): CatalogFunction | null;
  set(definition: CatalogFunction): void;
}

function placeOf(
  { scope, name: path }: Pick<CreateFunction, 'scope' | 'name'>,
  { functions, catalogs }: Session,
): FunctionPlace {
  const { parts, span } = path;
  if (scope === 'TEMPORARY SYSTEM') {
    const name = parts.at(-1) ?? '';
    return {
      get: () => functions.getSystem(name),
      set: (given) => functions.putSystem(name, given),
    };
  }
  if (scope === 'TEMPORARY') {
    return {
      get: () => functions.getTemporary(parts),
      set: (given) => functions.putTemporary(parts, given),
    };
  }
  const { catalog, database, name } = catalogs.qualify(parts, span);
  return {
    get: () => catalogs.home({ catalog, database, name })?.getFunction(database, name) ?? null,
    set: (given) => {
      catalogs.requireDatabase(catalog, database, span);
      catalogs.catalog(catalog, span).putFunction(database, name, given);
      catalogs.touch();
    },
  };
}
