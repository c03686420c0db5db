import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import { isValid } from '../../columnar/bitmap.ts';
import { ValidityBuilder } from '../../columnar/builders/builder.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { type Column, DictionaryColumn, type ListColumn } from '../../columnar/column.ts';
import { take } from '../../columnar/take.ts';
import { assert } from '../../common/assert.ts';
import type { Unnest } from '../../planner/physical/nodes.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Operator, TaskContext } from '../operator.ts';

/** Rows under construction: which row of the input, which element (-1: none), its position. */
interface Pairs {
  readonly rows: Int32Array;
  readonly elements: Int32Array;
  readonly positions: Int32Array;
  count: number;
}

/** One row for each element of an array column: the columns of the input, then the element's. */
export class UnnestOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: Unnest;
  readonly #ctx: TaskContext;
  /** The memory of the last batch. */
  readonly #region: Region;

  constructor(node: Unnest, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#region = ctx.region.child();
  }

  *process(batch: Batch): Iterable<Batch> {
    const column = batch.columns[this.#node.column]!;
    const codes = column.layout === 'dictionary' ? column.codes : null;
    const lists = column.layout === 'dictionary' ? column.dictionary : column;
    const list = lists.layout === 'list' ? lists : null;
    assert(list !== null || lists.layout === 'null', 'arrays are lists');
    const cursor: Cursor = { row: 0, element: 0, position: 0, repeated: 0 };
    while (cursor.row < batch.length) {
      const pairs = this.#start();
      fill(pairs, cursor, { column, list, codes, rows: batch.length, outer: this.#node.outer });
      if (pairs.count > 0) yield this.#finish(batch, list, pairs);
    }
  }

  close(): void {
    this.#region.dispose();
  }

  #start(): Pairs {
    this.#ctx.checkCancelled();
    this.#region.recycle();
    const indices = () => allocInt32(this.#region, this.#ctx.batchRows);
    return { rows: indices(), elements: indices(), positions: indices(), count: 0 };
  }

  /** The array beside its elements: the rows share it, as a copy for each would be the square. */
  #repeated(lists: Column, rows: Int32Array): Column {
    if (lists.layout !== 'list') return take(lists, rows, this.#region);
    const { type, validity, nullCount } = lists;
    const { length } = rows;
    if (nullCount === 0) return new DictionaryColumn(type, length, rows, lists, null, 0);
    const valid = new ValidityBuilder(this.#region);
    for (let i = 0; i < length; i++) {
      if (isValid(validity, rows[i]!)) valid.appendValid(i);
      else valid.appendNull(i);
    }
    return new DictionaryColumn(type, length, rows, lists, valid.finish(length), valid.nullCount);
  }

  #finish(batch: Batch, list: ListColumn | null, pairs: Pairs): Batch {
    const { schema, ordinality } = this.#node;
    const { count } = pairs;
    const rows = pairs.rows.subarray(0, count);
    const elements = pairs.elements.subarray(0, count);
    const inputs = batch.columns.map((input, i) =>
      i === this.#node.column ? this.#repeated(input, rows) : take(input, rows, this.#region),
    );
    const made = schema.fields.slice(inputs.length);
    const columns = made.map(({ type }, i) => {
      if (ordinality && i === made.length - 1) {
        const positions = Array.from(pairs.positions.subarray(0, count), (at) => at || null);
        return built(type, positions, this.#region);
      }
      return list === null
        ? built(type, new Array<null>(count).fill(null), this.#region)
        : elementColumn(list, i, elements, this.#region);
    });
    return batchOf(schema, [...inputs, ...columns], count);
  }
}

function built(type: DataType, values: readonly unknown[], region: Region): Column {
  const builder = builderFor(type, region, values.length);
  for (const value of values) builder.append(value);
  return builder.finish();
}

/** The lists of a batch. */
interface Lists {
  readonly column: Column;
  /** The lists themselves; null if all are NULL. */
  readonly list: ListColumn | null;
  /** Which list each row has; null: its own. */
  readonly codes: Int32Array | null;
  readonly rows: number;
  /** Whether rows without elements come out too. */
  readonly outer: boolean;
}

/** Where the next row comes from: an element, counted from the first of its list. */
interface Cursor {
  row: number;
  element: number;
  position: number;
  /** How often the element came already, of the times that it stands in a MULTISET. */
  repeated: number;
}

/** Fills the pairs from the cursor on, until they are full or the batch ends. */
function fill(pairs: Pairs, cursor: Cursor, { column, list, codes, rows, outer }: Lists): void {
  const capacity = pairs.rows.length;
  const counted = list !== null && list.type.kind === 'MULTISET';
  while (cursor.row < rows && pairs.count < capacity) {
    const { row } = cursor;
    const isPresent = list !== null && isValid(column.validity, row);
    const entry = codes === null ? row : codes[row]!;
    const from = isPresent ? list.offsets[entry]! : 0;
    const to = isPresent ? list.offsets[entry + 1]! : 0;
    if (counted) addCounted(pairs, cursor, list, from, to);
    else addElements(pairs, cursor, from, to);
    if (from + cursor.element < to) return;
    if (outer && cursor.position === 0) {
      if (pairs.count === capacity) return;
      pairs.rows[pairs.count] = row;
      pairs.elements[pairs.count] = -1;
      pairs.positions[pairs.count++] = 0;
    }
    cursor.row++;
    cursor.element = 0;
    cursor.position = 0;
  }
}

/** Adds the elements of a list, as far as there is room. */
function addElements(pairs: Pairs, cursor: Cursor, from: number, to: number): void {
  const { rows, elements, positions } = pairs;
  const { row, element } = cursor;
  const first = pairs.count;
  const added = Math.min(to - from - element, rows.length - first);
  for (let i = 0; i < added; i++) {
    rows[first + i] = row;
    elements[first + i] = from + element + i;
    positions[first + i] = element + i + 1;
  }
  pairs.count = first + added;
  cursor.element = element + added;
  cursor.position = cursor.element;
}

/** Adds the elements of a MULTISET, each as often as it stands there, as far as there is room. */
function addCounted(
  pairs: Pairs,
  cursor: Cursor,
  list: ListColumn,
  from: number,
  to: number,
): void {
  for (; from + cursor.element < to; cursor.element++) {
    const element = from + cursor.element;
    const times = timesOf(list, element);
    for (; cursor.repeated < times; cursor.repeated++) {
      if (pairs.count === pairs.rows.length) return;
      pairs.rows[pairs.count] = cursor.row;
      pairs.elements[pairs.count] = element;
      pairs.positions[pairs.count++] = ++cursor.position;
    }
    cursor.repeated = 0;
  }
}

/** How often an element stands in a MULTISET. */
function timesOf(list: ListColumn, element: number): number {
  assert(list.child.layout === 'struct', 'multisets are lists of elements with their counts');
  return Number(list.child.children[1]!.get(element));
}

/** Column `i` of the columns that the elements make. */
function elementColumn(list: ListColumn, i: number, elements: Int32Array, region: Region): Column {
  const { child, type } = list;
  const inner = type.kind === 'MULTISET' && child.layout === 'struct' ? child.children[0]! : child;
  if (inner.layout !== 'struct') return take(inner, elements, region);
  // The fields of a NULL row are NULL, whatever lies under it.
  const { validity } = inner;
  const present = elements.map((at) => (at >= 0 && isValid(validity, at) ? at : -1));
  return take(inner.children[i]!, present, region);
}
