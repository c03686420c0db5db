import type { Region } from '../../columnar/arena/region.ts';
import { bytesOfBatch } from '../../columnar/batches.ts';
import type { Column } from '../../columnar/column.ts';
import { concatColumns, ownDictionary } from '../../columnar/concat.ts';
import {
  type BatchDescriptor,
  type ColumnDescriptor,
  describeColumn,
  restoreBatch,
  restoreColumn,
} from '../../columnar/descriptor.ts';
import {
  allocLists,
  type DenseLists,
  type ListedPart,
  listPart,
  partsOf,
} from '../../columnar/kernels/dense-lists.ts';
import {
  filledIndex,
  finishLists,
  hashIndex,
  type JoinIndex,
  type KeyPlan,
  planKeys,
} from '../../columnar/kernels/join-index.ts';
import { allocMarks } from '../../columnar/kernels/join-table.ts';
import { keyOrder, type RangeKeys } from '../../columnar/kernels/key-order.ts';
import { take } from '../../columnar/take.ts';
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
  /** Puts columns in the order of the keys, of which each number of a range seems to be one. */
  | { readonly kind: 'ordered'; readonly keys: RangeKeys; readonly columns: readonly number[] }
  /** Makes the hash table of all keys. */
  | { readonly kind: 'hash' };

/** The unit that is done after all others when the lists turn out to be too long. */
const HASH_UNIT: BuildUnit = { kind: 'hash' };

/** A column of all rows. */
interface BuiltColumn {
  readonly kind: 'column';
  readonly column: number;
  readonly described: ColumnDescriptor;
}

/** What came of a unit. */
export type BuiltUnit =
  | BuiltColumn
  /** Null: a number is the key of two rows. */
  | { readonly kind: 'ordered'; readonly columns: readonly BuiltColumn[] | null }
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
 * `region`. Errors: ResourceError MEMORY_LIMIT; CancelledError.
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
    case 'ordered':
      return { kind: 'ordered', columns: orderColumns(unit, spec.keys![0]!, batches, region) };
    case 'hash': {
      const rows = batches.reduce((sum, { length }) => sum + length, 0);
      const pieces = spec.keys!.map((key) => piecesOf(batches, key, region));
      const types = keyTypesOf(spec);
      const index = hashIndex(types, pieces, rows, region, spec.nullsMatch);
      return { kind: 'hash', index };
    }
  }
}

/** Rows that a unit counts as its input: every unit reads rows of its own column, but once. */
export function rowsReadBy(unit: BuildUnit, batches: readonly BatchDescriptor[]): number {
  const readsFirst =
    unit.kind === 'column'
      ? unit.column === 0
      : unit.kind === 'ordered' && unit.columns.includes(0);
  return readsFirst ? batches.reduce((sum, { length }) => sum + length, 0) : 0;
}

function orderColumns(
  { keys, columns }: Extract<BuildUnit, { kind: 'ordered' }>,
  key: number,
  batches: readonly BatchDescriptor[],
  region: Region,
): readonly BuiltColumn[] | null {
  using memory = region.child();
  const order = keyOrder(piecesOf(batches, key, memory), keys, memory);
  if (order === null) return null;
  return columns.map((column) => {
    using whole = memory.child();
    const unordered = concatColumns(piecesOf(batches, column, whole), whole);
    const ordered = ownDictionary(take(unordered, order, region, false), region);
    return { kind: 'column', column, described: describeColumn(ordered) };
  });
}

/** The table of a join as several tasks make it: the calling thread's view. */
export class TableBuild {
  readonly #spec: TableSpec;
  readonly #batches: readonly BatchDescriptor[];
  readonly #parts: number;
  readonly #rows: number;
  readonly #region: Region;
  readonly #plan: KeyPlan;
  #lists: DenseLists | null = null;
  /** The units to begin with. */
  readonly units: readonly BuildUnit[];

  /** Memory that the tasks share is taken from `region`. Errors: ResourceError MEMORY_LIMIT. */
  constructor(spec: TableSpec, batches: readonly BatchDescriptor[], parts: number, region: Region) {
    this.#spec = spec;
    this.#batches = batches;
    this.#parts = parts;
    this.#rows = batches.reduce((sum, { length }) => sum + length, 0);
    this.#region = region;
    const { keys, nullsMatch } = spec;
    const pieces = keys?.map((key) => piecesOf(batches, key, region)) ?? [];
    this.#plan = planKeys(keyTypesOf(spec), pieces, region, nullsMatch);
    this.units = this.#orderedUnits() ?? this.#listUnits();
  }

  /** The table of what was built; null when there is more to do. */
  finish(built: readonly BuiltUnit[]): SharedTable | null {
    const { schema, keys, marks } = this.#spec;
    const columns = built.flatMap((unit) => {
      if (unit.kind === 'column') return [unit];
      return unit.kind === 'ordered' ? (unit.columns ?? []) : [];
    });
    if (columns.length < schema.fields.length) return null;
    const described = schema.fields.map((_, column) => {
      const found = columns.find((one) => one.column === column);
      assert(found !== undefined, 'every column is built');
      return found.described;
    });
    const length = this.#rows;
    const rows = { schema, length, columns: described, rowKinds: 0, selection: null };
    if (keys === null) {
      return { rows, index: null, marks: marks ? allocMarks(length, this.#region) : 0 };
    }
    const index = this.#index(built, described);
    if (index === null) return null;
    const { ranges } = this.#plan;
    const joined = { ...index, ranges, rows: length, marks: allocMarks(length, this.#region) };
    return { rows, index: joined, marks: 0 };
  }

  /** What is to be done after units that make no table: their results are worth nothing else. */
  rest(built: readonly BuiltUnit[]): readonly BuildUnit[] {
    return built.some(({ kind }) => kind === 'ordered') ? this.#listUnits() : [HASH_UNIT];
  }

  /**
   * The units of a table whose rows come in the order of their keys, so that whoever probes it finds
   * a row by its key alone; null when keys leave numbers out. Rows that nobody matched come out in
   * the order in which they came: those joins are left alone.
   */
  #orderedUnits(): readonly BuildUnit[] | null {
    const plan = this.#plan.dense;
    const { keys, marks, schema } = this.#spec;
    if (plan === null || !plan.full || plan.ascending || marks || keys?.length !== 1) return null;
    const isCopiedTwice = ({ columns }: BatchDescriptor): boolean =>
      columns.some(({ layout }) => !ORDERED_LAYOUTS.has(layout));
    if (this.#batches.some(isCopiedTwice)) return null;
    const units = Math.min(this.#parts, schema.fields.length);
    return Array.from({ length: units }, (_, unit) => ({
      kind: 'ordered',
      keys: plan,
      columns: schema.fields.flatMap((_, column) => (column % units === unit ? [column] : [])),
    }));
  }

  #listUnits(): readonly BuildUnit[] {
    const plan = this.#plan.dense;
    this.#lists = plan === null ? null : allocLists(plan, this.#rows, this.#region);
    const lists = this.#lists;
    const index: BuildUnit[] = [];
    if (lists !== null) {
      const parts = partsOf(lists, this.#parts);
      for (let part = 0; part < parts; part++) index.push({ kind: 'part', lists, part, parts });
    } else if (this.#spec.keys !== null) index.push(HASH_UNIT);
    const { fields } = this.#spec.schema;
    const columns = fields.map((_, column): BuildUnit => ({ kind: 'column', column }));
    // The index is more work than a column: whoever comes last should not be left with it.
    return [...index, ...columns];
  }

  #index(built: readonly BuiltUnit[], columns: readonly ColumnDescriptor[]): JoinIndex | null {
    const hashed = built.find((unit) => unit.kind === 'hash');
    if (hashed !== undefined) return hashed.index;
    if (this.#lists === null) {
      const plan = this.#plan.dense;
      assert(plan !== null, 'keys are hashed, listed or ordered');
      return filledIndex(plan, this.#region);
    }
    const listed = built.flatMap((unit) => (unit.kind === 'part' ? [unit.listed] : []));
    const { arena } = this.#region;
    const keyColumns = this.#spec.keys!.map((key) => restoreColumn(arena, columns[key]!));
    return finishLists(this.#lists, listed, keyTypesOf(this.#spec), keyColumns, this.#region);
  }
}

/** Layouts of columns that are put into another order without much more memory than one takes. */
const ORDERED_LAYOUTS: ReadonlySet<string> = new Set(['fixed', 'bool', 'dictionary', 'null']);

function piecesOf(
  batches: readonly BatchDescriptor[],
  column: number,
  { arena }: Region,
): readonly Column[] {
  return batches.map(({ columns }) => restoreColumn(arena, columns[column]!));
}
