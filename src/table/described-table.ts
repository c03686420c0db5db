import { type CatalogModel, type CatalogTable, PLAIN_TABLE } from '../catalog/catalog.ts';
import { requireInstance } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import { ModelDescriptor, TableDescriptor } from './descriptors.ts';
import { schemaFrom } from './schema-like.ts';
import type { Session } from './session.ts';
import { prepareTable } from './statements/create-table.ts';

/** The table that a descriptor declares. Errors: what CREATE TABLE gives. */
export function describedTable(descriptor: TableDescriptor, session: Session): CatalogTable {
  requireInstance('The description of a table', descriptor, TableDescriptor);
  const { schema, options, partitionKeys, distribution, comment } = descriptor;
  const parts =
    schema === null
      ? { columns: [], primaryKey: null, watermark: null }
      : schemaFrom(schema, session).parts;
  for (const column of partitionKeys) {
    if (parts.columns.length === 0 || parts.columns.some((c) => c.name === column)) continue;
    throw validationError('COLUMN_NOT_FOUND', { column, scope: 'the descriptor' });
  }
  const declared: CatalogTable = {
    ...PLAIN_TABLE,
    ...parts,
    options,
    partitionKeys,
    distribution,
    comment,
    instance: null,
  };
  return prepareTable(declared, session);
}

/** The model that a descriptor declares. Errors: INVALID_ARGUMENT. */
export function describedModel(descriptor: ModelDescriptor, session: Session): CatalogModel {
  requireInstance('The description of a model', descriptor, ModelDescriptor);
  const { input, output, options, comment } = descriptor;
  return {
    input: input === null ? [] : schemaFrom(input, session).parts.columns,
    output: output === null ? [] : schemaFrom(output, session).parts.columns,
    options,
    comment,
  };
}
