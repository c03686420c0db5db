import { requireOptions, requireSignal } from '../../common/arguments.ts';
import type { StatementCall } from '../statements/handler.ts';
import { Recorder } from './recorder.ts';
import { StatementProfile } from './statement-profile.ts';

/** What `explainAnalyze` of tables and writes takes. */
export interface AnalyzeOptions {
  /** Cancels the statement. */
  readonly signal?: AbortSignal;
}

/** The signal of the options. Errors: INVALID_ARGUMENT for wrong ones. */
export function signalOf(options: AnalyzeOptions): AbortSignal | null {
  requireOptions('explainAnalyze', options, ['signal']);
  requireSignal(options.signal);
  return options.signal ?? null;
}

/**
 * Carries out a statement so that its plans are measured. `run` resolves to the rows of a query;
 * rows that are written are counted by the runs themselves.
 */
export async function measured(
  call: StatementCall,
  run: (call: StatementCall, recorder: Recorder) => unknown,
): Promise<StatementProfile> {
  const recorder = new Recorder();
  const start = performance.now();
  const rows = await run({ ...call, recorder }, recorder);
  const totalMs = performance.now() - start;
  const written = recorder.runs.reduce((sum, { execution }) => sum + execution.rowsWritten, 0);
  return new StatementProfile(recorder.runs, typeof rows === 'number' ? rows : written, totalMs);
}
