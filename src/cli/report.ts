import { styleText } from 'node:util';
import { TableError, UdfError } from '../common/errors.ts';

/** Writes an error to standard error: ours with code and place, others with their stack. */
export function reportError(error: unknown): void {
  process.stderr.write(`${errorText(error)}\n`);
}

function errorText(error: unknown): string {
  if (!(error instanceof TableError)) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const head = styleText('red', `${error.name} ${error.code}:`, { stream: process.stderr });
  const cause =
    error instanceof UdfError && error.cause instanceof Error ? error.cause.stack : null;
  return `${head} ${error.message}${cause == null ? '' : `\n${cause}`}`;
}
