import { requireOptions, requireSignal } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import type { Statement } from '../parser/ast/statements.ts';
import { parseClientStatement } from './client-statements.ts';
import { CallParameters, type StatementParameters } from './parameters.ts';
import type { Session } from './session.ts';
import type { StatementCall } from './statements/handler.ts';

/** Longer texts are parsed each time: their trees would take too much memory. */
const KEPT_TEXT_MAX = 16_384;

/** Options of one statement. */
export interface StatementOptions {
  /** Values for `?` (a list) or `:name` (an object). */
  readonly params?: StatementParameters;
  /** Cancels the statement. */
  readonly signal?: AbortSignal;
}

const STATEMENT_OPTIONS = ['params', 'signal'] satisfies readonly (keyof StatementOptions)[];

/**
 * What is captured when a statement is called. Errors: ENVIRONMENT_CLOSED, INVALID_ARGUMENT,
 * NOT_SQL_TEXT.
 */
export function statementCall(
  session: Session,
  sql: string,
  options: StatementOptions = {},
): StatementCall {
  session.assertOpen();
  requireOptions('a statement', options, STATEMENT_OPTIONS);
  requireSignal(options.signal);
  if (typeof sql !== 'string') throw validationError('NOT_SQL_TEXT', { got: typeof sql });
  return {
    session,
    sql,
    statement: session.statementContext(),
    parameters: new CallParameters(options.params),
    signal: options.signal ?? null,
  };
}

/** The syntax tree of a text: a text that comes again is not parsed again. */
export function statementOf({ statements }: Session, sql: string): Statement {
  const kept = statements.get(sql);
  if (kept !== null) return kept;
  const statement = parseClientStatement(sql);
  if (sql.length <= KEPT_TEXT_MAX) statements.put(sql, statement);
  return statement;
}
