/** A number of JSON that a double does not hold exactly: its text. */
export class ExactNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  toJSON(): number {
    return Number(this.source);
  }
}

/** Fewer digits than this always survive the way through a double. */
const LONG_NUMBER = /[\d.]{16}/;

/**
 * Parses JSON; numbers of many digits are `ExactNumber`s. The slow way with a reviver is taken
 * only for texts that have some. Errors: SyntaxError, also for texts that are nested too deep.
 */
export function parseExact(text: string): unknown {
  try {
    return LONG_NUMBER.test(text) ? JSON.parse(text, revive) : JSON.parse(text);
  } catch (error) {
    throw asSyntaxError(error);
  }
}

function revive(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined || source.length < 16) return value;
  return new ExactNumber(source);
}

/** An overflow of the stack as what it says of the text: it is nested too deep. */
export function asSyntaxError(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  return new SyntaxError('it is nested too deep', { cause: error });
}
