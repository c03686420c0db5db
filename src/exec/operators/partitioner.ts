import type { Batch } from '../../columnar/batch.ts';
import { KeyPartitioner } from '../../columnar/kernels/partition.ts';
import type { TaskContext } from '../operator.ts';

/** Parts the rows of batches by a hash of their keys: equal keys come to the same part. */
export class Partitioner {
  readonly #keys: readonly number[];
  readonly #partitions: number;
  readonly #partitioner: KeyPartitioner;

  constructor(keys: readonly number[], partitions: number, ctx: TaskContext) {
    this.#keys = keys;
    this.#partitions = partitions;
    this.#partitioner = new KeyPartitioner(partitions, ctx.region.child());
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
}
