import { allocFixed } from '../columnar/allocate.ts';
import type { Region } from '../columnar/arena/region.ts';
import { fromArrowVector } from '../columnar/arrow/read.ts';
import { type ArrowModule, fromArrowType, loadArrow } from '../columnar/arrow/types.ts';
import { toArrowVector } from '../columnar/arrow/write.ts';
import { builderFor } from '../columnar/builders/builder-for.ts';
import { type Column, FixedColumn } from '../columnar/column.ts';
import { toExternal } from '../columnar/rows.ts';
import { isStoredIn } from '../columnar/stored-values.ts';
import { storageOf, storageWidth } from '../columnar/values.ts';
import { assert } from '../common/assert.ts';
import { ResourceError, udfError } from '../common/errors.ts';
import { sameType } from '../types/data-type.ts';
import { printType } from '../types/print.ts';
import { badResult, udfBadResult, udfFailed } from './errors.ts';
import type { CallArgument } from './loops/arguments.ts';
import { resultConverter } from './loops/results.ts';
import type { ScalarCall } from './scalar-call.ts';

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
  args: readonly CallArgument[],
  rows: number,
  region: Region,
): Column {
  assert(arrow !== null, 'the Arrow package is loaded before the first call');
  const module = arrow;
  let result: unknown;
  try {
    result = fn(...args.map((arg) => toArrowVector(module, columnOf(arg, rows, region), region)));
  } catch (cause) {
    throw udfFailed(call.name, cause, null);
  }
  try {
    return resultColumn(module, call, result, rows, region);
  } catch (cause) {
    // What it returned may be a proxy that throws whatever it is asked.
    throw udfFailed(call.name, cause, null);
  }
}

function resultColumn(
  module: ArrowModule,
  call: ScalarCall,
  result: unknown,
  rows: number,
  region: Region,
): Column {
  const isVector = result instanceof module.Vector;
  if (!isVector && !ArrayBuffer.isView(result) && !Array.isArray(result)) {
    throw badColumn(call, result);
  }
  const { length } = result as ArrayLike<unknown>;
  if (length !== rows) {
    throw udfError(
      'UDF_RESULT_LENGTH',
      { name: call.name, got: length, expected: rows },
      { functionName: call.name, args: null },
    );
  }
  if (isVector) return fromVector(call, result as InstanceType<ArrowModule['Vector']>, region);
  return (
    fromTypedArray(call, result, region) ?? fromValues(call, result as ArrayLike<unknown>, region)
  );
}

function columnOf(argument: CallArgument, rows: number, region: Region): Column {
  if (argument.kind === 'column') return argument.column;
  const builder = builderFor(argument.type, region, rows);
  for (let row = 0; row < rows; row++) builder.append(argument.value);
  return builder.finish();
}

function fromVector(
  call: ScalarCall,
  vector: InstanceType<ArrowModule['Vector']>,
  region: Region,
): Column {
  const { result } = call;
  let column: Column;
  try {
    const type = fromArrowType(vector.type, true);
    const isResult = sameType(type, result, false) || isStoredIn(result, type);
    column = fromArrowVector(vector, isResult ? result : type, region);
  } catch (cause) {
    if (cause instanceof ResourceError) throw cause;
    throw badColumn(call, `an Arrow vector of ${vector.type}`);
  }
  if (column.nullCount > 0 && !result.nullable) {
    throw badResult(call.name, { type: printType(result), value: null, at: '' }, null);
  }
  if (column.type === result) return column;
  const read = toExternal(column.type);
  const values = Array.from({ length: column.length }, (_, row) => read(column.get(row)));
  return fromValues(call, values, region);
}

/** Numbers in the form in which columns hold them are copied as they are. */
function fromTypedArray(call: ScalarCall, result: unknown, region: Region): Column | null {
  if (!NUMBERS.has(call.result.kind)) return null;
  const storage = storageOf(call.result);
  assert(storage !== null, 'numbers have a fixed width');
  const { length } = result as ArrayLike<unknown>;
  const width = storageWidth(storage);
  const values = allocFixed(region, storage, length, width);
  if (!(result instanceof values.constructor)) {
    region.free(values.byteOffset);
    return null;
  }
  // Both are the same kind of typed array.
  (values as Float64Array).set(result as Float64Array);
  return new FixedColumn(call.result, length, values, width, null, 0);
}

const NUMBERS: ReadonlySet<string> = new Set([
  'TINYINT',
  'SMALLINT',
  'INT',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
]);

function fromValues(call: ScalarCall, values: ArrayLike<unknown>, region: Region): Column {
  const convert = resultConverter(call.result, call.name);
  const builder = builderFor(call.result, region, values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    let internal: unknown;
    try {
      internal = convert(value);
    } catch (cause) {
      throw udfBadResult(
        call.name,
        call.result,
        { result: value, cause, root: `result[${row}]` },
        null,
      );
    }
    builder.append(internal);
  }
  return builder.finish();
}

function badColumn(call: ScalarCall, result: unknown): Error {
  const type = `a column of ${printType(call.result)}`;
  return badResult(call.name, { type, value: result, at: '' }, null);
}
