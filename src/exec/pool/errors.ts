import { cutStack, cutText, MESSAGE_MAX } from '../../common/cut-text.ts';
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
import { type PostedValue, packCause, packValue, unpackValue } from './posted-values.ts';

/** An error as plain data: what of it travels between threads. */
export interface EncodedError {
  /** Class of a TableError; null for any other error, which is a bug of ours. */
  readonly kind: keyof typeof CLASSES | null;
  readonly code: string;
  readonly sentence: string;
  readonly stack: string | null;
  readonly details: Omit<ErrorDetails, 'cause'> & {
    readonly functionName?: string;
    readonly limit?: number | null;
    readonly used?: number | null;
  };
  readonly cause: PostedValue | null;
  /** The arguments of a UdfError. */
  readonly args: PostedValue | null;
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
    return {
      kind: null,
      code: '',
      sentence: cutText(message, MESSAGE_MAX),
      stack: stack === undefined ? null : cutStack(stack, message, MESSAGE_MAX),
      details: {},
      cause: null,
      args: null,
    };
  }
  const { code, sentence, span, source, hint } = error;
  return {
    // Every subclass of TableError is in the table.
    kind: error.name as keyof typeof CLASSES,
    code,
    sentence: cutText(sentence, MESSAGE_MAX),
    stack: error.stack === undefined ? null : cutStack(error.stack, error.message, MESSAGE_MAX),
    details: {
      span,
      source,
      hint,
      ...(error instanceof UdfError ? { functionName: error.functionName } : {}),
      ...(error instanceof ResourceError ? { limit: error.limit, used: error.used } : {}),
    },
    cause: error.cause === undefined ? null : packCause(error.cause),
    args: error instanceof UdfError && error.args !== null ? packValue(error.args) : null,
  };
}

/** Puts a posted error together again. */
export function decodeError(encoded: EncodedError): Error {
  const { kind, code, sentence, details } = encoded;
  const cause = encoded.cause === null ? undefined : unpackValue(encoded.cause);
  // The arguments are a list; its items are unpacked one by one.
  const args = encoded.args === null ? null : (unpackValue(encoded.args) as readonly unknown[]);
  const error =
    kind === null
      ? new Error(sentence)
      : new CLASSES[kind](code, sentence, { ...details, cause, args });
  if (encoded.stack !== null) error.stack = encoded.stack;
  return error;
}
