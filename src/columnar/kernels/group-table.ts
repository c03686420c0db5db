import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import type { Column } from '../column.ts';
import type { GroupLookup } from './group-lookup.ts';
import { KeyTable } from './key-table.ts';

/**
 * Numbers the groups of GROUP BY, DISTINCT and set operations: 0, 1, 2 … in the order of first
 * appearance. NULL is a group of its own, 0 and -0 are one, all NaNs are one.
 */
export class GroupTable {
  /** Null when there are no keys: all rows are one group. */
  readonly #keys: KeyTable | null;
  #any = false;

  private constructor(types: readonly DataType[], region: Region) {
    this.#keys = types.length === 0 ? null : KeyTable.create(types, region, true);
  }

  /**
   * An empty table for keys of these types in memory of `region`.
   * Errors: NotImplementedError for keys of type VARIANT; ResourceError MEMORY_LIMIT.
   */
  static create(keyTypes: readonly DataType[], region: Region): GroupTable {
    return new GroupTable(keyTypes, region);
  }

  /** How many groups there are. */
  get groups(): number {
    return this.#keys === null ? Number(this.#any) : this.#keys.count;
  }

  /**
   * Writes the group of each row that counts: `out[i]`, in the arena, belongs to the i-th row of
   * the selection, or to row i without one. `rows` is the length of the columns.
   * Errors: ResourceError MEMORY_LIMIT.
   */
  assign(
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    out: Int32Array,
  ): void {
    if (this.#keys !== null) this.#keys.assign(keyColumns, rows, selection, out);
    else {
      const count = selection?.length ?? rows;
      out.fill(0, 0, count);
      this.#any ||= count > 0;
    }
  }

  /** As `assign`, but rows of no known group get -1 and no group is added. */
  find(
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    out: Int32Array,
  ): void {
    if (this.#keys !== null) this.#keys.find(keyColumns, rows, selection, out);
    else out.fill(this.#any ? 0 : -1, 0, selection?.length ?? rows);
  }

  /**
   * Where emitted code finds the groups of rows with these keys; null when it cannot. Valid until
   * the next call for other rows.
   */
  lookup(keyColumns: readonly Column[]): GroupLookup | null {
    return this.#keys?.lookup(keyColumns) ?? null;
  }

  /**
   * The keys of the groups in their order, one column a key, in memory of the table or of
   * `region`: valid until the next `assign`. Errors: ResourceError MEMORY_LIMIT.
   */
  keyColumns(region: Region): Column[] {
    return this.#keys?.keyColumns(region) ?? [];
  }

  /** Gives the memory back to the region. */
  dispose(): void {
    this.#keys?.free();
  }
}
