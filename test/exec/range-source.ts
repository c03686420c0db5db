import { type Batch, batchOf, RowKind } from '../../src/columnar/batch.ts';
import { FixedColumn } from '../../src/columnar/column.ts';
import type { ScanTableSource, SourceSpec, SourceSplit } from '../../src/connectors/connector.ts';
import { field, schemaOf } from '../../src/types/schema.ts';

type ReadContext = Parameters<ScanTableSource['read']>[1];

/** What a range does when it is read to a row. */
export type Fault = 'none' | 'loop' | 'exit' | 'allocate' | 'throw' | 'heap' | 'slow';

/** Numbers from 0 up, cut into splits; perhaps it misbehaves on the way. */
export class RangeSource implements ScanTableSource {
  readonly schema = schemaOf([field('n', { kind: 'BIGINT', nullable: false })]);
  readonly changelogMode = new Set([RowKind.INSERT]);
  readonly bounded = true;
  readonly rowCount: number;
  readonly digest = '';
  readonly spec: SourceSpec | null;
  readonly #splitRows: number;
  readonly #fault: Fault;
  readonly #at: number;
  /** 1 once the fault has come, in whichever thread. */
  readonly #faulty: Int32Array<SharedArrayBuffer>;

  constructor(
    rows: number,
    options: {
      splitRows?: number;
      fault?: Fault;
      at?: number;
      onCallingThread?: boolean;
      faulty?: Int32Array<SharedArrayBuffer>;
    } = {},
  ) {
    this.rowCount = rows;
    this.#splitRows = options.splitRows ?? 1000;
    this.#fault = options.fault ?? 'none';
    this.#at = options.at ?? 0;
    this.#faulty = options.faulty ?? new Int32Array(new SharedArrayBuffer(4));
    const state = {
      rows,
      splitRows: this.#splitRows,
      fault: this.#fault,
      at: this.#at,
      faulty: this.#faulty,
    };
    this.spec = options.onCallingThread === true ? null : { connector: 'range', state };
  }

  static restore(state: Readonly<Record<string, unknown>>): RangeSource {
    const { rows, ...options } = state as {
      rows: number;
      splitRows: number;
      fault: Fault;
      at: number;
      faulty: Int32Array<SharedArrayBuffer>;
    };
    return new RangeSource(rows, options);
  }

  /** Resolves when some thread has come to the fault. */
  async faulty(): Promise<void> {
    await Atomics.waitAsync(this.#faulty, 0, 0).value;
  }

  splits(): readonly SourceSplit[] {
    const splits: SourceSplit[] = [];
    for (let from = 0; from < this.rowCount; from += this.#splitRows) {
      splits.push({ from, to: Math.min(from + this.#splitRows, this.rowCount) });
    }
    return splits;
  }

  *read(split: SourceSplit, context: ReadContext): Iterable<Batch> {
    const { from, to } = split as { from: number; to: number };
    const address = context.region.alloc(context.batchRows * 8);
    for (let start = from; start < to; start += context.batchRows) {
      const rows = Math.min(context.batchRows, to - start);
      const values = new BigInt64Array(context.region.arena.buffer, address, rows);
      for (let i = 0; i < rows; i++) values[i] = BigInt(start + i);
      if (this.#fault !== 'none' && this.#at >= start && this.#at < start + rows) {
        this.#misbehave(context);
      }
      const type = { kind: 'BIGINT', nullable: false } as const;
      yield batchOf(this.schema, [new FixedColumn(type, rows, values, 8, null, 0)]);
    }
    context.region.free(address);
  }

  #misbehave(context: ReadContext): void {
    Atomics.store(this.#faulty, 0, 1);
    Atomics.notify(this.#faulty, 0);
    switch (this.#fault) {
      case 'loop':
        for (;;);
      case 'exit':
        process.exit(3);
        break;
      case 'allocate':
        for (;;) context.region.free(context.region.alloc(1 << 20));
      case 'throw':
        throw new Error('thrown by the source');
      case 'heap': {
        const kept: number[][] = [];
        for (;;) kept.push(new Array(1 << 16).fill(kept.length));
      }
      case 'slow':
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
        break;
      case 'none':
        break;
    }
  }
}
