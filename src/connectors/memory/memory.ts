import { assert } from '../../common/assert.ts';
import { defineConnector, type TableSite } from '../connector.ts';
import { MemorySink, restoreMemorySink } from './memory-sink.ts';
import { MemorySource, restoreMemorySource } from './memory-source.ts';
import { MemoryTable } from './memory-table.ts';

/** Tables in memory of the environment: CREATE TABLE without a connector, fromValues, fromArrow. */
export const memory = defineConnector({
  identifier: 'memory',
  doc: 'A table in the memory of the environment.',
  options: {},
  source: (site) => {
    const table = instanceOf(site);
    const columns = site.schema.fields.map((_, i) => i);
    return new MemorySource(table, { columns, conditions: [] }, null);
  },
  sink: (site, _options, overwrite) => {
    const key = site.table.primaryKey;
    const names = site.schema.fields.map((field) => field.name);
    const primaryKey = key?.enforced === true ? key.columns.map((c) => names.indexOf(c)) : null;
    const partition = site.table.partitionKeys.map((column) => names.indexOf(column));
    const options = { overwrite, partition, primaryKey, locked: false };
    return new MemorySink(instanceOf(site), options);
  },
  restoreSource: restoreMemorySource,
  restoreSink: restoreMemorySink,
});

function instanceOf(site: TableSite): MemoryTable {
  const { instance } = site.table;
  assert(instance instanceof MemoryTable, 'the memory connector serves its own tables');
  return instance;
}
