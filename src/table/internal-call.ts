import { CallParameters } from './parameters.ts';
import type { Session } from './session.ts';
import type { StatementCall } from './statements/handler.ts';

/** A call without SQL text and parameters: of a method, not of executeSql. */
export function internalCall(session: Session, signal: AbortSignal | null = null): StatementCall {
  session.assertOpen();
  return {
    session,
    sql: '',
    statement: session.statementContext(),
    parameters: new CallParameters(),
    signal,
  };
}
