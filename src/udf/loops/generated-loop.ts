import type { Argument } from './arguments.ts';

/**
 * What a loop calls every 64 rows: it says that the loop goes on, and throws when the query was
 * cancelled.
 */
export type Tick = () => void;

/** Rows between two ticks: a power of two. */
export const TICK_ROWS = 64;

/** What every generated loop reads. */
export interface LoopState {
  readonly args: readonly Argument[];
  readonly rows: number;
  readonly tick: Tick;
  /** Makes the error of a row. */
  readonly fail: (row: number, cause: unknown) => unknown;
}

/** A loop over the rows of a batch. */
export type Loop<S extends LoopState> = (state: S) => void;

/** The loops of one function, by the form of its arguments. */
export class GeneratedLoops<S extends LoopState> {
  readonly #id: string;
  readonly #names: readonly string[];
  readonly #loops = new Map<string, Loop<S>>();

  /** `names` are the members of the state that steps use; `id` is part of every loop's text. */
  constructor(id: string, names: readonly Exclude<keyof S & string, keyof LoopState>[]) {
    this.#id = id;
    this.#names = ['rows', 'tick', 'fail', ...names];
  }

  /**
   * The loop that runs `step`, statements for row `i` over the names of the state and of the
   * arguments. It is kept for the form of the arguments and `variant`, which decide the step. Its
   * text is unique, so that V8 inlines the function into it (900 instead of 85 million rows a second
   * for `a * b + 1`).
   */
  loop(args: readonly Argument[], variant: string, step: () => string): Loop<S> {
    const form = [variant, ...args.map((arg) => arg.form)].join(', ');
    let loop = this.#loops.get(form);
    if (loop === undefined) {
      loop = this.#make(args, step());
      this.#loops.set(form, loop);
    }
    return loop;
  }

  #make(args: readonly Argument[], step: string): Loop<S> {
    const declared = args.map(
      (_, n) =>
        `const a${n} = state.args[${n}].values, b${n} = state.args[${n}].dictionary, n${n} = state.args[${n}].validity;`,
    );
    const text = `'use strict';
const { ${this.#names.join(', ')} } = state;
${declared.join('\n')}
let i = 0;
try {
  while (i < rows) {
    tick();
    const end = Math.min(i + ${TICK_ROWS}, rows);
    for (; i < end; i++) {
      ${step}
    }
  }
} catch (cause) {
  throw fail(i, cause);
}
//# sourceURL=udf-loop-${this.#id}.${this.#loops.size}.js`;
    // Generated from our own pieces alone; the user's code comes in as a value.
    return new Function('state', text) as Loop<S>;
  }
}

/** The condition that a row lacks an argument that is required; null if none can. */
export function missingTest(args: readonly Argument[], required: readonly number[]): string | null {
  const tests = required.filter((n) => args[n]!.nullable).map((n) => `${args[n]!.code} === null`);
  return tests.length === 0 ? null : tests.join(' || ');
}
