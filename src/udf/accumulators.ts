import { showValue } from '../columnar/show-value.ts';
import { assert } from '../common/assert.ts';
import { udfError } from '../common/errors.ts';
import { printType } from '../types/print.ts';
import { AccumulatorForm } from './accumulator-form.ts';
import { type Aggregator, requireAccumulator } from './aggregator.ts';
import { udfFailed } from './errors.ts';
import type { ScalarCall } from './scalar-call.ts';

/** Makes, merges and hands over the accumulators of one call. Errors of all: UdfError UDF_FAILED, UDF_ACCUMULATOR. */
export class Accumulators {
  readonly #call: ScalarCall;
  readonly #aggregator: Aggregator;
  readonly #form: AccumulatorForm | null;

  constructor(call: ScalarCall, aggregator: Aggregator) {
    this.#call = call;
    this.#aggregator = aggregator;
    const { accumulator } = call.body;
    this.#form = accumulator === null ? null : new AccumulatorForm(accumulator);
  }

  create(): unknown {
    const made = this.#guarded(() => this.#aggregator.createAccumulator());
    return requireAccumulator(this.#call.name, made);
  }

  valueOf(accumulator: unknown): unknown {
    return this.#guarded(() => this.#aggregator.getValue(accumulator));
  }

  /** The accumulator as an internal value of its type. Errors: UdfError UDF_ACCUMULATOR. */
  stateOf(accumulator: unknown): unknown {
    const { name, body } = this.#call;
    assert(this.#form !== null && body.accumulator !== null, 'accumulators with a type are merged');
    try {
      return this.#form.write(accumulator);
    } catch {
      const type = printType(body.accumulator);
      const params = {
        name,
        expected: `${type} ('accumulatorType')`,
        value: showValue(accumulator),
      };
      throw udfError('UDF_ACCUMULATOR', params, { functionName: name });
    }
  }

  /** Takes the rows of another accumulator in. */
  merge(accumulator: unknown, state: unknown): void {
    const form = this.#form;
    assert(form !== null, 'accumulators with a type are merged');
    const empty = this.create();
    this.#guarded(() => {
      const other = form.read(state, empty);
      this.#aggregator.merge?.(accumulator, [other]);
    });
  }

  #guarded<T>(f: () => T): T {
    try {
      return f();
    } catch (cause) {
      throw udfFailed(this.#call.name, cause, []);
    }
  }
}
