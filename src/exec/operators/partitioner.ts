import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { KeyPartitioner } from '../../columnar/kernels/partition.ts';
import type { TaskContext } from '../operator.ts';

/** Parts the rows of batches by a hash of their keys: equal keys come to the same part. */
export class Partitioner {
  readonly #keys: readonly number[];
  readonly #partitions: number;
  readonly #region: Region;
  readonly #partitioner: KeyPartitioner;

  /** With another `seed`, rows of one part go to different ones. */
  constructor(keys: readonly number[], partitions: number, ctx: TaskContext, seed = 0) {
    this.#keys = keys;
    this.#partitions = partitions;
    this.#region = ctx.region.child();
    this.#partitioner = new KeyPartitioner(partitions, this.#region, seed);
  }

  /** One batch a partition, with a selection: borrowed until the next call. */
  partition(batch: Batch): readonly Batch[] {
    const keys = this.#keys.map((key) => batch.columns[key]!);
    const { starts, rows } = this.#partitioner.partition(keys, batch.length, batch.selection);
    return Array.from({ length: this.#partitions }, (_, part) => ({
      ...batch,
      selection: rows.subarray(starts[part], starts[part + 1]),
    }));
  }

  /** Gives the memory back. Idempotent. */
  dispose(): void {
    this.#region.dispose();
  }
}
