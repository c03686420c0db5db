import { type ErrorCode, MESSAGES, type MessageParams } from './error-codes.ts';

/** A stretch of a source text: offsets of the first character and of the one after the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What an error carries beside its code: where it happened and what to do about it. */
export interface ErrorDetails {
  readonly span?: Span | null;
  /** The text that `span` points into; filled in by whoever holds it. */
  readonly source?: string | null;
  readonly hint?: string | null;
  readonly cause?: unknown;
}

/** The base of every error that Millrace raises on purpose. */
export class TableError extends Error {
  /** What happened, as a stable word: an entry of the message table. */
  readonly code: string;
  /** The plain sentence, without code, source line or hint. */
  readonly sentence: string;
  readonly span: Span | null;
  readonly source: string | null;
  readonly hint: string | null;

  constructor(code: string, sentence: string, details: ErrorDetails = {}) {
    super(sentence, details.cause === undefined ? {} : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.sentence = sentence;
    this.span = details.span ?? null;
    this.source = details.source ?? null;
    this.hint = details.hint ?? null;
    if (this.hint !== null) this.message = `${sentence} ${this.hint}`;
  }
}

/** The text is not SQL. */
export class SqlParserError extends TableError {}

/** The text is SQL, but not against this catalog; or an option or argument is wrong. */
export class ValidationError extends TableError {}

/** The data or the outside world is at fault while a query runs. */
export class TableRuntimeError extends TableError {}

/** A user-defined function failed. `cause` is its own error. */
export class UdfError extends TableError {
  /** The name of the function as the query calls it. */
  readonly functionName: string;
  /** The arguments of the failing row, when they are known. */
  readonly args: readonly unknown[] | null;
  constructor(
    code: string,
    sentence: string,
    details: ErrorDetails & {
      readonly functionName?: string;
      readonly args?: readonly unknown[] | null;
    } = {},
  ) {
    super(code, sentence, details);
    this.functionName = details.functionName ?? '';
    this.args = details.args ?? null;
  }
}

/** A limit was reached: memory, depth, size. */
export class ResourceError extends TableError {
  /** The limit, in the unit the message names; null when it is not a number. */
  readonly limit: number | null;
  /** What was in use or asked for when the limit was reached. */
  readonly used: number | null;
  constructor(
    code: string,
    sentence: string,
    details: ErrorDetails & { readonly limit?: number | null; readonly used?: number | null } = {},
  ) {
    super(code, sentence, details);
    this.limit = details.limit ?? null;
    this.used = details.used ?? null;
  }
}

/** The caller stopped the query. */
export class CancelledError extends TableError {}

/** Flink has it, Millrace not yet. */
export class NotImplementedError extends TableError {}

function message<C extends ErrorCode>(code: C, params: MessageParams<C>): string {
  return (MESSAGES[code] as (p: MessageParams<C>) => string)(params);
}

/** Makes a SqlParserError from the message table. */
export function parserError<C extends ErrorCode>(
  code: C,
  params: MessageParams<C>,
  details?: ErrorDetails,
): SqlParserError {
  return new SqlParserError(code, message(code, params), details);
}

/** Makes a ValidationError from the message table. */
export function validationError<C extends ErrorCode>(
  code: C,
  params: MessageParams<C>,
  details?: ErrorDetails,
): ValidationError {
  return new ValidationError(code, message(code, params), details);
}

/** Makes a TableRuntimeError from the message table. */
export function runtimeError<C extends ErrorCode>(
  code: C,
  params: MessageParams<C>,
  details?: ErrorDetails,
): TableRuntimeError {
  return new TableRuntimeError(code, message(code, params), details);
}

/** Makes a UdfError from the message table. */
export function udfError<C extends ErrorCode>(
  code: C,
  params: MessageParams<C>,
  details?: ConstructorParameters<typeof UdfError>[2],
): UdfError {
  return new UdfError(code, message(code, params), details);
}

/** Makes a ResourceError from the message table. */
export function resourceError<C extends ErrorCode>(
  code: C,
  params: MessageParams<C>,
  details?: ConstructorParameters<typeof ResourceError>[2],
): ResourceError {
  return new ResourceError(code, message(code, params), details);
}

/** Makes a CancelledError from the message table. */
export function cancelledError<C extends ErrorCode>(
  code: C,
  params: MessageParams<C>,
  details?: ErrorDetails,
): CancelledError {
  return new CancelledError(code, message(code, params), details);
}

/** Makes the error for what Flink has and Millrace has not built yet. */
export function notImplemented(feature: string, details?: ErrorDetails): NotImplementedError {
  return new NotImplementedError(
    'NOT_IMPLEMENTED',
    message('NOT_IMPLEMENTED', { feature }),
    details,
  );
}
