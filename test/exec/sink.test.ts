import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Batch, RowKind } from '../../src/columnar/batch.ts';
import type { DynamicTableSink } from '../../src/connectors/connector.ts';
import type { Engine } from '../../src/exec/engine.ts';
import {
  exchange,
  INLINE,
  node,
  POOLED,
  rowsOf,
  scan,
  schema,
  testEngine,
  type,
} from './harness.ts';
import { RangeSource } from './range-source.ts';
import { SumSink } from './sum-sink.ts';

let engine: Engine;

beforeEach(() => {
  engine = testEngine();
});

afterEach(async () => {
  await engine.close();
});

const COUNT = schema({ rows: type('BIGINT') });

function insert(source: RangeSource, sink: DynamicTableSink, parallel: boolean) {
  const rows = scan(source);
  const input = parallel ? exchange(rows, 'broadcast') : rows;
  return node('TableSink', [input], { schema: COUNT, table: 'test', sink, origin: null });
}

/** A sink of the calling thread that writes down what happens to it. */
function journal(): DynamicTableSink & { readonly events: string[] } {
  const events: string[] = [];
  return {
    events,
    changelogMode: new Set([RowKind.INSERT]),
    spec: null,
    writer: (part) => ({
      write: async (batch: Batch) => {
        await new Promise((resolve) => setImmediate(resolve));
        events.push(`write ${part} ${batch.length}`);
      },
      finish: () => 'finished',
      abort: () => events.push(`abort writer ${part}`),
    }),
    commit: async (parts) => {
      events.push(`commit ${parts.join()}`);
    },
    abort: async () => {
      events.push('abort');
    },
  };
}

describe('sinks', () => {
  test('writers on the calling thread', async () => {
    for (const options of [INLINE, POOLED]) {
      const sink = journal();
      const execution = engine.execute(insert(new RangeSource(250), sink, false), options);
      for await (const batch of execution.batches()) expect(batch.columns[0]?.get(0)).toBe(250n);
      expect(sink.events).toEqual(['write 0 100', 'write 0 100', 'write 0 50', 'commit finished']);
      expect(execution.rowsWritten).toBe(250);
    }
  });

  test('a writer in each task', async () => {
    // How many rows the first thread takes before the second one comes depends on the machine.
    for (const rows of [1_000_000n, 10_000_000n, 100_000_000n]) {
      const sink = new SumSink();
      const plan = insert(new RangeSource(Number(rows)), sink, true);
      expect(await rowsOf(engine, plan, POOLED)).toEqual([[rows]]);
      expect(sink.parts.reduce((a, b) => a + b)).toBe((rows * (rows - 1n)) / 2n);
      expect(sink.aborted).toBe(false);
      if (sink.parts.length === 2) return;
    }
    expect.unreachable('the second thread never wrote a part');
  });

  test('a failure aborts, and nothing is committed', async () => {
    const sink = journal();
    const failing = insert(new RangeSource(250, { fault: 'throw', at: 150 }), sink, false);
    await expect(rowsOf(engine, failing, INLINE)).rejects.toThrow('thrown by the source');
    expect(sink.events).toEqual(['write 0 100', 'abort writer 0', 'abort']);
    const parallel = new SumSink();
    const leaving = insert(new RangeSource(50_000, { fault: 'exit', at: 30_000 }), parallel, true);
    await expect(rowsOf(engine, leaving, POOLED)).rejects.toMatchObject({ code: 'WORKER_LOST' });
    expect(parallel.aborted).toBe(true);
    expect(parallel.parts).toEqual([]);
  });

  test('a cancelled statement is not committed', async () => {
    const sink = new SumSink();
    const execution = engine.execute(insert(new RangeSource(1e9), sink, true), POOLED);
    setTimeout(() => execution.cancel(), 20);
    const drained = (async () => {
      for await (const _ of execution.batches());
    })();
    await expect(drained).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(sink.aborted).toBe(true);
  });
});
