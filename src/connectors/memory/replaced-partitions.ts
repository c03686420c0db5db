import { allocInt32 } from '../../columnar/allocate.ts';
import type { Arena } from '../../columnar/arena/arena.ts';
import { Region } from '../../columnar/arena/region.ts';
import { takeBatch } from '../../columnar/batches.ts';
import { GroupTable } from '../../columnar/kernels/group-table.ts';
import { readableIn } from '../../columnar/narrow-copy.ts';
import type { Chunk, Storage } from './memory-table.ts';
import { storedBatch } from './stored-batch.ts';

/**
 * What is left of a table when the partitions that are written replace those it has: the rows of
 * all other partitions. `partition`: the columns of the partition keys. New chunks lie in `storage`.
 */
export function otherPartitions(
  current: readonly Chunk[],
  written: readonly Chunk[],
  partition: readonly number[],
  storage: Storage,
  arena: Arena,
): readonly Chunk[] {
  const [first] = written;
  if (first === undefined) return current;
  using region = new Region(arena);
  const types = partition.map((column) => first.batch.columns[column]!.type);
  const groups = GroupTable.create(types, region);
  const keysOf = ({ batch }: Chunk, scratch: Region) =>
    partition.map((column) => readableIn(batch.columns[column]!, scratch));
  for (const chunk of written) {
    using scratch = region.child();
    const ids = allocInt32(scratch, chunk.batch.length);
    groups.assign(keysOf(chunk, scratch), chunk.batch.length, null, ids);
  }
  return current.flatMap((chunk) => {
    using scratch = region.child();
    const ids = allocInt32(scratch, chunk.batch.length);
    groups.find(keysOf(chunk, scratch), chunk.batch.length, null, ids);
    const kept = Int32Array.from(ids.keys()).filter((row) => ids[row] === -1);
    if (kept.length === chunk.batch.length) return [chunk];
    if (kept.length === 0) return [];
    const rows = takeBatch(chunk.batch, kept, scratch);
    return [{ batch: storedBatch([rows], storage.region, scratch), storage }];
  });
}
