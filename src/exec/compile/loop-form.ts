import type { Batch } from '../../columnar/batch.ts';
import { assert } from '../../common/assert.ts';
import { type Binding, sameMode } from './bindings.ts';
import type { LoopKernel } from './kernel-cache.ts';
import type { LoopInput } from './loop-builder.ts';

/** The parameters that each input of a loop may have, by the end of their names. */
const INPUT_PARAMS = {
  values: 'values',
  validity: 'validity',
  codes: 'codes',
  entries: 'entries',
  null: 'nullCode',
} as const satisfies Record<string, keyof Binding>;

/** Where one word of the parameter block comes from. */
type Word =
  | { readonly input: number; readonly field: (typeof INPUT_PARAMS)[keyof typeof INPUT_PARAMS] }
  | { readonly param: string };

/** What the loops over batches of one form have in common: how their inputs lie in memory. */
export interface FormKey {
  readonly selected: boolean;
  readonly bindings: readonly Binding[];
}

/** One emitted form of a loop, with the places where its parameters come from. */
export class LoopForm {
  /** Null: the loop cannot be emitted in this form. */
  readonly #kernel: LoopKernel | null;
  readonly #key: FormKey;
  readonly #words: readonly Word[];

  constructor(kernel: LoopKernel | null, inputs: readonly LoopInput[], key: FormKey) {
    this.#kernel = kernel;
    this.#key = key;
    this.#words = (kernel?.params ?? []).map((param): Word => {
      const [id, end] = param.split('.');
      const input = inputs.findIndex((candidate) => candidate.id === id);
      if (input < 0) return { param };
      return { input, field: INPUT_PARAMS[end as keyof typeof INPUT_PARAMS] };
    });
  }

  /** Whether there is code. */
  get emitted(): boolean {
    return this.#kernel !== null;
  }

  /** Words of the parameter block. */
  get words(): number {
    return this.#words.length;
  }

  /** Whether a batch can go through this form. */
  fits({ selected, bindings }: FormKey): boolean {
    return (
      selected === this.#key.selected &&
      bindings.every((binding, i) => sameMode(binding.mode, this.#key.bindings[i]!.mode))
    );
  }

  /** Writes the parameters to `block`. */
  enter(
    batch: Batch,
    bindings: readonly Binding[],
    params: ReadonlyMap<string, number>,
    block: Int32Array,
  ): void {
    for (let i = 0; i < this.#words.length; i++) {
      const word = this.#words[i]!;
      if ('input' in word) block[i] = bindings[word.input]![word.field];
      else {
        const address =
          word.param === 'selection' ? batch.selection?.byteOffset : params.get(word.param);
        assert(address !== undefined, `the loop gets '${word.param}'`);
        block[i] = address;
      }
    }
  }

  /** Goes through the positions from `start` to `end`; returns where it stopped. */
  run(block: Int32Array, start: number, end: number): number {
    assert(this.#kernel !== null, 'only emitted forms run');
    return this.#kernel.run(block.byteOffset, start, end);
  }
}
