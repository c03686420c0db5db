import { invalidArgument } from '../common/arguments.ts';
import type { Catalog } from './catalog.ts';

/** What a Catalog must have. */
const CATALOG_METHODS = [
  'alter',
  'listDatabases',
  'getDatabase',
  'createDatabase',
  'dropDatabase',
  'listTables',
  'getTable',
  'putTable',
  'dropTable',
  'listFunctions',
  'getFunction',
  'putFunction',
  'dropFunction',
  'listModels',
  'getModel',
  'putModel',
  'dropModel',
] as const satisfies readonly (keyof Catalog)[];

/** Errors: ValidationError INVALID_ARGUMENT for what lacks a method of a Catalog. */
export function requireCatalog(catalog: Catalog): void {
  for (const method of CATALOG_METHODS) {
    if (typeof catalog?.[method] === 'function') continue;
    throw invalidArgument('A catalog to register', `a Catalog, with a method '${method}'`, catalog);
  }
}
