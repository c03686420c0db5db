/** After so long a module waits for what does not come; those that load large models take a while. */
const LOAD_MS_MAX = 60_000;

/** Imports a module. Errors: what its code throws; an Error when it does not end in a minute. */
export function importInTime(url: string): Promise<Readonly<Record<string, unknown>>> {
  return inTime(import(url), 'a top-level await');
}

/** What a promise gives that a module made. Errors: as of `importInTime`. */
export async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const reason = `it was not loaded after ${LOAD_MS_MAX / 1000} s: ${what} does not end`;
  const timer = setTimeout(() => late.reject(new Error(reason)), LOAD_MS_MAX);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
