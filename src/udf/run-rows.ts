import type { Region } from '../columnar/arena/region.ts';
import type { Column } from '../columnar/column.ts';
import { udfFailed } from './errors.ts';
import type { FunctionContext } from './function-context.ts';
import type { CallArgument } from './loops/arguments.ts';
import type { Pulse } from './pulse.ts';
import { RowPieces } from './row-pieces.ts';
import { ScalarRunner } from './run-scalar.ts';
import type { ScalarCall } from './scalar-call.ts';

/** A table function that is loaded and opened in this thread, for one pipeline. */
export class RowsRunner {
  readonly #call: ScalarCall;
  readonly #runner: ScalarRunner;
  readonly #pieces: RowPieces;

  private constructor(call: ScalarCall, runner: ScalarRunner, pieces: RowPieces) {
    this.#call = call;
    this.#runner = runner;
    this.#pieces = pieces;
  }

  /** `rowsMax`: rows that one call may give. Errors: as of `ScalarRunner.open`. */
  static async open(
    call: ScalarCall,
    context: FunctionContext,
    rowsMax: number,
  ): Promise<RowsRunner> {
    return new RowsRunner(call, await ScalarRunner.open(call, context), new RowPieces(rowsMax));
  }

  /** How often the function was called. */
  get calls(): number {
    return this.#runner.calls;
  }

  /** Whether a call was left that may give more rows. */
  get hasMore(): boolean {
    return this.#pieces.hasMore;
  }

  /** The lists of rows for `rows` rows: see `ScalarRunner.runPiece`. Errors: UdfError. */
  run(args: readonly CallArgument[], rows: number, region: Region, pulse: Pulse): Column {
    return this.#runner.runPiece(args, rows, region, pulse, this.#pieces);
  }

  /** Ends the call that was left. Errors: UdfError UDF_FAILED. */
  stop(): void {
    try {
      this.#pieces.stop();
    } catch (cause) {
      throw udfFailed(this.#call.name, cause, []);
    }
  }

  /** Calls the function's `close`. Errors: UdfError UDF_FAILED. */
  close(): Promise<void> {
    return this.#runner.close();
  }
}
