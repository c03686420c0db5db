import type { LoopBuilder, LoopInput } from './loop-builder.ts';

/** An emitted loop, bound to one memory. */
export interface LoopKernel {
  /** Goes through the positions from `start` to `end`; returns where it stopped. */
  readonly run: (block: number, start: number, end: number) => number;
  /** The names of the words of the parameter block, in order. */
  readonly params: readonly string[];
  readonly inputs: readonly LoopInput[];
}

interface CompiledLoop {
  readonly module: WebAssembly.Module;
  readonly params: readonly string[];
  readonly inputs: readonly LoopInput[];
}

/** Modules kept per thread; a module takes some kilobytes. */
const MODULES_MAX = 512;

let moduleBytes = 0;
const modules = new Map<string, CompiledLoop | null>();
const instances = new WeakMap<WebAssembly.Memory, Map<string, LoopKernel>>();

/** The modules that this thread keeps, and the bytes of their code. */
export function keptModules(): { readonly count: number; readonly bytes: number } {
  return { count: modules.size, bytes: moduleBytes };
}

/**
 * The kernel of a loop by its key. `build` makes it when this thread has not seen the key before;
 * it returns null when the loop cannot be emitted.
 */
export function kernelFor(
  memory: WebAssembly.Memory,
  key: string,
  build: () => LoopBuilder | null,
): LoopKernel | null {
  const compiled = moduleFor(key, build);
  if (compiled === null) return null;
  const known = instances.get(memory);
  const ofMemory = known ?? new Map<string, LoopKernel>();
  if (known === undefined) instances.set(memory, ofMemory);
  const cached = ofMemory.get(key);
  if (cached !== undefined) return cached;
  const instance = new WebAssembly.Instance(compiled.module, { env: { memory } });
  // The module exports nothing but `run`, of this signature.
  const run = instance.exports['run'] as LoopKernel['run'];
  const kernel = { run, params: compiled.params, inputs: compiled.inputs };
  if (ofMemory.size >= MODULES_MAX) ofMemory.clear();
  ofMemory.set(key, kernel);
  return kernel;
}

function moduleFor(key: string, build: () => LoopBuilder | null): CompiledLoop | null {
  const known = modules.get(key);
  if (known !== undefined) return known;
  const loop = build();
  const code = loop?.toBytes() ?? null;
  const compiled =
    loop === null || code === null
      ? null
      : { module: new WebAssembly.Module(code), params: loop.params, inputs: loop.inputs };
  if (modules.size >= MODULES_MAX) {
    modules.clear();
    moduleBytes = 0;
  }
  modules.set(key, compiled);
  moduleBytes += code?.byteLength ?? 0;
  return compiled;
}
