import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import { isValid } from '../../columnar/bitmap.ts';
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
    let pairs = this.#start();
    for (let row = 0; row < batch.length; row++) {
      const isPresent = list !== null && isValid(column.validity, row);
      const entry = codes === null ? row : codes[row]!;
      const from = isPresent ? list.offsets[entry]! : 0;
      const to = isPresent ? list.offsets[entry + 1]! : 0;
      let position = 0;
      for (let element = from; element < to; element++) {
        const times = timesOf(list!, element);
        for (let i = 0; i < times; i++) {
          add(pairs, row, element, ++position);
          if (pairs.count < this.#ctx.batchRows) continue;
          yield this.#finish(batch, list, pairs);
          pairs = this.#start();
        }
      }
      if (position > 0 || !this.#node.outer) continue;
      add(pairs, row, -1, 0);
      if (pairs.count < this.#ctx.batchRows) continue;
      yield this.#finish(batch, list, pairs);
      pairs = this.#start();
    }
    if (pairs.count > 0) yield this.#finish(batch, list, pairs);
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
    const isShared = lists.layout === 'list' && lists.nullCount === 0;
    return isShared
      ? new DictionaryColumn(lists.type, rows.length, rows, lists, null, 0)
      : take(lists, rows, this.#region);
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

function add(pairs: Pairs, row: number, element: number, position: number): void {
  pairs.rows[pairs.count] = row;
  pairs.elements[pairs.count] = element;
  pairs.positions[pairs.count] = position;
  pairs.count++;
}

/** How often an element stands in a MULTISET; elsewhere once. */
function timesOf(list: ListColumn, element: number): number {
  if (list.type.kind !== 'MULTISET') return 1;
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
