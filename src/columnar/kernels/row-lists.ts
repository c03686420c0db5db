import type { KernelLibrary } from './library.ts';

/** Rows between two calls of `check`. */
const LOOK_ROWS = 2 ** 18;

/**
 * Lists the rows of each id, ascending: from `starts[id]` to `starts[id + 1]` in `rows`. All are
 * addresses: of `count` ids below `idCount` (-1: in no list), of `idCount + 1` starts, and of room
 * for the rows. `check` is called now and then, and may throw.
 */
export function listRowsById(
  kernels: KernelLibrary,
  ids: number,
  count: number,
  idCount: number,
  starts: Int32Array,
  rows: number,
  check: () => void = () => {},
): void {
  starts.fill(0);
  const pieces = (act: (piece: number, rows: number, first: number) => void) => {
    for (let first = 0; first < count; first += LOOK_ROWS) {
      check();
      act(ids + 4 * first, Math.min(LOOK_ROWS, count - first), first);
    }
  };
  pieces((piece, length) => kernels.countRows(piece, length, starts.byteOffset));
  kernels.startLists(starts.byteOffset, 0, idCount, 0);
  pieces((piece, length, first) => {
    kernels.listRows(piece, length, first, starts.byteOffset, rows);
  });
}
