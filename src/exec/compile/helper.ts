import type { Code } from '../../functions/lowering.ts';
import type { FunctionSpec, Local } from '../wasm/module-builder.ts';

/** A function that is emitted into the modules which call it. */
export type Helper = Omit<FunctionSpec, 'name' | 'exported'> & {
  /** Helpers that this one calls. */
  readonly uses: readonly string[];
};

/** Reads a local. */
export function get(name: string): Code {
  return ['local.get', name];
}

/** Writes a local. */
export function set(name: string, value: Code): Code {
  return ['local.set', name, value];
}

/** Declares locals of one type, by their names in one text. */
export function locals(type: Local['type'], names: string): Local[] {
  return names.split(' ').map((name) => ({ name, type }));
}
