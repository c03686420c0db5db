import type { Region } from '../columnar/arena/region.ts';
import { type ArrowModule, loadArrow } from '../columnar/arrow/types.ts';
import { toArrowVector } from '../columnar/arrow/write.ts';
import { builderFor } from '../columnar/builders/builder-for.ts';
import type { DataType } from '../types/data-type.ts';
import type { FunctionContext } from './function-context.ts';
import { type LoadedFunction, loadFunction } from './load.ts';
import type { ScalarCall } from './scalar-call.ts';

/**
 * An aggregate function of whole columns: the rows of a group are collected, and made columns when
 * its value is asked for. The columns are valid during the call.
 */
export class ArrowAggregator {
  readonly #loaded: LoadedFunction;
  readonly #arrow: ArrowModule;
  readonly #region: Region;
  /** Rows of columns cannot be found again. */
  readonly retract: undefined;

  private constructor(loaded: LoadedFunction, arrow: ArrowModule, region: Region) {
    this.#loaded = loaded;
    this.#arrow = arrow;
    this.#region = region;
  }

  /** Loads the function. Errors: UdfError UDF_MODULE_FAILED, UDF_LOAD_FAILED. */
  static async load({ name, body }: ScalarCall, region: Region): Promise<ArrowAggregator> {
    return new ArrowAggregator(await loadFunction(name, body), await loadArrow(), region.child());
  }

  open(context: FunctionContext): void | Promise<void> {
    return this.#loaded.open(context);
  }

  close(): void | Promise<void> {
    this.#region.dispose();
    return this.#loaded.close();
  }

  createAccumulator(): unknown[][] {
    return [];
  }

  /** Adds a row of internal values. */
  accumulate(rows: unknown, ...args: readonly unknown[]): void {
    // `createAccumulator` made it.
    (rows as (readonly unknown[])[]).push(args);
  }

  getValue(accumulator: unknown, types: readonly DataType[]): unknown {
    const rows = accumulator as readonly (readonly unknown[])[];
    this.#region.recycle();
    const vectors = types.map((type, i) => {
      const builder = builderFor(type, this.#region, rows.length);
      for (const row of rows) builder.append(row[i]);
      return toArrowVector(this.#arrow, builder.finish(), this.#region);
    });
    return this.#loaded.call(...vectors);
  }
}
