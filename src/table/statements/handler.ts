import type { StatementContext } from '../../functions/definition.ts';
import type { Statement } from '../../parser/ast/statements.ts';
import type { CallParameters } from '../parameters.ts';
import type { Recorder } from '../profile/recorder.ts';
import type { TableResult } from '../result.ts';
import type { Session } from '../session.ts';

/** One call of executeSql: what is captured at the call. */
export interface StatementCall {
  readonly session: Session;
  /** The text that the spans of the statement point into. */
  readonly sql: string;
  readonly statement: StatementContext;
  readonly parameters: CallParameters;
  readonly signal: AbortSignal | null;
  /** Measures the plans that the statement runs: EXPLAIN ANALYZE. */
  readonly recorder?: Recorder;
}

/**
 * Carries out a statement. What changes the catalog happens before the first `await`, so that
 * statements take effect in the order of their calls.
 */
export type Handler<S extends Statement> = (
  statement: S,
  call: StatementCall,
) => TableResult | Promise<TableResult>;
