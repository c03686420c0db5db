import type { Region } from '../columnar/arena/region.ts';
import { FORMATS_BASE64 } from '../columnar/kernels/formats.wasm.ts';

const INSTANCES = new WeakMap<object, Record<string, unknown>>();
let compiled: WebAssembly.Module | null = null;

/** The kernels of the formats over the arena of a region, on this thread, as the functions in `K`. */
export function formatKernels<K>(region: Region): K {
  const { memory } = region.arena;
  let exports = INSTANCES.get(memory);
  if (exports === undefined) {
    compiled ??= new WebAssembly.Module(Buffer.from(FORMATS_BASE64, 'base64'));
    exports = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
    INSTANCES.set(memory, exports);
  }
  // The module is built from the sources that the types of its users describe.
  return exports as K;
}
