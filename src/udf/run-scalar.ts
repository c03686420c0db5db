import type { Region } from '../columnar/arena/region.ts';
import type { Column } from '../columnar/column.ts';
import { type CallForValues, DictionaryResults } from './dictionary-results.ts';
import { udfFailed } from './errors.ts';
import type { FunctionContext } from './function-context.ts';
import { type LoadedFunction, loadFunction } from './load.ts';
import { argumentOf, argumentOfValues, type CallArgument } from './loops/arguments.ts';
import { rowsCalled } from './loops/rows-called.ts';
import { ScalarLoop } from './loops/scalar-loop.ts';
import { beat, type Pulse } from './pulse.ts';
import { prepareArrow, runArrow } from './run-arrow.ts';
import type { ScalarCall } from './scalar-call.ts';

/** A function in this thread and the loops that were generated for it. */
interface Prepared {
  readonly loaded: LoadedFunction;
  readonly loop: ScalarLoop;
}

/** Functions without a life of their own are kept, and with them what V8 learned about them. */
const kept = new Map<number, Prepared>();
const KEPT_MAX = 256;

/** A scalar function that is loaded and opened in this thread, for one pipeline. */
export class ScalarRunner {
  readonly #call: ScalarCall;
  readonly #loaded: LoadedFunction;
  readonly #loop: ScalarLoop;
  readonly #byDictionary: DictionaryResults;
  #calls = 0;

  private constructor(call: ScalarCall, { loaded, loop }: Prepared) {
    this.#call = call;
    this.#loaded = loaded;
    this.#loop = loop;
    this.#byDictionary = new DictionaryResults(call.result);
  }

  /** How often the function was called. */
  get calls(): number {
    return this.#calls;
  }

  /** Loads and opens the function. Errors: UdfError UDF_MODULE_FAILED, UDF_LOAD_FAILED, UDF_FAILED. */
  static async open(call: ScalarCall, context: FunctionContext): Promise<ScalarRunner> {
    if (call.body.funcType === 'arrow') await prepareArrow();
    const prepared = kept.get(call.body.id) ?? (await prepare(call));
    try {
      await prepared.loaded.open(context);
    } catch (cause) {
      throw udfFailed(`${call.name}.open`, cause, []);
    }
    return new ScalarRunner(call, prepared);
  }

  /**
   * The results for `rows` rows, in memory of `region`; valid as long as the arguments. A
   * deterministic function of one dictionary column is called once for each distinct value.
   * Errors: UdfError UDF_FAILED, UDF_RESULT, UDF_RESULT_LENGTH; what `pulse` throws.
   */
  run(args: readonly CallArgument[], rows: number, region: Region, pulse: Pulse): Column {
    const { body } = this.#call;
    if (body.funcType === 'arrow') {
      beat(pulse);
      this.#calls++;
      return runArrow(this.#call, this.#loaded.call, args, rows, region);
    }
    const [only] = args;
    const isDictionary = only?.kind === 'column' && only.column.layout === 'dictionary';
    if (args.length === 1 && body.deterministic && isDictionary) {
      const call: CallForValues = (values, memory) => {
        const ofNull = body.required.includes(0) && values.includes(null) ? 1 : 0;
        this.#calls += values.length - ofNull;
        return this.#loop.run([argumentOfValues(values, 0)], values.length, memory, pulse);
      };
      const results = this.#byDictionary.run(only.column, region, call);
      if (results !== null) return results;
    }
    this.#calls += rowsCalled(args, rows, body.required);
    return this.#loop.run(args.map(argumentOf), rows, region, pulse);
  }

  /** Calls the function's `close`. Errors: UdfError UDF_FAILED. */
  async close(): Promise<void> {
    this.#byDictionary.close();
    try {
      await this.#loaded.close();
    } catch (cause) {
      throw udfFailed(`${this.#call.name}.close`, cause, []);
    }
  }
}

/** A table function as a function that gives the array of its rows. */
function collecting(loaded: LoadedFunction, { body }: ScalarCall): LoadedFunction {
  if (!body.rows) return loaded;
  const call = (...args: readonly unknown[]): unknown => {
    const rows = loaded.call(...args) ?? [];
    if (Array.isArray(rows)) return rows;
    // What is no list of rows fails when it is stored; the letters of a text are no rows.
    const isList = typeof rows === 'object' && Symbol.iterator in rows;
    return isList ? Array.from(rows as Iterable<unknown>) : rows;
  };
  return { ...loaded, call };
}

async function prepare(call: ScalarCall): Promise<Prepared> {
  const { name, body } = call;
  const loaded = collecting(await loadFunction(name, body), call);
  const prepared = { loaded, loop: new ScalarLoop(call, loaded.call) };
  if (loaded.isPlain) {
    const [oldest] = kept.keys();
    if (kept.size >= KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    kept.set(body.id, prepared);
  }
  return prepared;
}
