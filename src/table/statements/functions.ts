import type { CatalogFunction } from '../../catalog/catalog.ts';
import { retryConflicts } from '../../catalog/retry.ts';
import { validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import type { AlterFunction, CreateFunction } from '../../parser/ast/ddl.ts';
import { functionFromReference, type ModuleFunction } from '../module-function.ts';
import type { TableResult } from '../result.ts';
import type { Session } from '../session.ts';
import type { StatementCall } from './handler.ts';

/** CREATE FUNCTION … LANGUAGE JAVASCRIPT. */
export async function createFunction(
  statement: CreateFunction,
  { session }: StatementCall,
): Promise<TableResult> {
  const { parts, span } = statement.name;
  const place = placeOf(statement, session);
  if (place.get() === null) await register(functionFromReference(statement), place);
  else if (!statement.ifNotExists) {
    throw validationError('FUNCTION_EXISTS', { name: printPath(parts) }, { span });
  }
  return session.ok();
}

/** ALTER FUNCTION … AS. */
export async function alterFunction(
  statement: AlterFunction,
  { session }: StatementCall,
): Promise<TableResult> {
  const { parts, span } = statement.name;
  const place = placeOf(statement, session);
  if (place.get() !== null) await register(functionFromReference(statement), place);
  else if (!statement.ifExists) {
    throw validationError('FUNCTION_NOT_FOUND', { name: printPath(parts) }, { span });
  }
  return session.ok();
}

/** Where a function of a name and scope is kept. */
interface FunctionPlace {
  get(): CatalogFunction | null;
  /** Keeps a function; null removes it. */
  set(definition: CatalogFunction | null): void;
}

/**
 * Registers a function at once, so that statements which come before its module is imported find
 * it. Where the module cannot be used, what was there before takes its place again. Errors: UdfError
 * UDF_MODULE_FAILED.
 */
async function register(definition: ModuleFunction, place: FunctionPlace): Promise<void> {
  const before = place.get();
  place.set(definition);
  try {
    await definition.load();
  } catch (error) {
    retryConflicts(() => {
      if (place.get()?.identifier === definition.identifier) place.set(before);
    });
    throw error;
  }
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
      set: (given) => {
        if (given === null) functions.dropSystem(name);
        else functions.putSystem(name, given);
      },
    };
  }
  if (scope === 'TEMPORARY') {
    return {
      get: () => functions.getTemporary(parts),
      set: (given) => {
        if (given === null) functions.dropTemporary(parts);
        else functions.putTemporary(parts, given);
      },
    };
  }
  const { catalog, database, name } = catalogs.qualify(parts, span);
  return {
    get: () => catalogs.home({ catalog, database, name })?.getFunction(database, name) ?? null,
    set: (given) => {
      catalogs.requireDatabase(catalog, database, span);
      const home = catalogs.catalog(catalog, span);
      if (given === null) home.dropFunction(database, name);
      else home.putFunction(database, name, given);
      catalogs.touch();
    },
  };
}
