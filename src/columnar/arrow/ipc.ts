import { runtimeError } from '../../common/errors.ts';
import type { Schema } from '../../types/schema.ts';
import type { Region } from '../arena/region.ts';
import type { Batch } from '../batch.ts';
import { fromArrowTable } from './read.ts';
import { type ArrowModule, fromArrowSchema } from './types.ts';
import { toArrowTable } from './write.ts';

/**
 * Batches as the bytes of an Arrow IPC file or stream. Dictionaries are written as plain values;
 * row kinds are left out. Errors: as of `toRecordBatch`.
 */
export function writeIpc(
  module: ArrowModule,
  schema: Schema,
  batches: readonly Batch[],
  region: Region,
  form: 'file' | 'stream',
): Uint8Array {
  return module.tableToIPC(toArrowTable(module, schema, batches, region), form);
}

/**
 * The batches in the bytes of an Arrow IPC file or stream, copied to memory of `region`. `schema`
 * says what the columns become; by default what `fromArrowSchema` says.
 * Errors: TableRuntimeError INVALID_ARROW; ValidationError NOT_SUPPORTED; ResourceError MEMORY_LIMIT.
 */
export function readIpc(
  module: ArrowModule,
  bytes: Uint8Array,
  region: Region,
  schema?: Schema,
): { schema: Schema; batches: Batch[] } {
  let table: ReturnType<typeof module.tableFromIPC>;
  try {
    table = module.tableFromIPC(bytes);
  } catch (cause) {
    throw runtimeError('INVALID_ARROW', { reason: String(cause) }, { cause });
  }
  const target = schema ?? fromArrowSchema(table.schema);
  return { schema: target, batches: fromArrowTable(table, region, target) };
}
