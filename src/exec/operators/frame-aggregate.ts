import type { Column } from '../../columnar/column.ts';
import { compileRow, type RowEvaluator } from '../../expr/evaluate.ts';
import type { WindowCall } from '../../expr/expr.ts';
import { keyOf } from '../../functions/compare.ts';
import type {
  AggregateFunctionDefinition,
  AggregateSite,
  RowAccumulator,
} from '../../functions/definition.ts';
import { array, INT, row } from '../../types/types.ts';
import type { FrameBounds } from './over-frames.ts';

/** Frames of at most so many rows are computed anew for each row: the states would cost more. */
const SHORT_FRAME = 32;

/** Rows that are added between two looks whether the query was cancelled: a power of two. */
const LOOK_ROWS = 4096;

/** Positions whose arguments are kept: a power of two above the rows of a short frame. */
const REMEMBERED = 64;

/** States that grow with their rows: joining them is no cheaper than adding the rows. */
const GROWING_STATES: ReadonlySet<string> = new Set(['ARRAY', 'MAP', 'MULTISET', 'VARBINARY']);

/** An aggregate over the frames of rows. State: at most one partial state for each row of a frame. */
export class FrameAggregate {
  readonly #definition: AggregateFunctionDefinition;
  readonly #site: AggregateSite;
  readonly #columns: readonly Column[];
  readonly #order: Int32Array;
  readonly #args: readonly RowEvaluator[];
  readonly #filter: RowEvaluator | null;
  /** A key of the arguments for DISTINCT, else null. */
  readonly #keyOf: ((args: readonly unknown[]) => unknown) | null;
  readonly #joins: boolean;
  /** Whether rows are taken out of a user's accumulator as they leave the frame. */
  readonly #retracts: boolean;
  readonly #check: () => void;
  #added = 0;
  /** The arguments at the last positions, each at its position modulo their number. */
  readonly #remembered: (readonly unknown[] | null)[] = [];
  readonly #positions = new Int32Array(REMEMBERED).fill(-1);

  /** `order` is the row at each position; `check` throws when the query was cancelled. */
  constructor(
    call: WindowCall,
    definition: AggregateFunctionDefinition,
    site: AggregateSite,
    columns: readonly Column[],
    order: Int32Array,
    check: () => void,
  ) {
    this.#definition = definition;
    this.#site = site;
    this.#columns = columns;
    this.#order = order;
    this.#check = check;
    this.#args = call.args.map((arg) => compileRow(arg, site.context));
    this.#filter = call.filter === null ? null : compileRow(call.filter, site.context);
    this.#keyOf = call.distinct ? keyOfAll(site) : null;
    const states = definition.state({ ...site });
    const isBuiltin = definition.body.kind === 'builtin';
    const grows = states.some((type) => GROWING_STATES.has(type.kind));
    this.#joins = isBuiltin && !call.distinct && !grows;
    this.#retracts = !isBuiltin && !call.distinct && this.#accumulator().retract !== undefined;
  }

  /** The results of the positions from `start` to `end`; `grows`: their frames start together. */
  values(start: number, end: number, bounds: FrameBounds, grows: boolean): Iterable<unknown> {
    if (grows) return this.#growing(start, end, bounds);
    if (this.#retracts) return this.#retracting(start, end, bounds);
    if (this.#joins && longest(start, end, bounds) > SHORT_FRAME) {
      return this.#sliding(start, end, bounds);
    }
    return this.#anew(start, end, bounds);
  }

  *#growing(start: number, end: number, { from, to }: FrameBounds): Iterable<unknown> {
    const state = this.#start();
    let added = from[start]!;
    let value = state.value();
    try {
      for (let at = start; at < end; at++) {
        if (added < to[at]!) {
          while (added < to[at]!) state.add(added++);
          value = state.value();
        }
        yield value;
      }
    } finally {
      state.release();
    }
  }

  *#anew(start: number, end: number, { from, to }: FrameBounds): Iterable<unknown> {
    let value: unknown = null;
    for (let at = start; at < end; at++) {
      const isSame = at > start && from[at] === from[at - 1] && to[at] === to[at - 1];
      if (!isSame) {
        const state = this.#start();
        for (let position = from[at]!; position < to[at]!; position++) state.add(position);
        value = state.value();
        state.release();
      }
      yield value;
    }
  }

  /** Rows that leave the frame are taken out of the one state. */
  *#retracting(start: number, end: number, { from, to }: FrameBounds): Iterable<unknown> {
    let state = this.#accumulator();
    let first = from[start]!;
    let last = first;
    try {
      for (let at = start; at < end; at++) {
        if (from[at]! >= last) {
          state.release?.();
          state = this.#accumulator();
          first = from[at]!;
          last = first;
        }
        for (; first < from[at]!; first++) {
          const args = this.#argsAt(first);
          if (args !== null) state.retract?.(args);
        }
        for (; last < to[at]!; last++) {
          const args = this.#argsAt(last);
          if (args !== null) state.add(args);
        }
        yield state.value();
      }
    } finally {
      state.release?.();
    }
  }

  /**
   * A frame is two parts: the states of all ends of its first part are kept, so that rows leave it
   * without work; rows come to the second part. When the first part is used up, the second one
   * becomes it. Every row is so added twice.
   */
  *#sliding(start: number, end: number, { from, to }: FrameBounds): Iterable<unknown> {
    let ends: (readonly unknown[])[] = [];
    let endsFrom = start;
    let middle = start;
    let added = start;
    let tail = this.#start();
    for (let at = start; at < end; at++) {
      const first = from[at]!;
      const last = to[at]!;
      if (first > middle) {
        ends = this.#ends(first, last);
        endsFrom = first;
        middle = last;
        added = last;
        tail = this.#start();
      }
      while (added < last) tail.add(added++);
      const state = this.#accumulator();
      if (first < middle) state.merge(ends[first - endsFrom]!);
      if (middle < last) state.merge(tail.state());
      yield state.value();
    }
  }

  /** The states of the rows from each position up to `to`. */
  #ends(from: number, to: number): (readonly unknown[])[] {
    const ends = new Array<readonly unknown[]>(to - from);
    for (let position = to - 1; position >= from; position--) {
      const state = this.#start();
      state.add(position);
      if (position + 1 < to) state.merge(ends[position + 1 - from]!);
      ends[position - from] = state.state();
    }
    return ends;
  }

  #accumulator(): RowAccumulator {
    return this.#definition.createAccumulator(this.#site);
  }

  /** An empty accumulator that takes positions. */
  #start() {
    const accumulator = this.#accumulator();
    const seen = this.#keyOf === null ? null : new Set<unknown>();
    return {
      add: (position: number) => {
        const args = this.#argsAt(position);
        if (args === null) return;
        if (seen !== null) {
          const key = this.#keyOf?.(args);
          if (seen.has(key)) return;
          seen.add(key);
        }
        accumulator.add(args);
      },
      merge: (state: readonly unknown[]) => accumulator.merge(state),
      state: () => accumulator.state(),
      value: () => accumulator.value(),
      release: () => accumulator.release?.(),
    };
  }

  /** The arguments at a position; null when its row does not count. Frames next to it ask again. */
  #argsAt(position: number): readonly unknown[] | null {
    if ((++this.#added & (LOOK_ROWS - 1)) === 0) this.#check();
    const slot = position & (REMEMBERED - 1);
    if (this.#positions[slot] !== position) {
      this.#positions[slot] = position;
      this.#remembered[slot] = this.#readArgs(position);
    }
    return this.#remembered[slot]!;
  }

  #readArgs(position: number): readonly unknown[] | null {
    const at = this.#order[position]!;
    if (this.#filter !== null && this.#filter(this.#columns, at) !== true) return null;
    const args = this.#args.map((arg) => arg(this.#columns, at));
    return this.#definition.skipsNulls && args.includes(null) ? null : args;
  }
}

function longest(start: number, end: number, { from, to }: FrameBounds): number {
  let most = 0;
  for (let at = start; at < end; at++) most = Math.max(most, to[at]! - from[at]!);
  return most;
}

/** One key of all arguments, NULL included. */
function keyOfAll({ types }: AggregateSite): (args: readonly unknown[]) => unknown {
  const fields = types.map((type, i) => ({ name: `f${i}`, type, comment: null }));
  return keyOf(fields.length === 0 ? array(INT) : row(fields));
}
