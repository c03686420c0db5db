import { type Batch, batchOf } from '../../columnar/batch.ts';
import { takeBatch } from '../../columnar/batches.ts';
import { type Column, NullColumn } from '../../columnar/column.ts';
import { restoreBatch } from '../../columnar/descriptor.ts';
import { assert } from '../../common/assert.ts';
import type { HashJoin, NestedLoopJoin } from '../../planner/physical/nodes.ts';
import type { TaskContext } from '../operator.ts';
import type { SharedTable } from '../pool/protocol.ts';
import type { Leftover } from '../task/stage.ts';
import { AllPairs, HashPairs } from './pairs.ts';

/** What the build side of a join yields after the probing, by type of join; null: nothing. */
export function leftoverOf(node: HashJoin | NestedLoopJoin): Leftover | null {
  const { joinType, schema } = node;
  const buildLeft = node.kind === 'HashJoin' && node.build === 'left';
  const outer = joinType === 'full' || joinType === (buildLeft ? 'left' : 'right');
  const semi = buildLeft && (joinType === 'semi' || joinType === 'anti');
  if (!outer && !semi) return null;
  const [left] = node.inputs;
  assert(left !== undefined, 'a join has two inputs');
  const offset = buildLeft ? 0 : left.schema.fields.length;
  return { matched: joinType === 'semi', schema, offset, number: node.number ?? null };
}

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
