import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import { take } from '../../columnar/take.ts';
import { callSiteOf } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/expr.ts';
import type { StatementContext } from '../../functions/definition.ts';
import type { Evaluated } from './bindings.ts';
import { repeat } from './repeat.ts';

/** Of batches with fewer selected rows than one in this many, kernels get the selected rows. */
const GATHER_BELOW = 4;

/** Constants become columns too: calls with more arguments than this are left to the interpreter. */
const ARGUMENTS_MAX = 16;

/**
 * Evaluates calls that have a kernel, over columns, constants and other such calls; null when a
 * part has none or a kernel declines. Without `Call` at the top there is nothing to do.
 */
export function runKernels(
  expr: Expr,
  batch: Batch,
  region: Region,
  context: StatementContext,
): Evaluated | null {
  if (expr.kind !== 'Call' || !hasKernels(expr)) return null;
  const rows = rowCount(batch);
  const gathers = batch.selection !== null && rows * GATHER_BELOW < batch.length;
  const length = gathers ? rows : batch.length;
  const column = run(expr);
  if (column === null) return null;
  return gathers || batch.selection === null ? column : { kind: 'rows', column };

  function run(part: Expr): Column | null {
    if (part.kind === 'Literal') return repeat(part, length, region);
    if (part.kind === 'InputRef') {
      const source = batch.columns[part.index]!;
      return gathers && batch.selection !== null ? take(source, batch.selection, region) : source;
    }
    if (part.kind !== 'Call' || part.definition.kernel === null) return null;
    const args: Column[] = [];
    for (const arg of part.args) {
      const value = run(arg);
      if (value === null) return null;
      args.push(value);
    }
    return part.definition.kernel(args, length, { ...callSiteOf(part, context), region });
  }
}

function hasKernels(expr: Expr): boolean {
  if (expr.kind === 'Literal' || expr.kind === 'InputRef') return true;
  if (expr.kind !== 'Call' || expr.definition.kernel === null) return false;
  return expr.args.length <= ARGUMENTS_MAX && expr.args.every(hasKernels);
}
