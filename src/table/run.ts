import type { Batch } from '../columnar/batch.ts';
import type { Engine } from '../exec/engine.ts';
import type { ExecuteOptions, Execution } from '../exec/execution.ts';
import type { Query } from '../parser/ast/queries.ts';
import { parseQuery } from '../parser/parser.ts';
import { bindQuery } from '../planner/bind/query.ts';
import { atCall, type CapturedSources, withSources } from '../planner/physical/at-call.ts';
import type { PhysicalPlan } from '../planner/physical/nodes.ts';
import { planStatement } from '../planner/plan.ts';
import { SessionBindContext } from './bind-context.ts';
import { Job } from './job.ts';
import type { Recorder } from './profile/recorder.ts';
import { type Row, TableResult } from './result.ts';
import type { StatementCall } from './statements/handler.ts';

/**
 * The result of a plan: table versions and parameter values are those of the call, the run starts
 * at the first pull.
 */
export function runningResult<R extends object = Row>(
  plan: PhysicalPlan,
  call: StatementCall,
): TableResult<R> {
  const { session, statement, signal } = call;
  const captured = atCall(plan);
  const options = session.executeOptions(statement, signal);
  const ofOneCall = call.parameters.values.length > 0;
  const job = jobOf(captured, session.engine, { ...options, ofOneCall });
  return new TableResult<R>('SUCCESS_WITH_CONTENT', {
    ...session.resultOptions(statement),
    schema: plan.schema,
    job,
    open: () => job.batches(),
  });
}

function jobOf(
  { plan, sources }: ReturnType<typeof atCall>,
  engine: Engine,
  options: ExecuteOptions,
): Job {
  return new Job(
    () => engine.execute(plan, options, sources),
    () => releaseAll(sources),
    () => engine.arena,
  );
}

/** The rows of a query that a statement asks of itself, as internal values. */
export async function queryRows(
  query: string | Query,
  call: StatementCall,
): Promise<readonly (readonly unknown[])[]> {
  const { session, statement, signal } = call;
  const { parameters } = call;
  const context = new SessionBindContext(session, statement, parameters);
  const logical = bindQuery(typeof query === 'string' ? parseQuery(query) : query, context);
  const { parallelism } = session.config;
  const { physical } = planStatement(logical, {
    statement,
    parallelism,
    parameters: parameters.values,
  });
  const captured = atCall(physical);
  const options = session.executeOptions(statement, signal);
  const execution = session.engine.execute(captured.plan, options, captured.sources);
  const rows: (readonly unknown[])[] = [];
  for await (const batch of released(execution, captured.sources)) {
    for (let row = 0; row < batch.length; row++) {
      rows.push(batch.columns.map((column) => column.get(row)));
    }
  }
  return rows;
}

/** Runs a plan that writes; resolves to the rows written, after the commit. */
export function runWrite(plan: PhysicalPlan, call: StatementCall): Promise<bigint> {
  return prepareWrite(plan, call).run();
}

/** Runs a query of which nobody wants the rows; resolves to their number. */
export async function runUnread(
  plan: PhysicalPlan,
  { session, statement, signal }: StatementCall,
  recorder: Recorder,
): Promise<number> {
  const captured = atCall(plan);
  const options = session.executeOptions(statement, signal);
  const execution = recorder.execute(session.engine, withSources(captured), options);
  let rows = 0;
  for await (const batch of released(execution, captured.sources)) rows += batch.length;
  return rows;
}

/** A write that reads its tables as they were when it was prepared. */
export interface PreparedWrite {
  /** Runs it; resolves to the rows written, after the commit. */
  run(): Promise<bigint>;
  /** Lets go of the tables of a write that will not run. Idempotent. */
  release(): void;
}

/** Captures what a plan that writes reads: table versions are those of now. */
export function prepareWrite(plan: PhysicalPlan, call: StatementCall): PreparedWrite {
  const { session, statement, signal, recorder } = call;
  const { engine } = session;
  const options = session.executeOptions(statement, signal);
  const captured = atCall(plan);
  return {
    release: () => releaseAll(captured.sources),
    run: async () => {
      let rows = 0n;
      const execution =
        recorder?.execute(engine, withSources(captured), options) ??
        engine.execute(captured.plan, options, captured.sources);
      for await (const batch of released(execution, captured.sources)) {
        for (let row = 0; row < batch.length; row++) rows += batch.columns[0]?.get(row) as bigint;
      }
      return rows;
    },
  };
}

/**
 * Runs writes one after the other. All of them are bound first, and read their tables as they were
 * then: none sees the rows of another.
 */
export async function runWrites(
  call: StatementCall,
  writes: readonly { readonly sink: string; bind(): PhysicalPlan }[],
): Promise<readonly (readonly [sink: string, rows: bigint])[]> {
  const prepared: (readonly [string, PreparedWrite])[] = [];
  try {
    for (const { sink, bind } of writes) prepared.push([sink, prepareWrite(bind(), call)]);
    const results: (readonly [string, bigint])[] = [];
    for (const [sink, write] of prepared) results.push([sink, await write.run()]);
    return results;
  } finally {
    for (const [, write] of prepared) write.release();
  }
}

async function* released(
  execution: Execution,
  sources: CapturedSources,
): AsyncGenerator<Batch, void, undefined> {
  try {
    yield* execution.batches();
  } finally {
    releaseAll(sources);
  }
}

function releaseAll(sources: CapturedSources): void {
  for (const source of sources.values()) source.release?.();
}
