import type { Batch } from '../../columnar/batch.ts';
import { rowCount } from '../../columnar/batch.ts';
import { bitmapBytes } from '../../columnar/bitmap.ts';
import { assert } from '../../common/assert.ts';
import type { TaskContext } from '../operator.ts';
import { type Binding, bindColumn, bindEvaluated, bindValidity, modeKey } from './bindings.ts';
import { exprKey } from './expr-key.ts';
import { kernelFor } from './kernel-cache.ts';
import { type InputMode, LoopBuilder, type LoopInput, type Variant } from './loop-builder.ts';
import { type FormKey, LoopForm } from './loop-form.ts';
import type { Temporaries } from './temporaries.ts';

/** What a loop does, independent of how its inputs lie in memory. */
export interface LoopSpec {
  /** Equal for loops that do the same. */
  readonly key: string;
  /** Emits the loop; false when it cannot be expressed. */
  emit(loop: LoopBuilder): boolean;
}

/** Forms per loop after which inputs without NULLs are read like inputs with NULLs. */
const VARIANTS_MAX = 8;
/** Batches that needed 128 bits after which 64 are not tried any more. */
const OVERFLOWS_MAX = 4;
const GENERAL: InputMode = {
  values: 'codes',
  byRow: true,
  nullable: true,
  tableNulls: true,
  nullSlot: true,
  bits: 0,
  narrow: 0,
};

/** The form in which loops are planned: inputs look as they do when they need most. */
export const PLANNED: Variant = { exact: false, selected: true, mode: () => GENERAL };

/** Plans kept per thread. */
const PLANS_MAX = 1024;
/** What loops read, by their keys; null: they cannot be expressed. */
const plans = new Map<string, readonly LoopInput[] | null>();

/** What a loop reads; null when it cannot be expressed. */
export function plannedInputs(spec: LoopSpec): readonly LoopInput[] | null {
  const known = plans.get(spec.key);
  if (known !== undefined) return known;
  const loop = new LoopBuilder(PLANNED);
  const inputs = spec.emit(loop) ? loop.inputs : null;
  if (plans.size >= PLANS_MAX) plans.clear();
  plans.set(spec.key, inputs);
  return inputs;
}

/** A loop over batches: emitted once for each way its inputs lie in memory. */
export class RowLoop {
  readonly #spec: LoopSpec;
  readonly #inputs: readonly LoopInput[];
  readonly #temporaries: Temporaries;
  readonly #ctx: TaskContext;
  readonly #known = new Set<string>();
  /** The forms of the batch before: the next one mostly has the same. */
  #fast: LoopForm | null = null;
  #exact: LoopForm | null = null;
  #block: Int32Array | null = null;
  #ones = 0;
  #onesRows = 0;
  #overflows = 0;

  private constructor(
    spec: LoopSpec,
    inputs: readonly LoopInput[],
    temporaries: Temporaries,
    ctx: TaskContext,
  ) {
    this.#spec = spec;
    this.#inputs = inputs;
    this.#temporaries = temporaries;
    this.#ctx = ctx;
  }

  /** Plans a loop; null when it cannot be expressed. */
  static plan(spec: LoopSpec, temporaries: Temporaries, ctx: TaskContext): RowLoop | null {
    const inputs = plannedInputs(spec);
    return inputs === null ? null : new RowLoop(spec, inputs, temporaries, ctx);
  }

  /** Whether the loop reads columns that are computed before it. */
  get needsTemporaries(): boolean {
    return this.#inputs.some((input) => input.id.startsWith('t'));
  }

  /**
   * Runs over the rows of a batch that count. `params` are the addresses that the loop writes to.
   * Positions that no emitted form can compute are handed to `computeRow`, in order.
   */
  run(
    batch: Batch,
    params: ReadonlyMap<string, number>,
    computeRow: (position: number) => void,
  ): void {
    const count = rowCount(batch);
    if (count === 0) return;
    assert(count <= batch.length, 'a selection has no more rows than its batch');
    const selected = batch.selection !== null;
    const bindings = this.#bindAll(batch);
    let position = 0;
    if (this.#overflows < OVERFLOWS_MAX) {
      position = this.#runFast(batch, bindings, params);
      if (position === count) return;
      this.#overflows++;
    }
    if (this.#exact?.fits({ selected, bindings }) !== true) {
      this.#exact = this.#form({ selected, bindings }, true);
    }
    while (position < count) {
      position = this.#call(this.#exact, batch, bindings, params, position);
      if (position < count) computeRow(position++);
    }
  }

  /** Runs until a row that the form of 64 bits cannot compute; returns how many rows are done. */
  runUntil(batch: Batch, params: ReadonlyMap<string, number>): number {
    return this.#runFast(batch, this.#bindAll(batch), params);
  }

  /** Frees the buffers. */
  close(): void {
    const { region } = this.#ctx;
    if (this.#block !== null) region.free(this.#block.byteOffset);
    if (this.#onesRows > 0) region.free(this.#ones);
    this.#block = null;
    this.#onesRows = 0;
  }

  #bindAll(batch: Batch): readonly Binding[] {
    return this.#inputs.map((input) =>
      this.#generalized(this.#bindInput(input, batch), batch.length),
    );
  }

  #runFast(
    batch: Batch,
    bindings: readonly Binding[],
    params: ReadonlyMap<string, number>,
  ): number {
    const selected = batch.selection !== null;
    if (this.#fast?.fits({ selected, bindings }) !== true) {
      this.#fast = this.#form({ selected, bindings }, false);
      assert(this.#fast.emitted, 'a planned loop can be emitted');
    }
    return this.#call(this.#fast, batch, bindings, params, 0);
  }

  #bindInput(input: LoopInput, batch: Batch): Binding {
    const { expr, id } = input;
    if (expr.kind === 'InputRef') {
      const column = batch.columns[expr.index]!;
      if (id.startsWith('n')) return bindValidity(column);
      const bound = bindColumn(column, true, this.#known.size >= VARIANTS_MAX);
      assert(bound !== null, 'a column of fixed width');
      return bound;
    }
    const bound = bindEvaluated(this.#temporaries.evaluate(expr, batch));
    assert(bound !== null, 'a temporary of fixed width');
    return bound;
  }

  /** Once a loop has many forms, columns without NULLs get a bitmap of ones. */
  #generalized(binding: Binding, rows: number): Binding {
    if (this.#known.size < VARIANTS_MAX) return binding;
    if (binding.mode.nullable || !/plain|codes/.test(binding.mode.values)) return binding;
    if (this.#onesRows < rows) {
      const { region } = this.#ctx;
      if (this.#onesRows > 0) region.free(this.#ones);
      this.#ones = region.alloc(bitmapBytes(rows));
      this.#onesRows = rows;
      region.bytes(this.#ones, bitmapBytes(rows)).fill(0xff);
    }
    return { ...binding, mode: { ...binding.mode, nullable: true }, validity: this.#ones };
  }

  #form(formKey: FormKey, exact: boolean): LoopForm {
    const { selected, bindings } = formKey;
    const modes = new Map(this.#inputs.map(({ id }, i) => [id, bindings[i]!.mode]));
    const form = [...modes].map(([id, mode]) => `${id}${modeKey(mode)}`).join();
    this.#known.add(form);
    const key = `${this.#spec.key}|${form}|${selected ? 's' : ''}${exact ? 'x' : ''}`;
    const variant: Variant = { exact, selected, mode: (input) => modes.get(input.id) ?? GENERAL };
    const kernel = kernelFor(this.#ctx.region.arena.memory, key, () => {
      const loop = new LoopBuilder(variant);
      return this.#spec.emit(loop) && this.#readsPlanned(loop) ? loop : null;
    });
    return new LoopForm(kernel, this.#inputs, formKey);
  }

  /** Another form may find other parts impossible; then its temporaries are not there. */
  #readsPlanned(loop: LoopBuilder): boolean {
    const planned = new Map(this.#inputs.map((input) => [input.id, exprKey(input.expr)]));
    return loop.inputs.every((input) => planned.get(input.id) === exprKey(input.expr));
  }

  #call(
    form: LoopForm,
    batch: Batch,
    bindings: readonly Binding[],
    params: ReadonlyMap<string, number>,
    start: number,
  ): number {
    if (!form.emitted) return start;
    const { region } = this.#ctx;
    if (this.#block === null || this.#block.length < form.words) {
      if (this.#block !== null) region.free(this.#block.byteOffset);
      this.#block = region.int32(region.alloc(form.words * 4), form.words);
    }
    form.enter(batch, bindings, params, this.#block);
    return form.run(this.#block, start, rowCount(batch));
  }
}
