import { type Batch, RowKind } from '../../src/columnar/batch.ts';
import type { DynamicTableSink, SinkWriter } from '../../src/connectors/connector.ts';

/** Adds up the numbers of its first column: one part a task, in workers. */
export class SumSink implements DynamicTableSink {
  readonly changelogMode = new Set([RowKind.INSERT]);
  readonly spec = { connector: 'sum', state: {} };
  parts: readonly bigint[] = [];
  aborted = false;

  writer(): SinkWriter {
    let sum = 0n;
    return {
      write: (batch: Batch) => {
        for (let row = 0; row < batch.length; row++) sum += batch.columns[0]?.get(row) as bigint;
      },
      finish: () => sum,
      abort: () => {},
    };
  }

  async commit(parts: readonly unknown[]): Promise<void> {
    this.parts = parts as readonly bigint[];
  }

  async abort(): Promise<void> {
    this.aborted = true;
  }
}
