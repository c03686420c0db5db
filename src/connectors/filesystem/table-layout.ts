import type { CatalogTable } from '../../catalog/catalog.ts';
import { validationError } from '../../common/errors.ts';
import type { DataType } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import type { Schema } from '../../types/schema.ts';

/** Where the values of a stored column come from. */
export type ColumnOrigin =
  | { readonly from: 'file' }
  | { readonly from: 'partition'; readonly key: string }
  | { readonly from: 'metadata'; readonly key: MetadataKey };

/** The metadata columns of files. */
export type MetadataKey = 'file.path' | 'file.name' | 'file.size' | 'file.modification-time';

const METADATA: Readonly<Record<MetadataKey, readonly DataType['kind'][]>> = {
  'file.path': ['VARCHAR'],
  'file.name': ['VARCHAR'],
  'file.size': ['BIGINT'],
  'file.modification-time': ['TIMESTAMP_LTZ'],
};

/** The stored columns of a table, by origin: plain data. */
export interface TableLayout {
  /** All stored columns, in declared order. */
  readonly schema: Schema;
  readonly origins: readonly ColumnOrigin[];
  /** The columns that the files hold. */
  readonly fileSchema: Schema;
}

/**
 * Sorts out the columns of a table. `pathKeys` are the keys of the `key=value` folders that its
 * files lie in: without PARTITIONED BY, columns of these names come from there. Errors:
 * ValidationError INVALID_METADATA.
 */
export function layoutOf(
  table: CatalogTable,
  schema: Schema,
  pathKeys: readonly string[],
): TableLayout {
  const keys = table.partitionKeys.length > 0 ? table.partitionKeys : pathKeys;
  const origins = schema.fields.map(({ name, type }): ColumnOrigin => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column?.kind === 'metadata') {
      return { from: 'metadata', key: metadataKey(column.key ?? name, type) };
    }
    return keys.includes(name) ? { from: 'partition', key: name } : { from: 'file' };
  });
  const fields = schema.fields.filter((_, i) => origins[i]?.from === 'file');
  return { schema, origins, fileSchema: { fields } };
}

function metadataKey(key: string, type: DataType): MetadataKey {
  const found = Object.entries(METADATA).find(([name]) => name === key);
  if (found?.[1].includes(type.kind)) {
    // `found` is an entry of METADATA, whose keys are these.
    return key as MetadataKey;
  }
  throw validationError('INVALID_METADATA', {
    key,
    type: printType(type),
    known: Object.entries(METADATA).map(([name, kinds]) => `${name} ${kinds[0]}`),
  });
}
