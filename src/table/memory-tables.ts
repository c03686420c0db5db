import type { Arena } from '../columnar/arena/arena.ts';
import { MemoryTable } from '../connectors/memory/memory-table.ts';
import type { Schema } from '../types/schema.ts';

/** Makes the tables in memory of an environment, and finds those that still live. */
export class MemoryTables {
  readonly #arena: () => Arena;
  readonly #live = new Set<WeakRef<MemoryTable>>();
  readonly #collected = new FinalizationRegistry<WeakRef<MemoryTable>>((ref) => {
    this.#live.delete(ref);
  });

  /** `arena` makes the environment's memory when it is first needed. */
  constructor(arena: () => Arena) {
    this.#arena = arena;
  }

  /** An empty table. */
  create(schema: Schema): MemoryTable {
    const table = new MemoryTable(schema, this.#arena);
    const ref = new WeakRef(table);
    this.#live.add(ref);
    this.#collected.register(table, ref);
    return table;
  }

  /** Those that live, in the order in which they were made. */
  live(): readonly MemoryTable[] {
    return [...this.#live].flatMap((ref) => ref.deref() ?? []);
  }
}
