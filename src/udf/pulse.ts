/**
 * How user code shows that it goes on, and learns that it should not: words rather than a function,
 * because a loop that calls a function of its task is compiled anew for the next task.
 */
export interface Pulse {
  readonly words: Int32Array;
  /** The word that is counted up. */
  readonly mark: number;
  /** The word that is not 0 when `check` is to be called. */
  readonly stop: number;
  /** Throws when the query was cancelled. */
  readonly check: () => void;
}

/** Rows between two beats of a loop: a power of two. */
export const BEAT_ROWS = 64;

/** Says that user code goes on. Errors: what `check` throws. */
export function beat({ words, mark, stop, check }: Pulse): void {
  words[mark]!++;
  if (words[stop] !== 0) check();
}

/** A pulse that calls a function at every beat. */
export function pulseOf(check: () => void): Pulse {
  return { words: Int32Array.of(0, 1), mark: 0, stop: 1, check };
}
