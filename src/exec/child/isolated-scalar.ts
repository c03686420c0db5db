import type { Region } from '../../columnar/arena/region.ts';
import type { Column } from '../../columnar/column.ts';
import type { Expr } from '../../expr/expr.ts';
import type { CallArgument } from '../../udf/loops/arguments.ts';
import type { ScalarCall } from '../../udf/scalar-call.ts';
import type { TaskContext } from '../operator.ts';
import { formsOf, IsolatedFunction } from './isolated-function.ts';

/** A scalar, async or table function in a process of its own. */
export class IsolatedScalar {
  readonly #fn: IsolatedFunction;
  #hasMore = false;

  private constructor(fn: IsolatedFunction) {
    this.#fn = fn;
  }

  /**
   * Loads and opens the function there. `rowsMax`: rows that one call may give, whose calls are left
   * where they give many. Errors: UdfError; as of `IsolatedFunction.open`.
   */
  static async open(
    call: ScalarCall,
    args: readonly Expr[],
    ctx: TaskContext,
    rowsMax: number | null,
  ): Promise<IsolatedScalar> {
    const { fn } = await IsolatedFunction.open({ kind: 'scalar', call, rowsMax }, args, ctx);
    return new IsolatedScalar(fn);
  }

  /** How often the function was called. */
  get calls(): number {
    return this.#fn.calls;
  }

  /** Whether a call was left that may give more rows; the child waits with them. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /**
   * The results for `rows` rows, in memory of `region`; of a call that was left, for its row alone:
   * further rows. Errors: UdfError, CancelledError.
   */
  run(args: readonly CallArgument[], rows: number, region: Region): Column {
    const { forms, columns } = formsOf(args);
    // What fails is over.
    this.#hasMore = false;
    const { reply, rows: results } = this.#fn.ask(
      { op: 'call', args: forms, length: rows },
      columns,
    );
    const column = this.#fn.column(results, rows, region);
    if (reply.hasMore && !hasRows(column)) throw this.#fn.broken('a call without rows goes on');
    this.#hasMore = reply.hasMore;
    return column;
  }

  /** Ends the call that was left. Errors: UdfError UDF_FAILED. */
  stop(): void {
    if (!this.#hasMore) return;
    this.#hasMore = false;
    this.#fn.stop();
  }

  /** Calls the function's `close`. Errors: UdfError UDF_FAILED. */
  async close(): Promise<void> {
    this.#fn.close();
  }
}

/** Whether one of the lists of a column has elements. */
function hasRows(column: Column): boolean {
  return column.layout === 'list' && column.offsets[0] !== column.offsets[column.length];
}
