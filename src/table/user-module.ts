import type { Module } from '../catalog/module-manager.ts';
import { requireOptions } from '../common/arguments.ts';
import type { FunctionDefinition } from '../functions/definition.ts';
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

/** The module of what a user gives. `define` registers a function. Errors: those of `define`. */
export function userModule(
  given: ModuleLike,
  define: (name: string, fn: FunctionLike) => FunctionDefinition,
): Module {
  requireOptions('loadModule', given);
  if (!isModule(given)) {
    const definitions = new Map(
      Object.entries(given).map(([name, fn]) => [name.toLowerCase(), define(name, fn)]),
    );
    return {
      listFunctions: () => [...definitions.keys()],
      getFunction: (name) => definitions.get(name.toLowerCase()) ?? null,
    };
  }
  const asked = new Map<string, FunctionDefinition | null>();
  return {
    listFunctions: () => given.listFunctions(),
    getFunction(name) {
      const key = name.toLowerCase();
      const known = asked.get(key);
      if (known !== undefined) return known;
      const fn = given.getFunction(key) ?? null;
      const definition = fn === null ? null : define(key, fn);
      asked.set(key, definition);
      return definition;
    },
  };
}

/** A function whose name happens to be `listFunctions` is an object, not a method. */
function isModule(given: ModuleLike): given is UserModule {
  return typeof given['listFunctions'] === 'function' && typeof given['getFunction'] === 'function';
}
