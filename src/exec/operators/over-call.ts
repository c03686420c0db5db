import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import type { Column } from '../../columnar/column.ts';
import { take } from '../../columnar/take.ts';
import { compileRow } from '../../expr/evaluate.ts';
import type { AggregateCall, WindowCall } from '../../expr/expr.ts';
import type {
  AggregateFunctionDefinition,
  CallSite,
  WindowFunctionDefinition,
  WindowPartition,
} from '../../functions/definition.ts';
import { createAggregates } from '../compile/aggregates.ts';
import type { TaskContext } from '../operator.ts';
import { FrameAggregate } from './frame-aggregate.ts';
import { type FrameBounds, frameBounds, type RangeKey } from './over-frames.ts';
import type { Partitions } from './over-partitions.ts';

/** The rows that a call with OVER is computed over. */
export interface OverRows {
  readonly all: Batch;
  readonly partitions: Partitions;
  /** The first order key; null without ORDER BY. */
  readonly rangeKey: RangeKey | null;
}

/** The results of a call, by position, in memory of `region`. Errors: those of the function. */
export function overColumn(
  call: WindowCall,
  rows: OverRows,
  region: Region,
  ctx: TaskContext,
): Column {
  const { definition } = call;
  if (definition.kind === 'window') return windowFunction(call, definition, rows, region, ctx);
  const aggregate: AggregateCall = { ...call, definition };
  if (isWhole(call) && definition.compiled !== null) return groups(aggregate, rows, region, ctx);
  const scratch = region.child();
  try {
    const bounds = frameBounds(
      call.frame,
      rows.partitions,
      rows.rangeKey,
      ctx.statement,
      scratch,
      ctx.checkCancelled,
    );
    return frames(call, definition, rows, bounds, region, ctx);
  } finally {
    scratch.dispose();
  }
}

function isWhole({ frame: { start, end } }: WindowCall): boolean {
  return start.bound === 'unbounded' && end.bound === 'unbounded';
}

function siteOf(call: WindowCall, ctx: TaskContext): CallSite {
  return {
    types: call.args.map((arg) => arg.type),
    literals: call.args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined)),
    result: call.type,
    context: ctx.statement,
  };
}

/** A result for each partition, which all its rows have. */
function groups(
  call: AggregateCall,
  { all, partitions: { ids, order, starts } }: OverRows,
  region: Region,
  ctx: TaskContext,
): Column {
  const count = starts.length - 1;
  const scratch = region.child();
  const states = createAggregates([call], all.schema, { ...ctx, region: scratch });
  try {
    states.update(all, ids, count);
    const results = states.results(count)[0]!;
    const partitionAt = allocInt32(scratch, order.length);
    for (let partition = 0; partition < count; partition++) {
      partitionAt.fill(partition, starts[partition]!, starts[partition + 1]!);
    }
    return take(results, partitionAt, region);
  } finally {
    states.close();
    scratch.dispose();
  }
}

function windowFunction(
  call: WindowCall,
  definition: WindowFunctionDefinition,
  { all, partitions }: OverRows,
  region: Region,
  ctx: TaskContext,
): Column {
  const { order, starts } = partitions;
  const site = siteOf(call, ctx);
  if (definition.kernel !== null && ctx.compile) {
    const columns = call.args.map((arg) =>
      arg.kind === 'InputRef' ? all.columns[arg.index]! : null,
    );
    const computed = definition.kernel({ partitions, region }, columns, site);
    if (computed !== null) return computed;
  }
  const evaluate = definition.specialize(site);
  const args = call.args.map((arg) => compileRow(arg, ctx.statement));
  const builder = builderFor(call.type, region, order.length);
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    ctx.checkCancelled();
    const start = starts[partition]!;
    const view: WindowPartition = {
      rows: starts[partition + 1]! - start,
      peersFrom: (row) => partitions.peersFrom[start + row]! - start,
      peersTo: (row) => partitions.peersTo[start + row]! - start,
      arg: (index, row) => args[index]!(all.columns, order[start + row]!),
    };
    for (const value of evaluate(view)) {
      if ((builder.length & 0xfff) === 0) ctx.checkCancelled();
      builder.append(value);
    }
  }
  return builder.finish();
}

function frames(
  call: WindowCall,
  definition: AggregateFunctionDefinition,
  { all, partitions: { order, starts } }: OverRows,
  bounds: FrameBounds,
  region: Region,
  ctx: TaskContext,
): Column {
  const builder = builderFor(call.type, region, order.length);
  const aggregate = new FrameAggregate(
    call,
    definition,
    siteOf(call, ctx),
    all.columns,
    order,
    ctx.checkCancelled,
  );
  const grows = call.frame.start.bound === 'unbounded';
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    ctx.checkCancelled();
    const values = aggregate.values(starts[partition]!, starts[partition + 1]!, bounds, grows);
    for (const value of values) {
      if ((builder.length & 0xfff) === 0) ctx.checkCancelled();
      builder.append(value);
    }
  }
  return builder.finish();
}
