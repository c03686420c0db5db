import type { Batch } from '../../columnar/batch.ts';
import { rowCount } from '../../columnar/batch.ts';
import { bitmapBytes } from '../../columnar/bitmap.ts';
import { assert } from '../../common/assert.ts';
import type { TaskContext } from '../operator.ts';
import { type Binding, bindColumn, bindEvaluated, bindValidity, modeKey } from './bindings.ts';
import { exprKey } from './expr-key.ts';
import { kernelFor, type LoopKernel } from './kernel-cache.ts';
import { type InputMode, LoopBuilder, type LoopInput, type Variant } from './loop-builder.ts';
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
};

/** The form in which loops are planned: inputs look as they do when they need most. */
export const PLANNED: Variant = { exact: false, selected: true, mode: () => GENERAL };

/** A loop over batches: emitted once for each way its inputs lie in memory. */
export class RowLoop {
  readonly #spec: LoopSpec;
  readonly #inputs: readonly LoopInput[];
  readonly #temporaries: Temporaries;
  readonly #ctx: TaskContext;
  readonly #known = new Set<string>();
  #block = 0;
  #blockWords = 0;
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
    const loop = new LoopBuilder(PLANNED);
    return spec.emit(loop) ? new RowLoop(spec, loop.inputs, temporaries, ctx) : null;
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
    const addresses = new Map(params);
    if (batch.selection !== null) addresses.set('selection', batch.selection.byteOffset);
    const modes = this.#bind(batch, count, addresses);
    let position = 0;
    if (this.#overflows < OVERFLOWS_MAX) {
      const fast = this.#kernel(batch, modes, false);
      assert(fast !== null, 'a planned loop can be emitted');
      position = this.#call(fast, addresses, 0, count);
      if (position === count) return;
      this.#overflows++;
    }
    const exact = this.#kernel(batch, modes, true);
    while (position < count) {
      if (exact !== null) position = this.#call(exact, addresses, position, count);
      if (position < count) computeRow(position++);
    }
  }

  /** Frees the buffers. */
  close(): void {
    const { region } = this.#ctx;
    if (this.#blockWords > 0) region.free(this.#block);
    if (this.#onesRows > 0) region.free(this.#ones);
    this.#blockWords = 0;
    this.#onesRows = 0;
  }

  /** Finds the buffers of the inputs, and puts their addresses under the names of parameters. */
  #bind(batch: Batch, count: number, addresses: Map<string, number>): Map<string, InputMode> {
    const modes = new Map<string, InputMode>();
    for (const input of this.#inputs) {
      const binding = this.#generalized(this.#bindInput(input, batch), batch.length);
      modes.set(input.id, binding.mode);
      addresses.set(`${input.id}.values`, binding.values);
      addresses.set(`${input.id}.validity`, binding.validity);
      addresses.set(`${input.id}.codes`, binding.codes);
      addresses.set(`${input.id}.entries`, binding.entries);
      addresses.set(`${input.id}.null`, binding.nullCode);
    }
    assert(count <= batch.length, 'a selection has no more rows than its batch');
    return modes;
  }

  #bindInput(input: LoopInput, batch: Batch): Binding {
    const { expr, id } = input;
    if (expr.kind === 'InputRef') {
      const column = batch.columns[expr.index]!;
      if (id.startsWith('n')) return bindValidity(column);
      const bound = bindColumn(column, true);
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

  #kernel(batch: Batch, modes: ReadonlyMap<string, InputMode>, exact: boolean): LoopKernel | null {
    const selected = batch.selection !== null;
    const form = [...modes].map(([id, mode]) => `${id}${modeKey(mode)}`).join();
    this.#known.add(form);
    const key = `${this.#spec.key}|${form}|${selected ? 's' : ''}${exact ? 'x' : ''}`;
    const variant: Variant = { exact, selected, mode: (input) => modes.get(input.id) ?? GENERAL };
    return kernelFor(this.#ctx.region.arena.memory, key, () => {
      const loop = new LoopBuilder(variant);
      return this.#spec.emit(loop) && this.#readsPlanned(loop) ? loop : null;
    });
  }

  /** Another form may find other parts impossible; then its temporaries are not there. */
  #readsPlanned(loop: LoopBuilder): boolean {
    const planned = new Map(this.#inputs.map((input) => [input.id, exprKey(input.expr)]));
    return loop.inputs.every((input) => planned.get(input.id) === exprKey(input.expr));
  }

  #call(
    kernel: LoopKernel,
    addresses: ReadonlyMap<string, number>,
    start: number,
    end: number,
  ): number {
    const { params } = kernel;
    const { region } = this.#ctx;
    if (this.#blockWords < params.length) {
      if (this.#blockWords > 0) region.free(this.#block);
      this.#block = region.alloc(params.length * 4);
      this.#blockWords = params.length;
    }
    const words = region.int32(this.#block, params.length);
    for (let i = 0; i < params.length; i++) {
      const address = addresses.get(params[i]!);
      assert(address !== undefined, `the loop gets '${params[i]}'`);
      words[i] = address;
    }
    return kernel.run(this.#block, start, end);
  }
}
