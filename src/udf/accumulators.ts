import { showValue } from '../columnar/show-value.ts';
import { assert } from '../common/assert.ts';
import { TableError, udfError } from '../common/errors.ts';
import { printType } from '../types/print.ts';
import { AccumulatorForm } from './accumulator-form.ts';
import { type Aggregator, requireAccumulator, requireOver } from './aggregator.ts';
import { udfFailed } from './errors.ts';
import type { ScalarCall } from './scalar-call.ts';

const NOT_FILLED = 'Its fields must be properties that can be set: they travel to other threads.';

/** Makes, merges and hands over the accumulators of one call. Errors of all: UdfError UDF_FAILED, UDF_ACCUMULATOR. */
export class Accumulators {
  readonly #call: ScalarCall;
  readonly #aggregator: Aggregator;
  readonly #form: AccumulatorForm | null;
  /** Whether one of them was found to be of the declared type. */
  #isTypeKnown = false;

  constructor(call: ScalarCall, aggregator: Aggregator) {
    this.#call = call;
    this.#aggregator = aggregator;
    const { accumulator } = call.body;
    this.#form = accumulator === null ? null : new AccumulatorForm(accumulator);
  }

  create(): unknown {
    const made = this.#guarded(() => this.#aggregator.createAccumulator());
    const accumulator = requireAccumulator(this.#call.name, made);
    if (!this.#isTypeKnown) {
      this.check(accumulator);
      if (this.#form?.canFill(accumulator) === false) throw this.#unfit(accumulator, NOT_FILLED);
      this.#isTypeKnown = true;
    }
    return accumulator;
  }

  /**
   * Looks at an accumulator that took rows, also where it is not merged: whether a function is wrong
   * must not depend on the number of threads. Errors: UdfError UDF_ACCUMULATOR.
   */
  check(accumulator: unknown): void {
    if (this.#form !== null) this.stateOf(accumulator);
  }

  valueOf(accumulator: unknown): unknown {
    return this.#guarded(() => this.#aggregator.getValue(accumulator));
  }

  /** The accumulator as an internal value of its type. Errors: UdfError UDF_ACCUMULATOR. */
  stateOf(accumulator: unknown): unknown {
    assert(this.#form !== null, 'accumulators with a type are merged');
    try {
      return this.#form.write(accumulator);
    } catch (cause) {
      throw this.#unfit(accumulator, cause instanceof TableError ? cause.message : null);
    }
  }

  /** Takes the rows of another accumulator in. */
  merge(accumulator: unknown, state: unknown): void {
    const form = this.#form;
    assert(form !== null, 'accumulators with a type are merged');
    const empty = this.create();
    this.#guarded(() => {
      const other = form.read(state, empty);
      requireOver(this.#aggregator.merge?.(accumulator, [other]));
    });
  }

  #unfit(accumulator: unknown, hint: string | null): Error {
    const { name, body } = this.#call;
    assert(body.accumulator !== null, 'accumulators with a type are merged');
    const expected = `${printType(body.accumulator)} ('accumulatorType')`;
    const params = { name, expected, value: showValue(accumulator) };
    return udfError('UDF_ACCUMULATOR', params, { functionName: name, hint });
  }

  #guarded<T>(f: () => T): T {
    try {
      return f();
    } catch (cause) {
      throw udfFailed(this.#call.name, cause, []);
    }
  }
}
