import { parentPort, workerData } from 'node:worker_threads';
import { Arena, type ArenaHandle } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';

/** What a worker of the arena tests is started with. */
export interface ArenaWork {
  readonly handle: ArenaHandle;
  readonly owner: number;
  /** Rounds of taking and freeing memory; 0: until the thread is killed. */
  readonly rounds: number;
}

const { handle, owner, rounds } = workerData as ArenaWork;
const arena = Arena.attach(handle);
parentPort?.postMessage('started');

/** Writes a mark into its pieces and finds it again: nobody else has them. */
function round(region: Region, seed: number): void {
  const pieces: number[] = [];
  for (let i = 0; i < 20; i++) {
    const bytes = ((seed * 31 + i * 7919) % 300_000) + 4;
    const address = region.alloc(bytes);
    region.bytes(address, bytes).fill(owner & 255);
    pieces.push(address);
  }
  for (const [i, address] of pieces.entries()) {
    const bytes = ((seed * 31 + i * 7919) % 300_000) + 4;
    const view = region.bytes(address, bytes);
    if (view[0] !== (owner & 255) || view[bytes - 1] !== (owner & 255)) {
      parentPort?.postMessage('overwritten');
    }
    region.free(address);
  }
}

for (let i = 0; rounds === 0 || i < rounds; i++) {
  // A region of its own in every other round, so that owners are freed while others allocate.
  if (i % 2 === 0) round(new Region(arena, owner), i);
  else {
    using region = new Region(arena);
    round(region, i);
  }
  if (i % 8 === 7) arena.freeOwner(owner);
}
parentPort?.postMessage('done');
