import {
  CancelledError,
  type ErrorDetails,
  NotImplementedError,
  ResourceError,
  SqlParserError,
  TableError,
  TableRuntimeError,
  UdfError,
  ValidationError,
} from '../../common/errors.ts';

/** An error as plain data: what of it travels between threads. */
export interface EncodedError {
  /** Class of a TableError; null for any other error, which is a bug of ours. */
  readonly kind: keyof typeof CLASSES | null;
  readonly code: string;
  readonly sentence: string;
  readonly stack: string | null;
  readonly details: ErrorDetails & {
    readonly functionName?: string;
    readonly args?: readonly unknown[] | null;
    readonly limit?: number | null;
    readonly used?: number | null;
  };
}

const CLASSES = {
  TableError,
  SqlParserError,
  ValidationError,
  TableRuntimeError,
  UdfError,
  ResourceError,
  CancelledError,
  NotImplementedError,
};

/** Takes an error apart for posting. */
export function encodeError(error: unknown): EncodedError {
  if (!(error instanceof TableError)) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { kind: null, code: '', sentence: message, stack: stack ?? null, details: {} };
  }
  const { code, sentence, span, source, hint } = error;
  return {
    // Every subclass of TableError is in the table.
    kind: error.name as keyof typeof CLASSES,
    code,
    sentence,
    stack: error.stack ?? null,
    details: {
      span,
      source,
      hint,
      cause: postable(error.cause),
      ...(error instanceof UdfError
        ? { functionName: error.functionName, args: postable(error.args) as UdfError['args'] }
        : {}),
      ...(error instanceof ResourceError ? { limit: error.limit, used: error.used } : {}),
    },
  };
}

/** Puts a posted error together again. */
export function decodeError(encoded: EncodedError): Error {
  const error =
    encoded.kind === null
      ? new Error(encoded.sentence)
      : new CLASSES[encoded.kind](encoded.code, encoded.sentence, encoded.details);
  if (encoded.stack !== null) error.stack = encoded.stack;
  return error;
}

/** The value if it can be posted, else a description of it. */
function postable(value: unknown): unknown {
  if (value === undefined || value === null) return value;
  try {
    return structuredClone(value);
  } catch {
    return String(value);
  }
}
