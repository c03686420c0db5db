import type { Region } from '../columnar/arena/region.ts';
import { type Column, DictionaryColumn } from '../columnar/column.ts';
import { take } from '../columnar/take.ts';
import { assert } from '../common/assert.ts';
import type { UdfBody } from '../functions/definition.ts';
import type { DataType } from '../types/data-type.ts';
import { udfFailed } from './errors.ts';
import type { FunctionContext } from './kinds.ts';
import { type LoadedFunction, loadFunction } from './load.ts';
import { type ProgressMark, ScalarLoop } from './loops/scalar-loop.ts';
import { runArrow } from './run-arrow.ts';

/** One call of a scalar function in a plan. */
export interface ScalarCall {
  readonly name: string;
  readonly body: UdfBody;
  readonly result: DataType;
}

/** A scalar function that is loaded and opened in this thread, for one pipeline. */
export class ScalarRunner {
  readonly #call: ScalarCall;
  readonly #function: LoadedFunction;
  readonly #loop: ScalarLoop;

  private constructor(call: ScalarCall, loaded: LoadedFunction) {
    this.#call = call;
    this.#function = loaded;
    this.#loop = loopOf(call, loaded);
  }

  /** Loads and opens the function. Errors: UdfError. */
  static async open(call: ScalarCall, context: FunctionContext): Promise<ScalarRunner> {
    const loaded = await loadFunction(call.name, call.body);
    try {
      await loaded.open(context);
    } catch (cause) {
      throw udfFailed(`${call.name}.open`, cause, []);
    }
    return new ScalarRunner(call, loaded);
  }

  /**
   * The results for `rows` rows. A deterministic function of one dictionary column is called once
   * for each distinct value.
   */
  run(args: readonly Column[], rows: number, region: Region, mark: ProgressMark): Column {
    const { body } = this.#call;
    if (body.funcType === 'arrow') {
      words(mark);
      return runArrow(this.#call, this.#function.call, args, rows, region);
    }
    const [only] = args;
    if (args.length === 1 && body.deterministic && isSmallDictionary(only, rows)) {
      return this.#runDictionary(only, region, mark);
    }
    return this.#loop.run(args, rows, region, mark);
  }

  /** Calls the function's `close`. */
  async close(): Promise<void> {
    try {
      await this.#function.close();
    } catch (cause) {
      throw udfFailed(`${this.#call.name}.close`, cause, []);
    }
  }

  #runDictionary(column: DictionaryColumn, region: Region, mark: ProgressMark): Column {
    const { dictionary, codes, validity, nullCount, length } = column;
    const results = this.#loop.run([dictionary], dictionary.length, region, mark);
    if (nullCount === 0) {
      return results.layout === 'binary' && results.nullCount === 0
        ? new DictionaryColumn(this.#call.result, length, codes, results, null, 0)
        : take(results, codes, region);
    }
    // NULL is a value like others to a general function: its result stands behind the others.
    assert(validity !== null, 'a column with NULLs has a validity bitmap');
    return this.#loop.run([column], length, region, mark);
  }
}

function isSmallDictionary(column: Column | undefined, rows: number): column is DictionaryColumn {
  return column?.layout === 'dictionary' && column.dictionary.length < rows;
}

function words(mark: ProgressMark): void {
  mark.words[mark.index]!++;
}

const loops = new WeakMap<LoadedFunction['call'], ScalarLoop>();

/** The loop of a function: one for its life, so that what V8 learned is kept. */
function loopOf({ name, body, result }: ScalarCall, { call }: LoadedFunction): ScalarLoop {
  let loop = loops.get(call);
  if (loop === undefined) {
    loop = new ScalarLoop(name, body.id, call, result);
    loops.set(call, loop);
  }
  return loop;
}
