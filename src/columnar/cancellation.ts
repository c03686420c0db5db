/** How long loops learn that nobody wants their result any more. */
export interface Cancellation {
  /** Address of the word that is not 0 then, for kernels: they end early. 0: there is none. */
  readonly address: number;
  /** Throws then; called after such kernels, and now and then. */
  check(): void;
}

/** What never is cancelled. */
export const NEVER_CANCELLED: Cancellation = { address: 0, check: () => {} };
