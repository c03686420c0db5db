import { type Batch, rowCount } from '../../columnar/batch.ts';
import { compileRow } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/expr.ts';
import { printExpr } from '../../expr/print.ts';
import { cannotFail } from '../../expr/safety.ts';
import { isDeterministic, isLargerThan } from '../../expr/tree.ts';
import { both, ONE } from '../../functions/lowered.ts';
import type { Schema } from '../../types/schema.ts';
import type { TaskContext } from '../operator.ts';
import type { BatchFilter } from './api.ts';
import { element } from './code.ts';
import { conjunction, conjuncts } from './conjuncts.ts';
import { exprKey } from './expr-key.ts';
import type { LoopBuilder } from './loop-builder.ts';
import { lowerExpr } from './lower.ts';
import { RowLoop } from './row-loop.ts';
import { maskRows } from './row-mask.ts';
import { Scratch } from './scratch.ts';
import { type FilterStage, StagedFilter } from './staged-filter.ts';
import { Temporaries } from './temporaries.ts';

/** Conditions of more parts are interpreted: compiling them takes longer than they save. */
const SIZE_MAX = 3000;

/**
 * Compiles a condition over rows of `input`. The buffers lie in the region of the context.
 *
 * The operands of AND that run as emitted code alone come first, in one loop; each of the others
 * then sees only the rows that are left, in the order that turns out to be the fastest.
 */
export function createFilter(condition: Expr, _input: Schema, ctx: TaskContext): BatchFilter {
  if (!ctx.compile || isLargerThan(condition, SIZE_MAX)) return interpretedFilter(condition, ctx);
  const { interpretedRows = 0 } = ctx;
  return interpretedRows > 0 && isDeterministic(condition)
    ? new LateFilter(condition, interpretedRows, ctx)
    : compiledFilter(condition, ctx);
}

function interpretedFilter(condition: Expr, ctx: TaskContext): BatchFilter {
  ctx.metrics?.evaluates('interpreted', (names) => printExpr(condition, names));
  return new InterpretedFilter(condition, ctx);
}

/**
 * Interprets the condition for the first rows, and compiles it when there are more. It must be
 * deterministic: the numbers of RAND(7) would begin anew.
 */
class LateFilter implements BatchFilter {
  readonly #condition: Expr;
  readonly #ctx: TaskContext;
  #rowsLeft: number;
  #interpreted: BatchFilter | null = null;
  #compiled: BatchFilter | null = null;

  constructor(condition: Expr, rows: number, ctx: TaskContext) {
    this.#condition = condition;
    this.#rowsLeft = rows;
    this.#ctx = ctx;
  }

  select(batch: Batch): Int32Array {
    this.#rowsLeft -= rowCount(batch);
    if (this.#rowsLeft >= 0) {
      this.#interpreted ??= interpretedFilter(this.#condition, this.#ctx);
      return this.#interpreted.select(batch);
    }
    this.#compiled ??= compiledFilter(this.#condition, this.#ctx);
    return this.#compiled.select(batch);
  }

  close(): void {
    this.#interpreted?.close();
    this.#compiled?.close();
  }
}

function compiledFilter(condition: Expr, ctx: TaskContext): BatchFilter {
  const compiled: Expr[] = [];
  const others: Expr[] = [];
  for (const operand of conjuncts(condition)) {
    const loop = LoopFilter.plan(operand, ctx);
    (loop !== null && !loop.needsTemporaries ? compiled : others).push(operand);
    loop?.close();
  }
  const stages = compiled.length === 0 ? others : [conjunction(condition, compiled), ...others];
  const filters = stages.map((stage): FilterStage => {
    const loop = LoopFilter.plan(stage, ctx);
    const print = (names: readonly string[]) => printExpr(stage, names);
    ctx.metrics?.evaluates(loop === null ? 'interpreted' : 'compiled', print);
    return { filter: loop ?? new InterpretedFilter(stage, ctx), movable: cannotFail(stage) };
  });
  return filters.length === 1 ? filters[0]!.filter : new StagedFilter(filters);
}

/** One loop that appends the rows for which the condition holds, without branches. */
class LoopFilter implements BatchFilter {
  readonly #loop: RowLoop;
  readonly #scratch: Scratch;
  readonly #temporaries: Temporaries;
  readonly #condition: Expr;
  readonly #ctx: TaskContext;
  /** For rows that the loop cannot compute: made when there is one. */
  #interpreted: InterpretedFilter | null = null;

  private constructor(
    condition: Expr,
    loop: RowLoop,
    temporaries: Temporaries,
    scratch: Scratch,
    ctx: TaskContext,
  ) {
    this.#condition = condition;
    this.#loop = loop;
    this.#temporaries = temporaries;
    this.#scratch = scratch;
    this.#ctx = ctx;
  }

  static plan(condition: Expr, ctx: TaskContext): LoopFilter | null {
    const scratch = new Scratch(ctx.region);
    const temporaries = new Temporaries(scratch, ctx);
    const loop = RowLoop.plan(filterSpec(condition), temporaries, ctx);
    return loop === null ? null : new LoopFilter(condition, loop, temporaries, scratch, ctx);
  }

  get needsTemporaries(): boolean {
    return this.#loop.needsTemporaries;
  }

  select(batch: Batch): Int32Array {
    const scratch = this.#scratch;
    scratch.reset();
    const rows = rowCount(batch);
    const target = scratch.alloc(rows * 4);
    const count = scratch.int32(scratch.alloc(4), 1);
    count[0] = 0;
    const params = new Map([
      ['rows', target],
      ['count', count.byteOffset],
    ]);
    this.#loop.run(batch, params, (position) => {
      const row = batch.selection === null ? position : batch.selection[position]!;
      this.#interpreted ??= new InterpretedFilter(this.#condition, this.#ctx);
      if (this.#interpreted.holds(batch, row)) scratch.int32(target, rows)[count[0]!++] = row;
    });
    return scratch.int32(target, count[0]!);
  }

  close(): void {
    this.#loop.close();
    this.#interpreted?.close();
    this.#temporaries.close();
    this.#scratch.dispose();
  }
}

function filterSpec(condition: Expr) {
  return {
    key: `filter ${exprKey(condition)}`,
    emit(loop: LoopBuilder): boolean {
      const others = maskRows(loop, condition);
      const value = others.length === 0 ? null : lowerExpr(loop, conjunction(condition, others));
      if (value === null && others.length > 0) return false;
      const holds = (value === null ? null : both(value.code, value.valid)) ?? ONE;
      const count = loop.variable('i32');
      const name = count[1] as string;
      loop.before(['local.set', name, ['i32.load', loop.param('count')]]);
      loop.effect(['i32.store', element(loop.param('rows'), count, 4), loop.row]);
      loop.effect(['local.set', name, ['i32.add', count, holds]]);
      loop.after(['i32.store', loop.param('count'), count]);
      return true;
    },
  };
}

/** Evaluates the condition row by row. */
class InterpretedFilter implements BatchFilter {
  readonly #evaluate: ReturnType<typeof compileRow>;
  readonly #scratch: Scratch;

  constructor(condition: Expr, ctx: TaskContext) {
    this.#evaluate = compileRow(condition, ctx.statement);
    this.#scratch = new Scratch(ctx.region);
  }

  holds(batch: Batch, row: number): boolean {
    return this.#evaluate(batch.columns, row) === true;
  }

  select(batch: Batch): Int32Array {
    const { selection, columns } = batch;
    const rows = rowCount(batch);
    this.#scratch.reset();
    const selected = this.#scratch.int32(this.#scratch.alloc(rows * 4), rows);
    let count = 0;
    for (let i = 0; i < rows; i++) {
      const row = selection === null ? i : selection[i]!;
      if (this.#evaluate(columns, row) === true) selected[count++] = row;
    }
    return selected.subarray(0, count);
  }

  close(): void {
    this.#scratch.dispose();
  }
}
