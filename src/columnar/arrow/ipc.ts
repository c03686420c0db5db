import type { Schema } from '../../types/schema.ts';
import type { Region } from '../arena/region.ts';
import type { Batch } from '../batch.ts';
import { fromRecordBatch } from './read.ts';
import { type ArrowModule, toArrowSchema } from './types.ts';
import { verifyData } from './verify-data.ts';
import { ArrowFormatError, verifyMessages } from './verify-messages.ts';
import { toRecordBatch } from './write.ts';

/** The rows of a batch as an Arrow IPC stream. Errors: as of `toRecordBatch`. */
export function toIpcStream(module: ArrowModule, batch: Batch, region: Region): Uint8Array {
  const record = toRecordBatch(module, batch, region);
  return module.tableToIPC(new module.Table(record.schema, [record]), 'stream');
}

/**
 * The rows of an Arrow IPC stream of one record batch, copied to memory of `region`. Whoever wrote
 * it is not believed: it must have the columns of `schema`, and nothing that lies outside of it.
 * Errors: ArrowFormatError, ResourceError MEMORY_LIMIT.
 */
export function fromIpcStream(
  module: ArrowModule,
  bytes: Uint8Array,
  schema: Schema,
  region: Region,
): Batch {
  verifyMessages(bytes);
  const table = module.tableFromIPC(bytes);
  const wanted = toArrowSchema(module, schema);
  if (String(table.schema) !== String(wanted)) {
    throw new ArrowFormatError(`the columns are ${table.schema}, not ${wanted}`);
  }
  const [record, ...more] = table.batches;
  if (record === undefined || more.length > 0) {
    throw new ArrowFormatError(`there are ${table.batches.length} record batches, not one`);
  }
  verifyData(record.data);
  return fromRecordBatch(record, region, schema);
}
