import { styleText } from 'node:util';
import { lineAndColumn, renderSource } from '../common/diagnostics.ts';
import { TableError, UdfError } from '../common/errors.ts';

/**
 * Writes an error to standard error: ours with code and place, others with their stack. `sql` is
 * the statement, if there is one, and `line` that of its file in which it begins.
 */
export function reportError(error: unknown, sql: string | null = null, line = 1): void {
  process.stderr.write(`${errorText(error, sql, line)}\n`);
}

function errorText(error: unknown, sql: string | null, line: number): string {
  if (!(error instanceof TableError)) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const head = styleText('red', `${error.name} ${error.code}:`, { stream: process.stderr });
  const cause =
    error instanceof UdfError && error.cause instanceof Error ? error.cause.stack : null;
  const message = error.source === sql ? inFile(error, line) : error.message;
  return `${head} ${message}${cause == null ? '' : `\n${cause}`}`;
}

/** The message of an error in a statement, with the lines of its file. */
function inFile({ message, span, source }: TableError, line: number): string {
  if (span === null || source === null || line === 1) return message;
  const own = lineAndColumn(source, span.start).line;
  const shown = renderSource(source, span);
  return message
    .replace(` (line ${own}, `, ` (line ${own + line - 1}, `)
    .replace(shown, renderSource(source, span, line));
}
