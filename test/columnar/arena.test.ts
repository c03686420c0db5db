import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena, PAGE_BYTES } from '../../src/columnar/arena/arena.ts';
import { ALIGNMENT, Region } from '../../src/columnar/arena/region.ts';
import { ResourceError } from '../../src/common/errors.ts';
import type { ArenaWork } from './arena-worker.ts';

const MIB = 1024 ** 2;

function startWorker(work: ArenaWork): Worker {
  return new Worker(new URL('./arena-worker.ts', import.meta.url), { workerData: work });
}

/** The messages of a worker up to its end, or up to `until`. */
function messagesOf(worker: Worker, until?: string): Promise<string[]> {
  const seen: string[] = [];
  return new Promise((resolve, reject) => {
    worker.on('message', (message: string) => {
      seen.push(message);
      if (message === until) resolve(seen);
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve(seen));
  });
}

describe('Arena', () => {
  test('pages belong to their owner until they are freed', () => {
    const arena = Arena.create(8 * MIB);
    const before = arena.usedBytes;
    const [a, b] = [arena.newOwner(), arena.newOwner()];
    const first = arena.allocatePages(3, a);
    const second = arena.allocatePages(2, b);
    expect(second).toBeGreaterThanOrEqual(first + 3 * PAGE_BYTES);
    expect(arena.bytesOf(a)).toBe(3 * PAGE_BYTES);
    expect(arena.usedBytes).toBe(before + 5 * PAGE_BYTES);
    arena.freePages(first, 3, a);
    expect(arena.allocatePages(2, b)).toBe(first);
    expect(() => arena.freePages(first, 1, a)).toThrow('freed by their owner');
    arena.freeOwner(b);
    expect(arena.usedBytes).toBe(before);
  });

  test('a full arena ends with MEMORY_LIMIT and goes on when memory is freed', () => {
    const arena = Arena.create(8 * MIB);
    const [a, b] = [arena.newOwner(), arena.newOwner()];
    const taken: number[] = [];
    const fill = () => {
      for (;;) taken.push(arena.allocatePages(taken.length % 2 === 0 ? 1 : 7, a));
    };
    expect(fill).toThrow(ResourceError);
    expect(() => arena.allocatePages(9, b)).toThrow(
      expect.objectContaining({ code: 'MEMORY_LIMIT', limit: arena.limitBytes }),
    );
    expect(() => arena.allocatePages(9, b)).toThrow(/'table.exec.memory.limit' is 8 MiB/);
    // Every second piece leaves holes of seven pages, but none of eight.
    for (let i = 1; i < taken.length; i += 2) arena.freePages(taken[i]!, 7, a);
    expect(() => arena.allocatePages(8, b)).toThrow(ResourceError);
    expect(arena.allocatePages(7, b)).toBe(taken[1]);
    arena.freeOwner(a);
    expect(arena.allocatePages(60, b)).toBeGreaterThan(0);
  });

  test('threads attach to one page table', () => {
    const arena = Arena.create(8 * MIB);
    const other = Arena.attach(structuredClone(arena.handle));
    const owner = arena.newOwner();
    const address = arena.allocatePages(2, owner);
    expect(other.newOwner()).toBe(owner + 1);
    expect(other.bytesOf(owner)).toBe(2 * PAGE_BYTES);
    new Uint8Array(arena.buffer, address, 1)[0] = 42;
    expect(new Uint8Array(other.buffer, address, 1)[0]).toBe(42);
    other.freeOwner(owner);
    expect(arena.bytesOf(owner)).toBe(0);
  });

  test('two threads never get the same memory', async () => {
    const arena = Arena.create(64 * MIB);
    const before = arena.usedBytes;
    const owners = [arena.newOwner(), arena.newOwner()];
    const workers = owners.map((owner) =>
      startWorker({ handle: arena.handle, owner, rounds: 200 }),
    );
    const messages = await Promise.all(workers.map((worker) => messagesOf(worker)));
    expect(messages).toEqual([
      ['started', 'done'],
      ['started', 'done'],
    ]);
    expect(arena.usedBytes).toBe(before);
  });

  test('a worker killed while it allocates leaves a usable arena', async () => {
    const arena = Arena.create(64 * MIB);
    const before = arena.usedBytes;
    for (let i = 0; i < 6; i++) {
      const first = arena.newOwner();
      const worker = startWorker({ handle: arena.handle, owner: first, rounds: 0 });
      await messagesOf(worker, 'started');
      // This thread allocates too, while the worker does and while it dies.
      const own = new Region(arena);
      const end = performance.now() + 5 * (i + 1);
      while (performance.now() < end) own.free(own.alloc(100_000 + i));
      const stopped = worker.terminate();
      own.alloc(200_000);
      await stopped;
      own.dispose();
      const last = arena.newOwner();
      for (let owner = first; owner <= last; owner++) arena.freeOwner(owner);
      expect(arena.usedBytes).toBe(before);
    }
    expect(arena.allocatePages(900, arena.newOwner())).toBeGreaterThan(0);
  });
});

describe('Region', () => {
  test('pieces are aligned, apart from each other and keep their contents', () => {
    const arena = Arena.create(64 * MIB);
    const step = fc.record({ bytes: fc.nat(200_000), free: fc.nat(9), grow: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const before = arena.usedBytes;
        using region = new Region(arena);
        const live: { address: number; bytes: number; mark: number }[] = [];
        const check = ({ address, bytes, mark }: (typeof live)[number]) => {
          const view = region.bytes(address, bytes);
          return bytes === 0 || (view[0] === mark && view[bytes - 1] === mark);
        };
        for (const [i, { bytes, free, grow }] of steps.entries()) {
          const piece = live[free];
          if (piece !== undefined && grow) {
            const more = piece.bytes + bytes;
            piece.address = region.grow(piece.address, piece.bytes, more);
            expect(check(piece)).toBe(true);
            region.bytes(piece.address, more).fill(piece.mark);
            piece.bytes = more;
          } else if (piece !== undefined) {
            expect(check(piece)).toBe(true);
            region.free(piece.address);
            live.splice(free, 1);
          }
          const address = region.alloc(bytes);
          expect(address % ALIGNMENT).toBe(0);
          expect(region.capacityOf(address)).toBeGreaterThanOrEqual(bytes);
          region.bytes(address, region.capacityOf(address)).fill(i & 255);
          live.push({ address, bytes, mark: i & 255 });
          expect(live.every(check)).toBe(true);
        }
        region.dispose();
        expect(arena.usedBytes).toBe(before);
      }),
      { numRuns: 60 },
    );
  });

  test('freed pieces are used again', () => {
    const arena = Arena.create(64 * MIB);
    using region = new Region(arena);
    const run = () => {
      const sizes = [10, 1000, 40_000, 100_000, 5 * MIB, 300, 10];
      for (const address of sizes.map((bytes) => region.alloc(bytes))) region.free(address);
    };
    run();
    const used = arena.usedBytes;
    for (let i = 0; i < 50; i++) run();
    expect(arena.usedBytes).toBe(used);
    region.alloc(10);
    region.recycle();
    run();
    expect(arena.usedBytes).toBe(used);
  });

  test('only live pieces are freed, and a disposed region hands out none', () => {
    const region = new Region(Arena.create(0));
    const address = region.alloc(10);
    region.free(address);
    expect(() => region.free(address)).toThrow('live');
    expect(() => region.capacityOf(address)).toThrow('live');
    region.dispose();
    region.dispose();
    expect(() => region.alloc(1)).toThrow('disposed');
  });

  test('pieces of threads with one owner are freed together', () => {
    const arena = Arena.create(8 * MIB);
    const before = arena.usedBytes;
    const region = new Region(arena);
    const elsewhere = new Region(Arena.attach(arena.handle), region.owner);
    region.alloc(100_000);
    elsewhere.alloc(100_000);
    region.dispose();
    expect(arena.usedBytes).toBe(before);
  });
});
