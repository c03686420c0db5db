import type { Region } from '../columnar/arena/region.ts';
import type { Column, DictionaryColumn } from '../columnar/column.ts';
import { printType } from '../types/print.ts';
import { copiedRow } from './copied-row.ts';
import { type CallForValues, DictionaryResults } from './dictionary-results.ts';
import { udfFailed } from './errors.ts';
import type { FunctionContext } from './function-context.ts';
import { type LoadedFunction, loadFunction } from './load.ts';
import { argumentOf, argumentOfValues, type CallArgument } from './loops/arguments.ts';
import type { ResultTotals } from './loops/result-totals.ts';
import { rowsCalled } from './loops/rows-called.ts';
import { ScalarLoop } from './loops/scalar-loop.ts';
import { beat, type Pulse } from './pulse.ts';
import type { RowPieces } from './row-pieces.ts';
import { prepareArrow, runArrow } from './run-arrow.ts';
import type { ScalarCall } from './scalar-call.ts';

/** A function in this thread and the loops that were generated for it. */
interface Prepared {
  readonly loaded: LoadedFunction;
  /** By the type of the results, which may be another one in the next statement. */
  readonly loops: Map<string, ScalarLoop>;
  readonly rows: RowsSite;
}

/** How the rows of a table function are made now: runners of one function take turns. */
interface RowsSite {
  /** Null: all rows of a call at once. */
  pieces: RowPieces | null;
}

/** Functions without a life of their own are kept, and with them what V8 learned about them. */
const kept = new Map<number, Prepared>();
const KEPT_MAX = 256;

/** A scalar function that is loaded and opened in this thread, for one pipeline. */
export class ScalarRunner {
  readonly #call: ScalarCall;
  readonly #loaded: LoadedFunction;
  readonly #loop: ScalarLoop;
  readonly #rows: RowsSite;
  readonly #byDictionary: DictionaryResults;
  #calls = 0;
  /** Whether a call had too many rows to be kept for other rows of its value. */
  #isLong = false;

  private constructor(call: ScalarCall, prepared: Prepared) {
    this.#rows = prepared.rows;
    this.#call = call;
    this.#loaded = prepared.loaded;
    this.#loop = loopOf(call, prepared);
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
    return this.#byValues(args, region, pulse) ?? this.#byRows(args, rows, region, pulse);
  }

  /**
   * Adds the results for `rows` rows to totals instead of storing them; false, and nothing is
   * done, where not every row has a call of its own or totals do not take so many rows at once.
   * Errors: as `run`.
   */
  total(args: readonly CallArgument[], rows: number, totals: ResultTotals, pulse: Pulse): boolean {
    if (this.#dictionary(args) !== null || !totals.takes(rows)) return false;
    this.#calls += rowsCalled(args, rows, this.#call.body.required);
    this.#loop.total(args.map(argumentOf), rows, totals, pulse);
    return true;
  }

  /**
   * As `run` for a table function, whose calls may make rows without end: of the call that was left
   * (`hasMore`) it gives the first rows, and none for the rows behind it. Called again with the
   * arguments of its row alone, it gives further rows.
   */
  runPiece(
    args: readonly CallArgument[],
    rows: number,
    region: Region,
    pulse: Pulse,
    pieces: RowPieces,
  ): Column {
    const isResumed = pieces.hasMore;
    this.#rows.pieces = pieces;
    try {
      pieces.begin();
      if (!isResumed) {
        const results = this.#byValues(args, region, pulse);
        if (results !== null && !pieces.hasMore) return results;
        if (pieces.hasMore) {
          // Values have no place of their own among the rows, where a call could go on.
          pieces.stop();
          this.#byDictionary.close();
          this.#isLong = true;
        }
      }
      const results = this.#byRows(args, rows, region, pulse);
      this.#calls -= isResumed ? 1 : pieces.putOff;
      return results;
    } finally {
      this.#rows.pieces = null;
    }
  }

  /** The results by the values of a dictionary; null where they are found row by row. */
  #byValues(args: readonly CallArgument[], region: Region, pulse: Pulse): Column | null {
    const column = this.#dictionary(args);
    if (column === null) return null;
    const { body } = this.#call;
    const call: CallForValues = (values, memory) => {
      const ofNull = body.required.includes(0) && values.includes(null) ? 1 : 0;
      this.#calls += values.length - ofNull;
      return this.#loop.run([argumentOfValues(values, 0)], values.length, memory, pulse);
    };
    return this.#byDictionary.run(column, region, call);
  }

  /** The only column, for whose distinct values results may be found; else null. */
  #dictionary(args: readonly CallArgument[]): DictionaryColumn | null {
    const [only] = args;
    if (args.length !== 1 || only?.kind !== 'column' || this.#isLong) return null;
    const { column } = only;
    return this.#call.body.deterministic && column.layout === 'dictionary' ? column : null;
  }

  #byRows(args: readonly CallArgument[], rows: number, region: Region, pulse: Pulse): Column {
    this.#calls += rowsCalled(args, rows, this.#call.body.required);
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
function collecting(loaded: LoadedFunction, { body }: ScalarCall, site: RowsSite): LoadedFunction {
  if (!body.rows) return loaded;
  const call = (...args: readonly unknown[]): unknown => {
    const { pieces } = site;
    const instead = pieces?.instead() ?? null;
    if (instead !== null) return instead;
    const rows = loaded.call(...args) ?? [];
    if (Array.isArray(rows)) return pieces?.whole(rows) ?? rows;
    // What is no list of rows fails when it is stored; the letters of a text are no rows.
    const isList = typeof rows === 'object' && Symbol.iterator in rows;
    if (!isList) return rows;
    const list = rows as Iterable<unknown>;
    return pieces === null ? Array.from(list, copiedRow) : pieces.first(list);
  };
  return { ...loaded, call };
}

function loopOf(call: ScalarCall, { loaded, loops, rows }: Prepared): ScalarLoop {
  const type = printType(call.result);
  const known = loops.get(type);
  if (known !== undefined) return known;
  const loop = new ScalarLoop(call, loaded.call, loops.size, () => rows.pieces?.before ?? 0);
  loops.set(type, loop);
  return loop;
}

async function prepare(call: ScalarCall): Promise<Prepared> {
  const { name, body } = call;
  const rows: RowsSite = { pieces: null };
  const loaded = collecting(await loadFunction(name, body), call, rows);
  const prepared: Prepared = { loaded, loops: new Map(), rows };
  if (loaded.isPlain) {
    const [oldest] = kept.keys();
    if (kept.size >= KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    kept.set(body.id, prepared);
  }
  return prepared;
}
