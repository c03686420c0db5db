import type { Region } from '../../columnar/arena/region.ts';
import type { Column } from '../../columnar/column.ts';
import { ResourceError } from '../../common/errors.ts';
import { udfBadCall, udfFailed } from '../errors.ts';
import type { Pulse } from '../pulse.ts';
import { rowReader } from '../row-reader.ts';
import type { ScalarCall } from '../scalar-call.ts';
import type { Argument } from './arguments.ts';
import { GeneratedLoops, type LoopState, runLoop, stepOf } from './generated-loop.ts';
import type { ResultTotals } from './result-totals.ts';
import { type ResultWriter, resultConverter, resultWriter } from './results.ts';
import { rowsWriter } from './rows-writer.ts';

interface CallState extends LoopState {
  readonly call: (...args: readonly unknown[]) => unknown;
}

interface ScalarState extends CallState {
  readonly out: unknown;
  readonly absent: ResultWriter['absent'];
  readonly other: ResultWriter['other'];
}

interface TotalsState extends CallState {
  readonly totals: ResultTotals;
  /** The internal value of a result of another form. */
  readonly other: (row: number, result: unknown) => unknown;
}

/**
 * Calls one user-defined scalar function for the rows of a batch. The loop is generated for the
 * function and the form of its arguments, and kept.
 */
export class ScalarLoop {
  readonly #call: ScalarCall;
  readonly #fn: CallState['call'];
  readonly #rowsBefore: () => number;
  readonly #loops: GeneratedLoops<ScalarState>;
  readonly #totals: GeneratedLoops<TotalsState>;

  /**
   * `number` tells the loops of one function apart; `rowsBefore`: rows that a call of a table
   * function gave before those that are stored now.
   */
  constructor(call: ScalarCall, fn: CallState['call'], number: number, rowsBefore: () => number) {
    this.#rowsBefore = rowsBefore;
    this.#call = call;
    this.#fn = fn;
    this.#loops = new GeneratedLoops(`${call.body.id}.${number}`, [
      'call',
      'out',
      'absent',
      'other',
    ]);
    this.#totals = new GeneratedLoops(`${call.body.id}.${number}-totals`, [
      'call',
      'totals',
      'other',
    ]);
  }

  /** The results for `rows` rows, in memory of `region`. Errors: UdfError UDF_FAILED, UDF_RESULT. */
  run(args: readonly Argument[], rows: number, region: Region, pulse: Pulse): Column {
    const { name, body, result: type } = this.#call;
    const writer = body.rows
      ? rowsWriter(type, rows, region, name)
      : resultWriter(type, rows, region, resultConverter(type, name));
    const loop = this.#loops.loop(args, '', () => ({
      step: stepOf(
        args,
        body.required,
        'absent(i);',
        (values) => `const r = call(${values.join(', ')}); ${writer.store}`,
      ),
    }));
    const { out, absent } = writer;
    const state = { call: this.#fn, args, pulse, out, absent, ...this.#checks(args, writer) };
    runLoop(loop, state, rows, writer.chunkEnd);
    return writer.finish();
  }

  /** Adds the results for `rows` rows to totals. Errors: UdfError UDF_FAILED, UDF_RESULT. */
  total(args: readonly Argument[], rows: number, totals: ResultTotals, pulse: Pulse): void {
    const { name, body, result: type } = this.#call;
    const { sum, least, greatest } = totals.wanted;
    const loop = this.#totals.loop(args, `${sum} ${least} ${greatest}`, () => {
      const { before, after, add, skip } = totals.code();
      const called = (values: readonly string[]) => `const r = call(${values.join(', ')}); ${add}`;
      return { before, after, step: stepOf(args, body.required, skip, called) };
    });
    const convert = resultConverter(type, name);
    const converter = { other: (_: number, result: unknown) => convert(result) };
    const state = { call: this.#fn, args, pulse, totals, ...this.#checks(args, converter) };
    runLoop(loop, state, rows);
    totals.end(rows);
  }

  /** How loops take results of another form, and what they throw: errors that say which row. */
  #checks<R>(
    args: readonly Argument[],
    { other }: { readonly other: (row: number, result: unknown) => R },
  ): {
    readonly other: (row: number, result: unknown) => R;
    readonly fail: LoopState['fail'];
  } {
    const rowArguments = (row: number): readonly unknown[] => args.map((arg) => arg.at(row));
    return {
      other: (row, result) => {
        try {
          return other(row, result);
        } catch (cause) {
          if (cause instanceof ResourceError) throw cause;
          const bad = { result: this.#shown(result), cause, rowsBefore: this.#rowsBefore() };
          throw udfBadCall(this.#call, bad, rowArguments(row));
        }
      },
      fail: (row, cause) => udfFailed(this.#call.name, cause, rowArguments(row)),
    };
  }

  /** A result as errors speak of it: a table function's rows have their fields. */
  #shown(result: unknown): unknown {
    const { body, result: type } = this.#call;
    if (!body.rows || type.kind !== 'ARRAY' || !Array.isArray(result)) return result;
    return result.map(rowReader(type.element));
  }
}
