import type { Region } from '../../columnar/arena/region.ts';
import type { Column } from '../../columnar/column.ts';
import { ResourceError } from '../../common/errors.ts';
import { udfBadCall, udfFailed } from '../errors.ts';
import type { Pulse } from '../pulse.ts';
import { rowReader } from '../row-reader.ts';
import type { ScalarCall } from '../scalar-call.ts';
import type { Argument } from './arguments.ts';
import { GeneratedLoops, type LoopState, runLoop, stepOf } from './generated-loop.ts';
import { type ResultWriter, resultConverter, resultWriter } from './results.ts';
import { rowsWriter } from './rows-writer.ts';

interface ScalarState extends LoopState {
  readonly call: (...args: readonly unknown[]) => unknown;
  readonly out: unknown;
  readonly other: ResultWriter['other'];
}

/**
 * Calls one user-defined scalar function for the rows of a batch. The loop is generated for the
 * function and the form of its arguments, and kept.
 */
export class ScalarLoop {
  readonly #call: ScalarCall;
  readonly #fn: ScalarState['call'];
  readonly #rowsBefore: () => number;
  readonly #loops: GeneratedLoops<ScalarState>;

  /** `rowsBefore`: rows that a call of a table function gave before those that are stored now. */
  constructor(call: ScalarCall, fn: ScalarState['call'], rowsBefore: () => number = () => 0) {
    this.#rowsBefore = rowsBefore;
    this.#call = call;
    this.#fn = fn;
    this.#loops = new GeneratedLoops(`${call.body.id}`, ['call', 'out', 'other']);
  }

  /** The results for `rows` rows, in memory of `region`. Errors: UdfError UDF_FAILED, UDF_RESULT. */
  run(args: readonly Argument[], rows: number, region: Region, pulse: Pulse): Column {
    const rowArguments = (row: number): readonly unknown[] => args.map((arg) => arg.at(row));
    const { name, body, result: type } = this.#call;
    const writer = body.rows
      ? rowsWriter(type, rows, region, name)
      : resultWriter(type, rows, region, resultConverter(type, name));
    const other: ResultWriter['other'] = (row, result) => {
      try {
        writer.other(row, result);
      } catch (cause) {
        if (cause instanceof ResourceError) throw cause;
        const bad = { result: this.#shown(result), cause, rowsBefore: this.#rowsBefore() };
        throw udfBadCall(this.#call, bad, rowArguments(row));
      }
    };
    const fail = (row: number, cause: unknown): unknown =>
      udfFailed(name, cause, rowArguments(row));
    const loop = this.#loops.loop(args, '', () =>
      stepOf(
        args,
        body.required,
        'other(i, null);',
        (values) => `const r = call(${values.join(', ')}); ${writer.store}`,
      ),
    );
    const state = { call: this.#fn, args, pulse, out: writer.out, other, fail };
    runLoop(loop, state, rows, writer.chunkEnd);
    return writer.finish();
  }

  /** A result as errors speak of it: a table function's rows have their fields. */
  #shown(result: unknown): unknown {
    const { body, result: type } = this.#call;
    if (!body.rows || type.kind !== 'ARRAY' || !Array.isArray(result)) return result;
    return result.map(rowReader(type.element));
  }
}
