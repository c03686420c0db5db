import type { Region } from '../columnar/arena/region.ts';
import { fromArrowVector } from '../columnar/arrow/read.ts';
import { type ArrowModule, loadArrow } from '../columnar/arrow/types.ts';
import { toArrowVector } from '../columnar/arrow/write.ts';
import { builderFor } from '../columnar/builders/builder-for.ts';
import type { Column } from '../columnar/column.ts';
import { toInternal } from '../columnar/to-internal.ts';
import { assert } from '../common/assert.ts';
import { udfError } from '../common/errors.ts';
import { printType } from '../types/print.ts';
import { udfBadResult, udfFailed } from './errors.ts';
import type { ScalarCall } from './run-scalar.ts';

let arrow: ArrowModule | null = null;

/** Loads the Arrow package: before the first call, because calls cannot wait. */
export async function prepareArrow(): Promise<void> {
  arrow ??= await loadArrow();
}

/**
 * Calls an `arrow` function with whole columns. It returns a vector, a typed array or an array of
 * as many values. Errors: UdfError UDF_FAILED, UDF_RESULT, UDF_RESULT_LENGTH.
 */
export function runArrow(
  call: ScalarCall,
  fn: (...args: readonly unknown[]) => unknown,
  args: readonly Column[],
  rows: number,
  region: Region,
): Column {
  assert(arrow !== null, 'the Arrow package is loaded before the first call');
  const module = arrow;
  let result: unknown;
  try {
    result = fn(...args.map((column) => toArrowVector(module, column, region.arena)));
  } catch (cause) {
    throw udfFailed(call.name, cause, []);
  }
  if (result instanceof module.Vector) {
    checkLength(call.name, result.length, rows);
    return fromArrowVector(result, call.result, region);
  }
  if (!ArrayBuffer.isView(result) && !Array.isArray(result)) {
    throw udfBadResult(call.name, `a column of ${printType(call.result)}`, result, []);
  }
  const values = result as ArrayLike<unknown>;
  checkLength(call.name, values.length, rows);
  const convert = toInternal(call.result, call.name);
  const builder = builderFor(call.result, region, rows);
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    try {
      builder.append(value === null || value === undefined ? null : convert(value));
    } catch {
      throw udfBadResult(call.name, printType(call.result), value, []);
    }
  }
  return builder.finish();
}

function checkLength(name: string, got: number, expected: number): void {
  if (got === expected) return;
  throw udfError('UDF_RESULT_LENGTH', { name, got, expected }, { functionName: name });
}
