import type { KernelLibrary } from './library.ts';

/**
 * Lists the rows of each id, ascending: from `starts[id]` to `starts[id + 1]` in `rows`. All are
 * addresses: of `count` ids below `idCount` (-1: in no list), of `idCount + 1` starts, and of room
 * for the rows.
 */
export function listRowsById(
  kernels: KernelLibrary,
  ids: number,
  count: number,
  idCount: number,
  starts: Int32Array,
  rows: number,
): void {
  starts.fill(0);
  kernels.countRows(ids, count, starts.byteOffset);
  kernels.startLists(starts.byteOffset, 0, idCount, 0);
  kernels.listRows(ids, count, 0, starts.byteOffset, rows);
}
