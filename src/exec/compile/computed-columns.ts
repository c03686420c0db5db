import { allocBitmap, allocFixed } from '../../columnar/allocate.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { clearBit, countBits, setBit } from '../../columnar/bitmap.ts';
import { BoolColumn, type Column, FixedColumn, type FixedValues } from '../../columnar/column.ts';
import { storageOf, storageWidth, writeFixed } from '../../columnar/values.ts';
import { assert } from '../../common/assert.ts';
import { compileRow } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LoweredValue } from '../../functions/lowering.ts';
import type { DataType } from '../../types/data-type.ts';
import type { TaskContext } from '../operator.ts';
import { storeElement } from './code.ts';
import { exprKey } from './expr-key.ts';
import type { LoopBuilder } from './loop-builder.ts';
import { lowerExpr } from './lower.ts';
import { RowLoop } from './row-loop.ts';
import type { Scratch } from './scratch.ts';
import type { Temporaries } from './temporaries.ts';

/** One column that a loop writes. */
interface Target {
  readonly type: DataType;
  /** Null for BOOLEAN. */
  readonly values: FixedValues | null;
  readonly bits: Uint8Array | null;
  readonly validity: Uint8Array;
}

/** A list of fixed-width and BOOLEAN expressions, computed by one loop into dense columns. */
export class ComputedColumns {
  readonly #exprs: readonly Expr[];
  readonly #evaluators: readonly ReturnType<typeof compileRow>[];
  readonly #loop: RowLoop;
  readonly #scratch: Scratch;

  private constructor(exprs: readonly Expr[], loop: RowLoop, scratch: Scratch, ctx: TaskContext) {
    this.#exprs = exprs;
    this.#evaluators = exprs.map((expr) => compileRow(expr, ctx.statement));
    this.#loop = loop;
    this.#scratch = scratch;
  }

  /** Plans the loop; the columns it makes lie in `scratch`. */
  static plan(
    exprs: readonly Expr[],
    scratch: Scratch,
    temporaries: Temporaries,
    ctx: TaskContext,
  ): ComputedColumns {
    const spec = {
      key: `project ${exprs.map(exprKey).join()}`,
      emit: (loop: LoopBuilder) => exprs.every((expr, i) => emitColumn(loop, expr, i)),
    };
    const loop = RowLoop.plan(spec, temporaries, ctx);
    assert(loop !== null, 'expressions of fixed width can be computed or read');
    return new ComputedColumns(exprs, loop, scratch, ctx);
  }

  /** The columns, in order, for the rows of the batch that count. */
  compute(batch: Batch): Column[] {
    const rows = rowCount(batch);
    const targets = this.#exprs.map(({ type }) => targetOf(type, rows, this.#scratch));
    const params = new Map<string, number>();
    for (const [i, { values, bits, validity }] of targets.entries()) {
      params.set(`out${i}`, (values ?? bits ?? validity).byteOffset);
      params.set(`out${i}.validity`, validity.byteOffset);
    }
    this.#loop.run(batch, params, (position) => {
      const row = batch.selection === null ? position : batch.selection[position]!;
      for (const [i, evaluate] of this.#evaluators.entries()) {
        write(targets[i]!, position, evaluate(batch.columns, row));
      }
    });
    return targets.map((target) => columnOf(target, rows));
  }

  close(): void {
    this.#loop.close();
  }
}

function emitColumn(loop: LoopBuilder, expr: Expr, i: number): boolean {
  const value = lowerExpr(loop, expr);
  if (value === null) return false;
  if (expr.type.kind === 'BOOLEAN') loop.bits(`out${i}`, value.code);
  else loop.effect(storeElement(asType(value, expr.type), loop.param(`out${i}`), loop.position));
  if (value.valid !== null) loop.bits(`out${i}.validity`, value.valid);
  return true;
}

function asType(value: LoweredValue, type: DataType): LoweredValue {
  return { ...value, type };
}

/** Validity starts as all valid: loops write it only where rows can be NULL. */
function targetOf(type: DataType, rows: number, scratch: Scratch): Target {
  const storage = storageOf(type);
  return {
    type,
    values: storage === null ? null : allocFixed(scratch, storage, rows, storageWidth(storage)),
    bits: storage === null ? allocBitmap(scratch, rows, 0) : null,
    validity: allocBitmap(scratch, rows, 1),
  };
}

function write({ type, values, bits, validity }: Target, position: number, value: unknown): void {
  if (value === null) {
    clearBit(validity, position);
    return;
  }
  setBit(validity, position);
  if (values !== null) writeFixed(type, values, position, value);
  else if (bits !== null && value === true) setBit(bits, position);
  else if (bits !== null) clearBit(bits, position);
}

function columnOf({ type, values, bits, validity }: Target, rows: number): Column {
  const nullCount = rows - countBits(validity, rows);
  const bitmap = nullCount === 0 ? null : validity;
  if (values === null) {
    assert(bits !== null, 'a BOOLEAN column has bits');
    return new BoolColumn(type, rows, bits, bitmap, nullCount);
  }
  const storage = storageOf(type);
  assert(storage !== null, 'a fixed-width column has a storage');
  return new FixedColumn(type, rows, values, storageWidth(storage), bitmap, nullCount);
}
