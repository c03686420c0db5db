import { type Batch, batchOf } from '../../columnar/batch.ts';
import { takeBatch } from '../../columnar/batches.ts';
import { type Column, NullColumn } from '../../columnar/column.ts';
import { restoreBatch } from '../../columnar/descriptor.ts';
import type { TaskContext } from '../operator.ts';
import type { SharedTable } from '../pool/protocol.ts';
import type { Leftover } from '../task/stage.ts';
import { AllPairs, HashPairs } from './pairs.ts';

/** The build rows that a join yields when all rows were probed. */
export function* readLeftover(
  table: SharedTable,
  leftover: Leftover,
  ctx: TaskContext,
): Iterable<Batch> {
  const finder = table.index === null ? new AllPairs(table, ctx) : new HashPairs(null, table, ctx);
  const build = restoreBatch(ctx.region.arena, table.rows);
  const scratch = ctx.region.child();
  try {
    for (let from = 0; from < build.length; from += ctx.batchRows) {
      ctx.checkCancelled();
      const to = Math.min(from + ctx.batchRows, build.length);
      const rows = finder.markedRows(from, to, leftover.matched);
      if (rows.length === 0) continue;
      scratch.recycle();
      yield padded(takeBatch(build, rows, scratch), leftover);
    }
  } finally {
    finder.close();
    scratch.dispose();
  }
}

/** The rows of the build side as rows of the join: NULL in the columns of the other side. */
function padded(rows: Batch, { schema, offset }: Leftover): Batch {
  const columns: Column[] = schema.fields.map(
    ({ type }, i) => rows.columns[i - offset] ?? new NullColumn(type, rows.length),
  );
  return batchOf(schema, columns, rows.length);
}
