/** After so long a module waits for what does not come; those that load large models take a while. */
const LOAD_MS_MAX = 60_000;

/** Imports a module. Errors: what its code throws; an Error when it does not end in a minute. */
export async function importInTime(url: string): Promise<Readonly<Record<string, unknown>>> {
  const late = Promise.withResolvers<never>();
  const reason = `it was not loaded after ${LOAD_MS_MAX / 1000} s: a top-level await does not end`;
  const timer = setTimeout(() => late.reject(new Error(reason)), LOAD_MS_MAX);
  try {
    return await Promise.race([import(url), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
