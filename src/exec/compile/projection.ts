import { allocBytes } from '../../columnar/allocate.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { type Column, DictionaryColumn } from '../../columnar/column.ts';
import { take } from '../../columnar/take.ts';
import { assert } from '../../common/assert.ts';
import { compileRow } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/expr.ts';
import { printExpr } from '../../expr/print.ts';
import { isDeterministic } from '../../expr/tree.ts';
import { loweredType } from '../../functions/lowered.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import type { TaskContext } from '../operator.ts';
import type { BatchProjection } from './api.ts';
import type { MappedColumn } from './bindings.ts';
import { encodeChoice } from './coded-choice.ts';
import { ComputedColumns } from './computed-columns.ts';
import { repeat } from './repeat.ts';
import { Scratch } from './scratch.ts';
import { Temporaries } from './temporaries.ts';

/** Compiles an expression list over rows of `input` into batches of `output`. */
export function createProjection(
  exprs: readonly Expr[],
  _input: Schema,
  output: Schema,
  ctx: TaskContext,
): BatchProjection {
  if (!ctx.compile) return new InterpretedProjection(exprs, output, ctx);
  return (ctx.interpretedRows ?? 0) > 0 && exprs.every(isDeterministic)
    ? new LateProjection(exprs, output, ctx)
    : new CompiledProjection(exprs, output, ctx);
}

/**
 * Interprets the expressions for the first rows, and compiles them when there are more. They must
 * be deterministic: the numbers of RAND(7) would begin anew.
 */
class LateProjection implements BatchProjection {
  readonly #exprs: readonly Expr[];
  readonly #output: Schema;
  readonly #ctx: TaskContext;
  #rowsLeft: number;
  #interpreted: BatchProjection | null = null;
  #compiled: BatchProjection | null = null;

  constructor(exprs: readonly Expr[], output: Schema, ctx: TaskContext) {
    this.#exprs = exprs;
    this.#output = output;
    this.#ctx = ctx;
    this.#rowsLeft = ctx.interpretedRows ?? 0;
  }

  project(batch: Batch): Batch {
    this.#rowsLeft -= rowCount(batch);
    if (this.#rowsLeft >= 0) {
      this.#interpreted ??= new InterpretedProjection(this.#exprs, this.#output, this.#ctx);
      return this.#interpreted.project(batch);
    }
    this.#compiled ??= new CompiledProjection(this.#exprs, this.#output, this.#ctx);
    return this.#compiled.project(batch);
  }

  close(): void {
    this.#interpreted?.close();
    this.#compiled?.close();
  }
}

/** Columns pass through or are gathered; one loop computes what has fixed width. */
class CompiledProjection implements BatchProjection {
  readonly #exprs: readonly Expr[];
  readonly #output: Schema;
  readonly #scratch: Scratch;
  readonly #temporaries: Temporaries;
  /** The expressions of the loop, and for each expression its place there or -1. */
  readonly #computed: ComputedColumns | null;
  readonly #places: readonly number[];
  /** The constant strings that an expression chooses from; the loop then computes codes. */
  readonly #dictionaries: readonly (Column | null)[];

  constructor(exprs: readonly Expr[], output: Schema, ctx: TaskContext) {
    this.#exprs = exprs;
    this.#output = output;
    this.#scratch = new Scratch(ctx.region);
    this.#temporaries = new Temporaries(this.#scratch, ctx);
    const choices = exprs.map(encodeChoice);
    const dictionaries = new Scratch(ctx.region);
    this.#dictionaries = choices.map((choice, i) => {
      return choice && dictionaryOf(choice.values, exprs[i]!.type, dictionaries);
    });
    const computed: Expr[] = [];
    this.#places = exprs.map((expr, i) => {
      const loop = choices[i]?.codes ?? (isComputed(expr) ? expr : null);
      return loop === null ? -1 : computed.push(loop) - 1;
    });
    this.#computed =
      computed.length === 0
        ? null
        : ComputedColumns.plan(computed, this.#scratch, this.#temporaries, ctx);
    for (const [i, expr] of exprs.entries()) {
      if (this.#places[i]! < 0) continue;
      ctx.metrics?.evaluates('compiled', (names) => printExpr(expr, names));
    }
  }

  project(batch: Batch): Batch {
    const scratch = this.#scratch;
    scratch.reset();
    const computed = this.#computed?.compute(batch) ?? null;
    const columns = this.#exprs.map((expr, i): Column => {
      const place = this.#places[i]!;
      if (computed !== null && place >= 0) {
        return decoded(computed[place]!, expr.type, this.#dictionaries[i]!);
      }
      if (expr.kind === 'InputRef') return pass(batch, expr.index, scratch);
      if (expr.kind === 'Literal') return repeat(expr, rowCount(batch), scratch);
      const evaluated = this.#temporaries.evaluate(expr, batch);
      if (!('kind' in evaluated)) return evaluated;
      if (evaluated.kind === 'mapped') return spread(evaluated, batch, scratch);
      return chosen(evaluated.column, batch, scratch);
    });
    return projected(batch, this.#output, columns, scratch);
  }

  close(): void {
    this.#computed?.close();
    this.#temporaries.close();
    this.#scratch.dispose();
  }
}

function isComputed(expr: Expr): boolean {
  return expr.kind !== 'InputRef' && expr.type.kind !== 'NULL' && loweredType(expr.type) !== null;
}

function dictionaryOf(values: readonly string[], type: DataType, region: Scratch): Column {
  const builder = builderFor(type, region, values.length);
  for (const value of values) builder.append(value);
  return builder.finish();
}

/** What a loop computed: values, or the codes of a dictionary. */
function decoded(column: Column, type: DataType, dictionary: Column | null): Column {
  if (dictionary === null || column.layout !== 'fixed') return column;
  const { length, values, validity, nullCount } = column;
  assert(values instanceof Int32Array, 'codes are INT');
  return new DictionaryColumn(type, length, values, dictionary, validity, nullCount);
}

/** A column of the batch: itself, or its selected rows. */
function pass(batch: Batch, index: number, scratch: Scratch): Column {
  return chosen(batch.columns[index]!, batch, scratch);
}

/** The rows of a column that count. */
function chosen(column: Column, batch: Batch, scratch: Scratch): Column {
  return batch.selection === null ? column : take(column, batch.selection, scratch);
}

/** Results per dictionary entry as a dictionary-encoded column of the rows that count. */
function spread({ codes, table }: MappedColumn, batch: Batch, scratch: Scratch): Column {
  const rows = rowCount(batch);
  const ofNull = table.length - 1;
  const spreadCodes = scratch.int32(scratch.alloc(rows * 4), rows);
  const source = codes.nullCount === 0 ? null : codes.validity;
  for (let i = 0; i < rows; i++) {
    const row = batch.selection === null ? i : batch.selection[i]!;
    const isNull = source !== null && (source[row >> 3]! & (1 << (row & 7))) === 0;
    spreadCodes[i] = isNull ? ofNull : codes.codes[row]!;
  }
  if (table.nullCount === 0) {
    return new DictionaryColumn(table.type, rows, spreadCodes, table, null, 0);
  }
  // The entries of a dictionary are never NULL.
  return take(table, spreadCodes, scratch);
}

/** The batch of computed columns with the row kinds of the rows that count. */
function projected(
  batch: Batch,
  schema: Schema,
  columns: readonly Column[],
  scratch: Scratch,
): Batch {
  const length = rowCount(batch);
  const { rowKinds, selection } = batch;
  if (rowKinds === null || selection === null) {
    return { schema, length, columns, rowKinds, selection: null };
  }
  const kinds = allocBytes(scratch, length);
  for (let i = 0; i < length; i++) kinds[i] = rowKinds[selection[i]!]!;
  return { schema, length, columns, rowKinds: kinds, selection: null };
}

/** Evaluates every expression row by row. */
class InterpretedProjection implements BatchProjection {
  readonly #exprs: readonly Expr[];
  readonly #evaluators: readonly ReturnType<typeof compileRow>[];
  readonly #output: Schema;
  readonly #scratch: Scratch;

  constructor(exprs: readonly Expr[], output: Schema, ctx: TaskContext) {
    this.#exprs = exprs;
    this.#evaluators = exprs.map((expr) => compileRow(expr, ctx.statement));
    for (const expr of exprs) {
      if (expr.kind === 'InputRef') continue;
      ctx.metrics?.evaluates('interpreted', (names) => printExpr(expr, names));
    }
    this.#output = output;
    this.#scratch = new Scratch(ctx.region);
  }

  project(batch: Batch): Batch {
    const scratch = this.#scratch;
    scratch.reset();
    const rows = rowCount(batch);
    const columns = this.#exprs.map((expr, c): Column => {
      if (expr.kind === 'InputRef') return pass(batch, expr.index, scratch);
      const evaluate = this.#evaluators[c]!;
      const builder = builderFor(expr.type, scratch, rows);
      for (let i = 0; i < rows; i++) {
        builder.append(evaluate(batch.columns, batch.selection === null ? i : batch.selection[i]!));
      }
      return builder.finish();
    });
    return projected(batch, this.#output, columns, scratch);
  }

  close(): void {
    this.#scratch.dispose();
  }
}
