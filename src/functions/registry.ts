import { BUILTIN_FAMILIES } from './builtin/index.ts';
import type { FunctionDefinition } from './definition.ts';

let byName: ReadonlyMap<string, FunctionDefinition> | null = null;

/** The built-in function or operator of a name or alias, whatever its case; null if none. */
export function lookupBuiltin(name: string): FunctionDefinition | null {
  return index().get(name.toUpperCase()) ?? null;
}

/** Every built-in definition once. */
export function builtinDefinitions(): readonly FunctionDefinition[] {
  return [...new Set(index().values())];
}

/** The names and aliases of the built-ins that can be called as `name(…)`, in lower case, sorted. */
export function builtinNames(): readonly string[] {
  return [...index().keys()]
    .filter((name) => /^[A-Z]\w*$/.test(name))
    .map((name) => name.toLowerCase())
    .sort();
}

function index(): ReadonlyMap<string, FunctionDefinition> {
  if (byName !== null) return byName;
  const names = new Map<string, FunctionDefinition>();
  for (const family of Object.values(BUILTIN_FAMILIES)) {
    for (const definition of Object.values<FunctionDefinition>(family)) {
      for (const name of [definition.name, ...definition.aliases]) {
        if (names.has(name)) throw new Error(`Two built-in functions are called ${name}`);
        names.set(name, definition);
      }
    }
  }
  byName = names;
  return names;
}
