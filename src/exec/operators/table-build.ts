import type { Region } from '../../columnar/arena/region.ts';
import { bytesOfBatch } from '../../columnar/batches.ts';
import type { Column } from '../../columnar/column.ts';
import { concatColumns } from '../../columnar/concat.ts';
import {
  type BatchDescriptor,
  type ColumnDescriptor,
  describeColumn,
  restoreBatch,
  restoreColumn,
} from '../../columnar/descriptor.ts';
import {
  type DenseLists,
  type ListedPart,
  listPart,
  partsOf,
} from '../../columnar/kernels/dense-lists.ts';
import {
  finishLists,
  hashIndex,
  type JoinIndex,
  planLists,
} from '../../columnar/kernels/join-index.ts';
import { allocMarks } from '../../columnar/kernels/join-table.ts';
import { assert } from '../../common/assert.ts';
import type { TaskContext } from '../operator.ts';
import type { SharedTable, Split } from '../pool/protocol.ts';
import { isSpilled } from '../spill/spill-file.ts';
import type { TableSpec } from '../task/stage.ts';
import { fitsTable, keyTypesOf } from './join-table.ts';

/** A piece of work on the table of a join that one task does alone. */
export type BuildUnit =
  /** Puts the pieces of a column one behind the other. */
  | { readonly kind: 'column'; readonly column: number }
  /** Lists the rows of some of the keys. */
  | {
      readonly kind: 'part';
      readonly lists: DenseLists;
      readonly part: number;
      readonly parts: number;
    }
  /** Makes the hash table of all keys. */
  | { readonly kind: 'hash' };

/** The unit that is done after all others when the lists turn out to be too long. */
export const HASH_UNIT: BuildUnit = { kind: 'hash' };

/** What came of a unit. */
export type BuiltUnit =
  | {
      readonly kind: 'column';
      readonly column: number;
      readonly described: ColumnDescriptor;
    }
  | { readonly kind: 'part'; readonly listed: ListedPart }
  | { readonly kind: 'hash'; readonly index: JoinIndex };

/** The rows of splits that memory holds. */
export function heldBatches(splits: readonly Split[]): readonly BatchDescriptor[] {
  const kept = splits.flatMap(({ rows }) => (rows.kind === 'held' ? rows.batches : []));
  return kept.filter((batch): batch is BatchDescriptor => !isSpilled(batch));
}

/**
 * Whether memory holds the table of rows that are held, beside those rows; without keys there is
 * no other way.
 */
export function fitsHeldTable(
  spec: TableSpec,
  batches: readonly BatchDescriptor[],
  { region, memory, metrics }: Pick<TaskContext, 'region' | 'memory' | 'metrics'>,
): boolean {
  if (spec.keys === null) return true;
  const kept = batches.map((batch) => restoreBatch(region.arena, batch));
  const bytes = kept.reduce((sum, batch) => sum + bytesOfBatch(batch), 0);
  const rows = kept.reduce((sum, { length }) => sum + length, 0);
  return fitsTable(spec, { bytes, held: bytes, rows }, memory.open('HashJoin', metrics));
}

/**
 * Does a unit of the work on a table, from rows that are held. What it makes lies in memory of
 * `region`. Errors: ResourceError MEMORY_LIMIT.
 */
export function buildUnit(
  unit: BuildUnit,
  spec: TableSpec,
  batches: readonly BatchDescriptor[],
  region: Region,
): BuiltUnit {
  switch (unit.kind) {
    case 'column': {
      const { column } = unit;
      const whole = concatColumns(piecesOf(batches, column, region), region);
      return { kind: 'column', column, described: describeColumn(whole) };
    }
    case 'part': {
      const { lists, part, parts } = unit;
      const pieces = piecesOf(batches, spec.keys![lists.lead]!, region);
      return { kind: 'part', listed: listPart(lists, pieces, part, parts, region) };
    }
    case 'hash': {
      const rows = batches.reduce((sum, { length }) => sum + length, 0);
      const pieces = spec.keys!.map((key) => piecesOf(batches, key, region));
      const types = keyTypesOf(spec);
      return { kind: 'hash', index: hashIndex(types, pieces, rows, region, spec.nullsMatch) };
    }
  }
}

/** The table of a join as several tasks make it: the calling thread's view. */
export class TableBuild {
  readonly #spec: TableSpec;
  readonly #rows: number;
  readonly #region: Region;
  readonly #lists: DenseLists | null;
  /** The units of all but the keys' hash table, unless that is known to be needed. */
  readonly units: readonly BuildUnit[];

  /** Memory that the tasks share is taken from `region`. Errors: ResourceError MEMORY_LIMIT. */
  constructor(spec: TableSpec, batches: readonly BatchDescriptor[], parts: number, region: Region) {
    this.#spec = spec;
    this.#rows = batches.reduce((sum, { length }) => sum + length, 0);
    this.#region = region;
    const { keys, nullsMatch, schema } = spec;
    const pieces = keys?.map((key) => piecesOf(batches, key, region)) ?? [];
    this.#lists =
      keys === null || nullsMatch ? null : planLists(keyTypesOf(spec), pieces, this.#rows, region);
    const lists = this.#lists;
    const index: BuildUnit[] = [];
    if (lists !== null) {
      const most = partsOf(lists, parts);
      for (let part = 0; part < most; part++) {
        index.push({ kind: 'part', lists, part, parts: most });
      }
    } else if (keys !== null) index.push(HASH_UNIT);
    const columns = schema.fields.map((_, column): BuildUnit => ({ kind: 'column', column }));
    // The index is more work than a column: whoever comes last should not be left with it.
    this.units = [...index, ...columns];
  }

  /**
   * The table of what was built; null when the keys have to be hashed after all: a unit that is
   * done then.
   */
  finish(built: readonly BuiltUnit[]): SharedTable | null {
    const { schema, keys, marks } = this.#spec;
    const described = schema.fields.map((_, column) => {
      const unit = built.find((u) => u.kind === 'column' && u.column === column);
      assert(unit?.kind === 'column', 'every column is built');
      return unit.described;
    });
    const length = this.#rows;
    const rows = { schema, length, columns: described, rowKinds: 0, selection: null };
    if (keys === null) {
      return { rows, index: null, marks: marks ? allocMarks(length, this.#region) : 0 };
    }
    const index = this.#index(built, described);
    if (index === null) return null;
    const joined = { ...index, rows: length, marks: allocMarks(length, this.#region) };
    return { rows, index: joined, marks: 0 };
  }

  #index(built: readonly BuiltUnit[], columns: readonly ColumnDescriptor[]): JoinIndex | null {
    const hashed = built.find((unit) => unit.kind === 'hash');
    if (hashed !== undefined) return hashed.index;
    assert(this.#lists !== null, 'keys are hashed or listed');
    const listed = built.flatMap((unit) => (unit.kind === 'part' ? [unit.listed] : []));
    const { arena } = this.#region;
    const keyColumns = this.#spec.keys!.map((key) => restoreColumn(arena, columns[key]!));
    return finishLists(this.#lists, listed, keyTypesOf(this.#spec), keyColumns, this.#region);
  }
}

function piecesOf(
  batches: readonly BatchDescriptor[],
  column: number,
  { arena }: Region,
): readonly Column[] {
  return batches.map(({ columns }) => restoreColumn(arena, columns[column]!));
}
