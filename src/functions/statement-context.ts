import type { StatementContext } from './definition.ts';

const NANOS_PER_MILLI = 1_000_000n;

/**
 * The context of a statement that is called now. Its time zone and time are asked for when somebody
 * needs them: the zone of the system takes ten milliseconds once. The accessors lie in the class:
 * V8 makes a map of its own for every object literal that has some, and frees none of them, nor
 * what they lead to, before it collects the whole heap.
 */
export class CalledStatement implements StatementContext {
  readonly config: ReadonlyMap<string, string>;
  readonly #zone: () => string;
  readonly #calledAt: number;

  constructor(zone: () => string, config: ReadonlyMap<string, string>) {
    this.#zone = zone;
    this.#calledAt = Date.now();
    this.config = config;
  }

  get timeZone(): string {
    return this.#zone();
  }

  get now(): bigint {
    return BigInt(this.#calledAt) * NANOS_PER_MILLI;
  }
}

/** A context as plain data, which other threads and processes get. */
export function plainContext({ timeZone, now, config }: StatementContext): StatementContext {
  return { timeZone, now, config };
}
