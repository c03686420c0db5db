/** The longest delay of a timer. */
const LONGEST_MS = 2 ** 31 - 1;

/** Those that wait for rows or outcomes of worker threads. */
let waiting = 0;
/** It never does anything: the process lives while it is referenced. */
let handle: NodeJS.Timeout | null = null;

/**
 * Keeps the process alive until the result is called, once. Threads do not: those whose reader
 * pauses, perhaps for ever, must not hold a program that has nothing else to do.
 */
export function keepAlive(): () => void {
  handle ??= setInterval(() => {}, LONGEST_MS).unref();
  if (waiting++ === 0) handle.ref();
  return release;
}

function release(): void {
  if (--waiting === 0) handle?.unref();
}
