import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf, rowCount } from '../../columnar/batch.ts';
import { type Column, NullColumn } from '../../columnar/column.ts';
import { restoreBatch } from '../../columnar/descriptor.ts';
import type { Matches } from '../../columnar/kernels/join-table.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import { hasGaps, take } from '../../columnar/take.ts';
import { assert } from '../../common/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import { inputsUsed } from '../../expr/tree.ts';
import type { HashJoin, NestedLoopJoin } from '../../planner/physical/nodes.ts';
import { concatSchemas, EMPTY_SCHEMA, type Schema } from '../../types/schema.ts';
import type { BatchFilter } from '../compile/api.ts';
import { createFilter } from '../compile/filter.ts';
import type { Operator, TaskContext } from '../operator.ts';
import type { SharedTable } from '../pool/protocol.ts';
import { OuterRows } from './outer-rows.ts';
import type { PairFinder } from './pairs.ts';

/** Yielded with every portion of pairs: there may be any number of them for one batch. */
const PAUSE = batchOf(EMPTY_SCHEMA, [], 0);

/**
 * What becomes of the pairs. `pairs`: they are the rows. `outer`: and so are probe rows without a
 * partner. `semi`, `anti`: probe rows with or without a partner. `mark`: nothing, the build rows
 * come at the end.
 */
type Yield = 'pairs' | 'outer' | 'semi' | 'anti' | 'mark';

/**
 * Joins the streaming side with the held one. Input: the streaming side. Output: left columns,
 * then right columns; left columns only for semi and anti joins. State: none of its own; the
 * build side and its marks are shared by all tasks.
 */
export class JoinProbeOperator implements Operator {
  readonly readsSelection = true;
  readonly #node: HashJoin | NestedLoopJoin;
  readonly #finder: PairFinder;
  readonly #build: Batch;
  readonly #buildLeft: boolean;
  readonly #yield: Yield;
  readonly #marks: boolean;
  readonly #residual: BatchFilter | null;
  /** The columns of the pairs that are read, by the residual too; null: all. */
  readonly #read: ReadonlySet<number> | null;
  readonly #pairSchema: Schema;
  readonly #rows: Region;
  /** Memory of row numbers. */
  readonly #memory: Region;
  readonly #kept: Scratch;
  readonly #outer: OuterRows;

  constructor(
    node: HashJoin | NestedLoopJoin,
    table: SharedTable,
    finder: PairFinder,
    ctx: TaskContext,
  ) {
    this.#node = node;
    this.#finder = finder;
    this.#build = restoreBatch(ctx.region.arena, table.rows);
    this.#buildLeft = node.kind === 'HashJoin' && node.build === 'left';
    this.#yield = yieldOf(node, this.#buildLeft);
    const outerBuild = this.#buildLeft ? 'left' : 'right';
    this.#marks =
      this.#yield === 'mark' || node.joinType === 'full' || node.joinType === outerBuild;
    const [left, right] = node.inputs;
    assert(left !== undefined && right !== undefined, 'a join has two inputs');
    this.#pairSchema = concatSchemas(left.schema, right.schema);
    const condition: Expr | null = node.kind === 'HashJoin' ? node.residual : node.condition;
    this.#residual = condition === null ? null : createFilter(condition, this.#pairSchema, ctx);
    this.#read = this.#columnsRead(condition, ctx.columnsRead ?? null);
    this.#rows = ctx.region.child();
    this.#memory = ctx.region.child();
    this.#kept = new Scratch(this.#memory);
    this.#outer = new OuterRows(this.#memory);
  }

  process(batch: Batch): Iterable<Batch> {
    switch (this.#yield) {
      case 'pairs':
        return this.#pairs(batch);
      case 'outer':
        return this.#outerRows(batch);
      case 'semi':
        return this.#exists(batch, true);
      case 'anti':
        return this.#exists(batch, false);
      case 'mark':
        return this.#markOnly(batch);
    }
  }

  close(): void {
    this.#finder.close();
    this.#residual?.close();
    this.#rows.dispose();
    this.#memory.dispose();
  }

  *#pairs(batch: Batch): Iterable<Batch> {
    for (const found of this.#finder.pairs(batch)) {
      yield PAUSE;
      const joined = this.#joined(batch, found);
      const selection = this.#residual === null ? null : this.#residual.select(joined);
      if (selection?.length === 0) continue;
      if (this.#marks) this.#finder.mark(this.#chosen(found.buildRows, selection));
      yield { ...joined, schema: this.#node.schema, selection };
    }
  }

  *#outerRows(batch: Batch): Iterable<Batch> {
    const partners = this.#residual === null ? this.#finder.partners(batch) : null;
    if (partners !== null) {
      yield* this.#partnered(batch, partners);
      return;
    }
    const outer = this.#outer;
    outer.start(batch);
    for (const found of this.#finder.pairs(batch)) {
      yield PAUSE;
      const selection =
        this.#residual === null ? null : this.#residual.select(this.#joined(batch, found));
      if (this.#marks) this.#finder.mark(this.#chosen(found.buildRows, selection));
      yield* this.#emit(batch, outer.add(found, selection));
    }
    yield* this.#emit(batch, outer.finish());
  }

  *#partnered(batch: Batch, partners: Matches): Iterable<Batch> {
    if (this.#marks) this.#finder.mark(partners.buildRows);
    yield* this.#emit(batch, partners);
  }

  *#emit(batch: Batch, rows: Matches): Iterable<Batch> {
    if (rows.probeRows.length === 0) return;
    const gaps = hasGaps(rows.buildRows, this.#rows);
    yield { ...this.#joined(batch, rows, gaps), schema: this.#node.schema };
  }

  *#exists(batch: Batch, wanted: boolean): Iterable<Batch> {
    const rows =
      (this.#residual === null ? this.#finder.rowsWith(batch, wanted) : null) ??
      (yield* this.#rowsByPairs(batch, wanted));
    if (rows.length > 0) yield { ...batch, schema: this.#node.schema, selection: rows };
  }

  *#markOnly(batch: Batch): Iterable<Batch> {
    for (const found of this.#finder.pairs(batch)) {
      const selection =
        this.#residual === null ? null : this.#residual.select(this.#joined(batch, found));
      this.#finder.mark(this.#chosen(found.buildRows, selection));
      yield PAUSE;
    }
  }

  *#rowsByPairs(batch: Batch, wanted: boolean): Generator<Batch, Int32Array> {
    const matched = new Uint8Array(batch.length);
    for (const found of this.#finder.pairs(batch)) {
      const selection =
        this.#residual === null ? null : this.#residual.select(this.#joined(batch, found));
      const rows = this.#chosen(found.probeRows, selection);
      for (let i = 0; i < rows.length; i++) matched[rows[i]!] = 1;
      yield PAUSE;
    }
    const count = rowCount(batch);
    const { selection } = batch;
    const kept = this.#kept.int32(count);
    let length = 0;
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i]!;
      if ((matched[row] === 1) === wanted) kept[length++] = row;
    }
    return kept.subarray(0, length);
  }

  /** The rows of the pairs that fulfil the residual. */
  #chosen(rows: Int32Array, selection: Int32Array | null): Int32Array {
    if (selection === null) return rows;
    const chosen = this.#kept.int32(selection.length);
    for (let i = 0; i < selection.length; i++) chosen[i] = rows[selection[i]!]!;
    return chosen;
  }

  /** The rows of matches; only those of outer joins have `gaps`, probe rows without a partner. */
  #joined(batch: Batch, { probeRows, buildRows, aligned }: Matches, gaps = false): Batch {
    this.#rows.recycle();
    const width = this.#pairSchema.fields.length;
    const probeAt = this.#buildLeft ? width - batch.columns.length : 0;
    const buildAt = this.#buildLeft ? 0 : batch.columns.length;
    const probe = aligned ? batch.columns : this.#take(batch, probeRows, probeAt, false);
    const build = this.#take(this.#build, buildRows, buildAt, gaps);
    const columns = this.#buildLeft ? [...build, ...probe] : [...probe, ...build];
    return batchOf(this.#pairSchema, columns, probeRows.length);
  }

  /** Rows of one side, of which the columns begin at `from`. */
  #take({ columns }: Batch, rows: Int32Array, from: number, gaps: boolean): readonly Column[] {
    return columns.map((column, i) =>
      this.#read === null || this.#read.has(from + i)
        ? take(column, rows, this.#rows, gaps)
        : new NullColumn(column.type, rows.length),
    );
  }

  /** Semi and anti joins make no rows of their own: only the condition reads pairs. */
  #columnsRead(
    condition: Expr | null,
    output: ReadonlySet<number> | null,
  ): ReadonlySet<number> | null {
    const makesRows = this.#yield === 'pairs' || this.#yield === 'outer';
    if (makesRows && output === null) return null;
    const read = condition === null ? [] : inputsUsed(condition);
    return new Set(makesRows ? [...(output ?? []), ...read] : read);
  }
}

function yieldOf({ joinType }: HashJoin | NestedLoopJoin, buildLeft: boolean): Yield {
  switch (joinType) {
    case 'semi':
    case 'anti':
      return buildLeft ? 'mark' : joinType;
    case 'inner':
      return 'pairs';
    case 'full':
      return 'outer';
    case 'left':
      return buildLeft ? 'pairs' : 'outer';
    case 'right':
      return buildLeft ? 'outer' : 'pairs';
  }
}
