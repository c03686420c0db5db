import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { sliceBatch } from '../../columnar/batches.ts';
import type { GroupTable } from '../../columnar/kernels/group-table.ts';
import type { InputRef } from '../../expr/expr.ts';
import { inputRef } from '../../expr/tree.ts';
import type { HashAggregate } from '../../planner/physical/nodes.ts';
import type { Schema } from '../../types/schema.ts';
import type { AggregateStates, BatchFilter } from '../compile/api.ts';
import { createFilter } from '../compile/filter.ts';
import { isMasked } from '../compile/row-mask.ts';
import type { TaskContext } from '../operator.ts';

/**
 * Where less than this share of the rows pass, it is faster to list them first, unless vectors test
 * them.
 */
const PASS_RATE_MIN = 1 / 5;
/** After so many batches the share is measured again. */
const BATCHES_MEASURED = 64;
/** Rows that make groups known before the rows behind them are tried; twice as many each time. */
const FIRST_ROWS = 512;
/** After so many rows of which less than half were found, no more are tried. */
const ROWS_JUDGED = 2 ** 17;

/** About how many rows were added, and the next ones to be added another way; null: none. */
export interface AddedRows {
  readonly added: number;
  readonly rest: Batch | null;
}

/**
 * Filters the rows of an aggregate and adds them to its groups in one loop, without a list of rows
 * and of group ids, as long as their groups are known.
 */
export class FoundRows {
  readonly #node: HashAggregate;
  readonly #filter: BatchFilter | null;
  readonly #keys: readonly InputRef[];
  readonly #scratch: Region;
  /** Whether vectors test the rows: then the one loop is faster whatever share of them passes. */
  readonly #isTested: boolean;
  #passRate: number;
  #batches = 0;
  #tried = 0;
  #found = 0;

  private constructor(node: HashAggregate, input: Schema, ctx: TaskContext) {
    const { condition } = node;
    this.#node = node;
    this.#filter = condition === undefined ? null : createFilter(condition, input, ctx);
    this.#isTested = condition === undefined || isMasked(condition);
    this.#passRate = this.#isTested ? 1 : 0;
    this.#keys = node.keys.map((key) => inputRef(key, input.fields[key]!.type));
    this.#scratch = ctx.region.child();
  }

  /** Null when there is no condition and no group to be found. */
  static plan(node: HashAggregate, input: Schema, ctx: TaskContext): FoundRows | null {
    const { condition, phase, keys, calls } = node;
    if (phase === 'final') return null;
    if (condition === undefined && (keys.length === 0 || calls.some((call) => call.distinct))) {
      return null;
    }
    return new FoundRows(node, input, ctx);
  }

  /** The rows of a batch that fulfil the condition. Borrowed until the next call. */
  select(batch: Batch): Batch {
    if (this.#filter === null) return batch;
    const selection = this.#filter.select(batch);
    return { ...batch, selection: selection.length === batch.length ? null : selection };
  }

  /**
   * Adds the rows of a batch, those of groups that are not known apart: these come in pieces, and
   * the groups of one piece are known when the next one is asked for.
   */
  *add(batch: Batch, grouping: () => Groups): Generator<AddedRows> {
    if (!this.#isWorthwhile(batch, grouping())) {
      const rest = this.select(batch);
      this.#passRate = rowCount(rest) / Math.max(1, rowCount(batch));
      yield { added: 0, rest };
      return;
    }
    this.#tried += batch.length;
    let piece = FIRST_ROWS;
    for (let at = 0; at < batch.length; piece *= 2) {
      this.#scratch.recycle();
      const rows = sliceBatch(batch, at, batch.length, this.#scratch);
      const done = this.#addFirst(rows, grouping());
      this.#found += done;
      const added = Math.max(Math.sign(done), Math.ceil(done * this.#passRate));
      at += done;
      if (at === batch.length) yield { added, rest: null };
      else {
        const end = Math.min(at + piece, batch.length);
        const rest = this.select(sliceBatch(batch, at, end, this.#scratch));
        if (this.#isTested) this.#passRate = rowCount(rest) / (end - at);
        yield { added, rest };
        at = end;
      }
    }
  }

  close(): void {
    this.#filter?.close();
    this.#scratch.dispose();
  }

  /**
   * Whether the one loop has been the faster way so far. It then has no lists that must stay in the
   * cache, and larger batches save calls.
   */
  isFast(states: AggregateStates): boolean {
    if (states.updateFound === undefined) return false;
    if (!this.#isTested && this.#passRate < PASS_RATE_MIN) return false;
    return this.#tried <= ROWS_JUDGED || this.#found >= this.#tried / 2;
  }

  #isWorthwhile(batch: Batch, { states }: Groups): boolean {
    if (batch.selection !== null || states.updateFound === undefined) return false;
    this.#batches++;
    const isMeasured = !this.#isTested && this.#batches % BATCHES_MEASURED === 0;
    return this.isFast(states) && !isMeasured;
  }

  #addFirst(batch: Batch, { table, states }: Groups): number {
    const { keys, condition = null } = this.#node;
    const lookup = keys.length === 0 ? null : table.lookup(keys.map((k) => batch.columns[k]!));
    if (keys.length > 0 && lookup === null) return 0;
    const groups = keys.length === 0 ? 1 : table.groups;
    return states.updateFound?.(batch, condition, lookup, this.#keys, groups) ?? 0;
  }
}

/** Groups and their states. */
interface Groups {
  readonly table: GroupTable;
  readonly states: AggregateStates;
}
