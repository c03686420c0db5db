import type { CatalogFunction } from '../catalog/catalog.ts';
import type { Module } from '../catalog/module-manager.ts';
import { requireOptions } from '../common/arguments.ts';
import type { FunctionLike } from './create-function.ts';

/** A module that says itself which functions it has. */
export interface UserModule {
  /** The names of the functions. */
  listFunctions(): readonly string[];
  /** Called once a name; names are not case-sensitive. */
  getFunction(name: string): FunctionLike | null;
}

/** What `loadModule` takes: functions by name, or a module. */
export type ModuleLike = UserModule | Readonly<Record<string, FunctionLike>>;

/** The module of what a user gives. `entryOf` makes the entry of a function. Errors: those of `entryOf`. */
export function userModule(
  given: ModuleLike,
  entryOf: (name: string, fn: FunctionLike) => CatalogFunction,
): Module {
  requireOptions('loadModule', given);
  if (!isModule(given)) {
    const entries = new Map(
      Object.entries(given).map(([name, fn]) => [name.toLowerCase(), entryOf(name, fn)]),
    );
    return {
      listFunctions: () => [...entries.keys()],
      getFunction: (name) => entries.get(name.toLowerCase())?.definition ?? null,
    };
  }
  const asked = new Map<string, CatalogFunction | null>();
  return {
    listFunctions: () => given.listFunctions(),
    getFunction(name) {
      const key = name.toLowerCase();
      const known = asked.get(key);
      if (known !== undefined) return known?.definition ?? null;
      const fn = given.getFunction(key) ?? null;
      const entry = fn === null ? null : entryOf(key, fn);
      asked.set(key, entry);
      return entry?.definition ?? null;
    },
  };
}

/** A function whose name happens to be `listFunctions` is an object, not a method. */
function isModule(given: ModuleLike): given is UserModule {
  return typeof given['listFunctions'] === 'function' && typeof given['getFunction'] === 'function';
}
