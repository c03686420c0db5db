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

  private constructor(fn: IsolatedFunction) {
    this.#fn = fn;
  }

  /** Loads and opens the function there. Errors: UdfError; as of `IsolatedFunction.open`. */
  static async open(
    call: ScalarCall,
    args: readonly Expr[],
    ctx: TaskContext,
  ): Promise<IsolatedScalar> {
    const { fn } = await IsolatedFunction.open({ kind: 'scalar', call }, args, ctx);
    return new IsolatedScalar(fn);
  }

  /** How often the function was called. */
  get calls(): number {
    return this.#fn.calls;
  }

  /** The results for `rows` rows, in memory of `region`. Errors: UdfError, CancelledError. */
  run(args: readonly CallArgument[], rows: number, region: Region): Column {
    const { forms, columns } = formsOf(args);
    const answer = this.#fn.ask({ op: 'call', args: forms, length: rows }, columns);
    return this.#fn.column(answer.rows, rows, region);
  }

  /** Calls the function's `close`. Errors: UdfError UDF_FAILED. */
  async close(): Promise<void> {
    this.#fn.close();
  }
}
