import { performance } from 'node:perf_hooks';
import { lineAndColumn } from '../common/diagnostics.ts';
import { splitStatements } from '../parser/split.ts';
import type { TableEnvironment } from '../table/environment.ts';
import { type OutputFormat, writeResult } from './output.ts';
import { startProgress } from './progress.ts';
import { reportError } from './report.ts';

/** How statements are run and shown. */
export interface RunOptions {
  readonly format: OutputFormat;
  /** Say how long each statement took. */
  readonly timing: boolean;
  readonly signal?: AbortSignal;
}

/** Runs the statements of a script until one fails. Returns whether all went well. */
export async function runScript(
  environment: TableEnvironment,
  script: string,
  options: RunOptions,
): Promise<boolean> {
  for (const { text, start } of splitStatements(script)) {
    const line = lineAndColumn(script, start).line;
    if (!(await runStatement(environment, text, options, line))) return false;
  }
  return true;
}

/**
 * Runs one statement, which begins in a line of its file, and shows its result or its error. Returns
 * whether it went well.
 */
export async function runStatement(
  environment: TableEnvironment,
  sql: string,
  { format, timing, signal }: RunOptions,
  line = 1,
): Promise<boolean> {
  const started = performance.now();
  using _progress = startProgress();
  try {
    const result = await environment.executeSql(sql, signal === undefined ? {} : { signal });
    if (result.resultKind === 'SUCCESS') process.stderr.write('[OK]\n');
    else await writeResult(result, format);
    if (timing) process.stderr.write(`Time: ${(performance.now() - started).toFixed(1)} ms\n`);
    return true;
  } catch (error) {
    reportError(error, sql, line);
    return false;
  }
}
