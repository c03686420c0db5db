import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import { MORSEL_ROWS } from '../batch.ts';
import type { Column, ValueRange } from '../column.ts';
import { sliceColumn } from '../take.ts';
import { bloomOf } from './bloom.ts';
import { DenseKeys, keyBoundsOf } from './dense-keys.ts';
import {
  allocLists,
  type DenseLists,
  type DensePlan,
  type ListedPart,
  listPart,
  partsOf,
  planDense,
} from './dense-lists.ts';
import type { HashedIndex } from './hashed-keys.ts';
import { JoinedNumbers, NUMBER_TYPE, planNumbers } from './joined-numbers.ts';
import { integerWidth } from './key-parts.ts';
import { KeyTable } from './key-table.ts';
import { kernelsFor } from './library.ts';
import { type PlainValues, plainValues } from './plain-values.ts';
import { listRowsById } from './row-lists.ts';
import { Scratch } from './scratch.ts';

/** How the id of a row's key is found: by one dense key, or by all keys in a hash table. */
type KeyIndex =
  | ({ readonly kind: 'hash' } & HashedIndex)
  | {
      readonly kind: 'dense';
      readonly keys: DenseLists['keys'];
      readonly lead: number;
      /** The other keys, which pairs are compared by. */
      readonly rest: readonly RestKey[];
    };

/** Where the values of a key lie that pairs are compared by. */
interface RestKey extends PlainValues {
  readonly key: number;
  readonly width: number;
}

/** The ids of the build side's keys and the rows of each, as plain data. */
export interface JoinIndex {
  readonly index: KeyIndex;
  /** Where the list of an id begins; 0: each id has one row. */
  readonly starts: number;
  /** The rows of all lists; 0: ids are row numbers. */
  readonly lists: number;
}

/** So many pairs a row are compared by the other keys, before all keys are rather hashed. */
const PAIRS_PER_ROW = 16;

/** What the values of the keys of rows say about the index that is made of them. */
export interface KeyPlan {
  /** The dense key; null when there is none. */
  readonly dense: DensePlan | null;
  /** Where the values of each key lie; null: they are no integers, or all are NULL. */
  readonly ranges: readonly (ValueRange | null)[];
}

/**
 * Looks at the keys of rows, which lie in several pieces each. An index by which NULL finds NULL is
 * not dense. Errors: ResourceError MEMORY_LIMIT.
 */
export function planKeys(
  keyTypes: readonly DataType[],
  keyColumns: readonly (readonly Column[])[],
  region: Region,
  nullsMatch: boolean,
): KeyPlan {
  const widths = keyTypes.map(integerWidth);
  const bounds = widths.map((width, i) =>
    width === null ? null : keyBoundsOf(keyColumns[i]!, width, region),
  );
  const ranges = bounds.map((known) => {
    if (known === null || known.valid === 0) return null;
    return { least: known.least, greatest: known.greatest };
  });
  return { dense: nullsMatch ? null : planDense(widths, bounds), ranges };
}

/** The index of rows that lie in the order of their keys, which leave no number out. */
export function filledIndex({ lead, width, least, numbers }: DensePlan, region: Region): JoinIndex {
  const keys = DenseKeys.filled(least, numbers, width, region).describe();
  return { index: { kind: 'dense', keys, lead, rest: [] }, starts: 0, lists: 0 };
}

/**
 * The index of lists whose parts are all filled, in memory of `region`; null when rows that have
 * the leading key in common differ too often in the other keys: the lists are freed then.
 */
export function finishLists(
  { lead, keys, starts, lists }: DenseLists,
  parts: readonly ListedPart[],
  keyTypes: readonly DataType[],
  keyColumns: readonly Column[],
  region: Region,
): JoinIndex | null {
  const rows = keyColumns[lead]!.length;
  const squares = parts.reduce((sum, part) => sum + part.squares, 0);
  if (keyTypes.length > 1 && squares > PAIRS_PER_ROW * rows) {
    for (const address of [keys.header, starts, lists]) if (address !== 0) region.free(address);
    return null;
  }
  const kernels = kernelsFor(region.arena);
  const rest = keyTypes.flatMap((type, key) => {
    const width = integerWidth(type);
    if (key === lead || width === null) return [];
    return [{ key, width, ...plainValues(keyColumns[key]!, width, new Scratch(region), kernels) }];
  });
  const index: KeyIndex = { kind: 'dense', keys, lead, rest };
  return { index, starts: parts.every((part) => part.unique) ? 0 : starts, lists };
}

/** Builds the index of all rows at once, in memory of `region`. Errors: see `JoinTable.build`. */
export function buildIndex(
  keyTypes: readonly DataType[],
  keyColumns: readonly Column[],
  rows: number,
  region: Region,
  nullsMatch: boolean,
): JoinIndex & Pick<KeyPlan, 'ranges'> {
  const pieces = keyColumns.map((column) => [column]);
  const { dense, ranges } = planKeys(keyTypes, pieces, region, nullsMatch);
  const listed = dense === null ? null : listedIndex(dense, keyTypes, keyColumns, rows, region);
  return { ...(listed ?? hashIndex(keyTypes, pieces, rows, region, nullsMatch)), ranges };
}

/** The index by lists of all rows; null as of `finishLists`. */
function listedIndex(
  plan: DensePlan,
  keyTypes: readonly DataType[],
  keyColumns: readonly Column[],
  rows: number,
  region: Region,
): JoinIndex | null {
  const planned = allocLists(plan, rows, region);
  const parts = partsOf(planned, 1);
  const listed = parts === 0 ? [] : [listPart(planned, [keyColumns[planned.lead]!], 0, 1, region)];
  return finishLists(planned, listed, keyTypes, keyColumns, region);
}

/** The index by a hash table of whole keys, which lie in several pieces a key. */
export function hashIndex(
  keyTypes: readonly DataType[],
  keyColumns: readonly (readonly Column[])[],
  rows: number,
  region: Region,
  nullsMatch: boolean,
): JoinIndex {
  const kernels = kernelsFor(region.arena);
  const numbers = nullsMatch ? null : planNumbers(keyTypes, keyColumns, region);
  const types = numbers === null ? keyTypes : [NUMBER_TYPE];
  const keys = KeyTable.create(types, region, nullsMatch);
  using scratch = region.child();
  const joined = numbers === null ? null : new JoinedNumbers(numbers, true, scratch);
  const ids = region.int32(region.alloc(rows * 4), rows);
  let done = 0;
  for (const [i, { length }] of keyColumns[0]!.entries()) {
    // In parts: packed keys of all rows at once would take as much memory as the rows.
    for (let from = 0; from < length; from += MORSEL_ROWS) {
      region.look();
      const to = Math.min(length, from + MORSEL_ROWS);
      const part = keyColumns.map((pieces) => sliceColumn(pieces[i]!, from, to, region));
      const single = joined === null ? part : [joined.of(part, to - from, null)];
      keys.assign(single, to - from, null, ids.subarray(done, done + to - from));
      done += to - from;
    }
  }
  const width = types.length === 1 && !nullsMatch ? integerWidth(types[0]!) : null;
  const bloom = width === null ? null : { ...bloomOf(keys.integers, keys.count, region), width };
  const index: KeyIndex = { kind: 'hash', table: keys.describe(), numbers, bloom };
  // When every row has a key of its own, ids are row numbers and no lists are needed.
  if (keys.count === rows) return { index, starts: 0, lists: 0 };
  const starts = region.alloc((keys.count + 1) * 4);
  const lists = region.alloc(rows * 4);
  const ends = region.int32(starts, keys.count + 1);
  listRowsById(kernels, ids.byteOffset, rows, keys.count, ends, lists, region.look);
  region.free(ids.byteOffset);
  return { index, starts, lists };
}
