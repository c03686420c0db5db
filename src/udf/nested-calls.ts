import type { AsyncLocalStorage } from 'node:async_hooks';
import { udfError } from '../common/errors.ts';

/** Calls inside one another: a function whose statements call it for ever would never end. */
const DEPTH_MAX = 100;

let depths: AsyncLocalStorage<number> | null = null;

/**
 * A function of the calling thread that may run statements and wait for them, which may call it
 * again. Errors of a call: UdfError UDF_NESTED.
 */
export function nested<A extends readonly unknown[], R>(
  name: string,
  call: (...args: A) => R,
): (...args: A) => R {
  // Loaded here, because most programs never need it.
  const { AsyncLocalStorage: Storage } = process.getBuiltinModule('node:async_hooks');
  depths ??= new Storage<number>();
  const storage = depths;
  return (...args) => {
    const depth = (storage.getStore() ?? 0) + 1;
    if (depth > DEPTH_MAX) {
      throw udfError('UDF_NESTED', { name, depth: DEPTH_MAX }, { functionName: name, args });
    }
    return storage.run(depth, () => call(...args));
  };
}
