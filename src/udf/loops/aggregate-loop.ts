import { type Aggregator, requireOver } from '../aggregator.ts';
import { udfFailed } from '../errors.ts';
import type { Pulse } from '../pulse.ts';
import type { ScalarCall } from '../scalar-call.ts';
import type { Argument } from './arguments.ts';
import { GeneratedLoops, type LoopState, runLoop, stepOf } from './generated-loop.ts';

interface AggregateState extends LoopState {
  readonly aggregator: Aggregator;
  readonly accumulators: readonly unknown[];
  /** The group of each row; null: all are of the first one. */
  readonly groupIds: Int32Array | null;
  readonly requireOver: (returned: unknown) => void;
}

/**
 * Hands the rows of batches to the accumulators of one aggregate function. The loop is generated
 * for the function and the form of its arguments, and kept.
 */
export class AggregateLoop {
  readonly #call: ScalarCall;
  readonly #aggregator: Aggregator;
  readonly #pulse: Pulse;
  readonly #loops: GeneratedLoops<AggregateState>;

  constructor(call: ScalarCall, aggregator: Aggregator, pulse: Pulse) {
    this.#call = call;
    this.#aggregator = aggregator;
    this.#pulse = pulse;
    this.#loops = new GeneratedLoops(`${call.body.id}`, [
      'aggregator',
      'accumulators',
      'groupIds',
      'requireOver',
    ]);
  }

  /** Adds `rows` rows. Errors: UdfError UDF_FAILED. */
  run(
    args: readonly Argument[],
    rows: number,
    groupIds: Int32Array | null,
    accumulators: readonly unknown[],
  ): void {
    const { name, body } = this.#call;
    const fail = (row: number, cause: unknown): unknown => {
      const values = args.map((arg) => arg.at(row));
      return udfFailed(name, cause, values);
    };
    const group = groupIds === null ? '0' : 'groupIds[i]';
    const loop = this.#loops.loop(args, group, () => ({
      step: stepOf(args, body.required, '', (values) => {
        const given = [`accumulators[${group}]`, ...values];
        // A promise is looked for in objects alone, so that V8 can leave the test out.
        return `const made = aggregator.accumulate(${given.join(', ')});
if (typeof made === 'object') requireOver(made);`;
      }),
    }));
    const state = { args, accumulators, groupIds, requireOver, fail };
    runLoop(loop, { ...state, aggregator: this.#aggregator, pulse: this.#pulse }, rows);
  }
}
