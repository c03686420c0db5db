import type { Arena } from '../../columnar/arena/arena.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { isValid } from '../../columnar/bitmap.ts';
import { BinaryColumn, type Column } from '../../columnar/column.ts';
import { extremeRow } from '../../columnar/kernels/strings.ts';
import { assert } from '../../common/assert.ts';
import type { AggregateCall, Expr } from '../../expr/expr.ts';
import { isBinary, isCharacter } from '../../types/families.ts';
import type { Schema } from '../../types/schema.ts';
import type { TaskContext } from '../operator.ts';
import type { AggregateStates, BatchFilter } from './api.ts';
import { createFilter } from './filter.ts';
import { narrowedGroups } from './narrowed-groups.ts';
import { Scratch } from './scratch.ts';
import { StringPool } from './string-pool.ts';
import { Temporaries } from './temporaries.ts';

/** Whether a call is MIN or MAX of strings or byte strings. */
export function isStringExtreme({ definition, args }: AggregateCall): boolean {
  const [arg] = args;
  if (definition.compiled !== 'min' && definition.compiled !== 'max') return false;
  return arg !== undefined && (isCharacter(arg.type) || isBinary(arg.type));
}

/** MIN and MAX of strings: the best bytes of each group, compared as bytes. */
export class StringExtremes implements AggregateStates {
  readonly #calls: readonly StringExtreme[];

  /** Every call must be one that `isStringExtreme`. */
  constructor(calls: readonly AggregateCall[], input: Schema, ctx: TaskContext) {
    this.#calls = calls.map((call) => new StringExtreme(call, input, ctx));
  }

  update(batch: Batch, groupIds: Int32Array | null, groups: number): void {
    for (const call of this.#calls) call.update(batch, groupIds, groups);
  }

  merge(stateColumns: readonly Column[], groupIds: Int32Array | null, groups: number): void {
    for (const [i, call] of this.#calls.entries()) {
      call.merge(stateColumns[i]!, groupIds, groups);
    }
  }

  stateColumns(groups: number): Column[] {
    return this.results(groups);
  }

  results(groups: number): Column[] {
    return this.#calls.map((call) => call.result(groups));
  }

  reset(): void {
    for (const call of this.#calls) call.reset();
  }

  close(): void {
    for (const call of this.#calls) call.close();
  }
}

class StringExtreme {
  readonly #arg: Expr;
  /** The order of a value to the best one that makes it the best: -1 or 1. */
  readonly #wanted: -1 | 1;
  readonly #filter: BatchFilter | null;
  readonly #scratch: Scratch;
  readonly #temporaries: Temporaries;
  readonly #pool: StringPool;
  readonly #arena: Arena;

  constructor(call: AggregateCall, input: Schema, ctx: TaskContext) {
    this.#arg = call.args[0]!;
    this.#wanted = call.definition.compiled === 'min' ? -1 : 1;
    this.#filter = call.filter === null ? null : createFilter(call.filter, input, ctx);
    this.#scratch = new Scratch(ctx.region);
    this.#temporaries = new Temporaries(this.#scratch, ctx);
    this.#pool = new StringPool(ctx.region);
    this.#arena = ctx.region.arena;
  }

  update(batch: Batch, groupIds: Int32Array | null, groups: number): void {
    this.#pool.ensure(groups);
    this.#scratch.reset();
    const rows = this.#filter === null ? batch.selection : this.#filter.select(batch);
    const counting: Batch = { ...batch, selection: rows };
    const ids = this.#filter === null ? groupIds : narrowedGroups(batch, groupIds, rows);
    if (this.#arg.kind === 'InputRef') {
      this.#add(batch.columns[this.#arg.index]!, rows, rowCount(counting), ids);
      return;
    }
    const evaluated = this.#temporaries.evaluate(this.#arg, counting);
    if (!('kind' in evaluated)) this.#add(evaluated, null, evaluated.length, ids);
    else if (evaluated.kind === 'rows') this.#add(evaluated.column, rows, rowCount(counting), ids);
    else this.#addMapped(evaluated, rows, rowCount(counting), ids);
  }

  merge(column: Column, groupIds: Int32Array | null, groups: number): void {
    this.#pool.ensure(groups);
    this.#add(column, null, column.length, groupIds);
  }

  result(groups: number): Column {
    this.#pool.ensure(groups);
    this.#scratch.reset();
    return this.#pool.column(this.#arg.type, groups, this.#scratch);
  }

  reset(): void {
    this.#pool.reset();
  }

  close(): void {
    this.#filter?.close();
    this.#temporaries.close();
    this.#pool.close();
    this.#scratch.dispose();
  }

  /** Adds `count` rows of a column, through `rows` if given. */
  #add(column: Column, rows: Int32Array | null, count: number, ids: Int32Array | null): void {
    if (column.layout === 'null') return;
    const values = column.layout === 'dictionary' ? column.dictionary : column;
    assert(values instanceof BinaryColumn, 'a column of strings');
    const codes = column.layout === 'dictionary' ? column.codes : null;
    const validity = column.nullCount === 0 ? null : column.validity;
    if (ids === null && rows === null && codes === null && validity === null && count > 0) {
      this.#offer(values, extremeRow(values, this.#wanted === 1, this.#arena), 0);
      return;
    }
    for (let i = 0; i < count; i++) {
      const row = rows === null ? i : rows[i]!;
      if (!isValid(validity, row)) continue;
      this.#offer(values, codes === null ? row : codes[row]!, ids === null ? 0 : ids[i]!);
    }
  }

  /** Adds rows by the results for their dictionary entries; the last one is that for NULL. */
  #addMapped(
    {
      codes,
      table,
    }: { readonly codes: Column & { readonly layout: 'dictionary' }; readonly table: Column },
    rows: Int32Array | null,
    count: number,
    ids: Int32Array | null,
  ): void {
    assert(table instanceof BinaryColumn, 'a column of strings');
    const source = codes.nullCount === 0 ? null : codes.validity;
    const entries = table.nullCount === 0 ? null : table.validity;
    for (let i = 0; i < count; i++) {
      const row = rows === null ? i : rows[i]!;
      const entry = isValid(source, row) ? codes.codes[row]! : table.length - 1;
      if (isValid(entries, entry)) this.#offer(table, entry, ids === null ? 0 : ids[i]!);
    }
  }

  #offer(values: BinaryColumn, index: number, group: number): void {
    const from = values.offsets[index]!;
    const to = values.offsets[index + 1]!;
    const order = this.#pool.compare(values.bytes, from, to, group);
    if (order === null || order * this.#wanted > 0) this.#pool.set(group, values.bytes, from, to);
  }
}
