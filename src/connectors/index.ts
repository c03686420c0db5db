import type { CatalogColumn, CatalogTable, ObjectIdentifier } from '../catalog/catalog.ts';
import { type OptionValues, parseOptions } from '../common/config-option.ts';
import { didYouMean } from '../common/diagnostics.ts';
import { validationError } from '../common/errors.ts';
import type { StatementContext } from '../functions/definition.ts';
import { type Schema, schemaOf } from '../types/schema.ts';
import { blackhole } from './blackhole.ts';
import type {
  ConnectorDefinition,
  DynamicTableSink,
  ScanTableSource,
  SourceSpec,
  WorkerSink,
  WorkerSource,
} from './connector.ts';
import { datagen } from './datagen/datagen.ts';
import { filesystem } from './filesystem/filesystem.ts';
import { iterable } from './iterable.ts';
import { memory } from './memory/memory.ts';
import { print } from './print.ts';

/** Every connector. */
const CONNECTORS: readonly ConnectorDefinition[] = [
  blackhole,
  datagen,
  filesystem,
  iterable,
  memory,
  print,
];

/** The connector of a name. Errors: ValidationError UNKNOWN_CONNECTOR. */
export function connectorFor(identifier: string): ConnectorDefinition {
  const connector = CONNECTORS.find((candidate) => candidate.identifier === identifier);
  if (connector !== undefined) return connector;
  const known = CONNECTORS.map((candidate) => candidate.identifier).sort();
  throw validationError(
    'UNKNOWN_CONNECTOR',
    { name: identifier, known },
    { hint: didYouMean(identifier, known) },
  );
}

/** Whether there is a connector of this name. */
export function isConnector(identifier: string): boolean {
  return CONNECTORS.some((candidate) => candidate.identifier === identifier);
}

/** The name of the connector that serves a table; null for a table without one. */
export function connectorOf(table: CatalogTable): string | null {
  return table.instance?.connector ?? table.options.get('connector') ?? null;
}

/**
 * Checks the options of a table against its connector and format, as CREATE TABLE does. Errors:
 * ValidationError UNKNOWN_CONNECTOR, UNKNOWN_FORMAT, UNKNOWN_OPTION, MISSING_OPTION,
 * INVALID_OPTION.
 */
export function checkTableOptions(table: CatalogTable): void {
  const connector = servingConnector(table);
  if (table.instance === null) optionsOf(connector, table);
}

/**
 * The table with its columns: those it declares, else those its connector infers from the data.
 * Errors: ValidationError COLUMNS_REQUIRED, and what reading the data gives.
 */
export function withColumns(table: CatalogTable): CatalogTable {
  if (table.columns.length > 0) return table;
  const connector = servingConnector(table);
  if (connector.inferSchema === undefined) {
    throw validationError('COLUMNS_REQUIRED', { name: connector.identifier });
  }
  const schema = connector.inferSchema(table, optionsOf(connector, table));
  const columns: readonly CatalogColumn[] = schema.fields.map((field) => ({
    kind: 'physical',
    ...field,
  }));
  return { ...table, columns };
}

/** The stored columns of a table, physical and metadata ones, in declared order. */
export function storedSchema(table: CatalogTable): Schema {
  return schemaOf(
    table.columns
      .filter((column) => column.kind !== 'computed')
      .map(({ name, type, comment }) => ({ name, type, comment })),
  );
}

/**
 * The source of a table, which yields its stored columns. `identifier` is null for a table
 * without a name. Errors: ValidationError for the table's options.
 */
export function createScanSource(
  table: CatalogTable,
  identifier: ObjectIdentifier | null,
  context: StatementContext,
): ScanTableSource {
  const connector = servingConnector(table);
  if (connector.source === null) throw cannot(connector, 'read');
  const site = { table, identifier, schema: storedSchema(table), context };
  return connector.source(site, optionsOf(connector, table));
}

/** The sink of a table for one statement. Errors: ValidationError for the table's options. */
export function createSink(
  table: CatalogTable,
  identifier: ObjectIdentifier | null,
  context: StatementContext,
  overwrite: boolean,
): DynamicTableSink {
  const connector = servingConnector(table);
  if (connector.sink === null) throw cannot(connector, 'written');
  const site = { table, identifier, schema: storedSchema(table), context };
  if (table.distribution !== null) throw cannot(connector, 'written in buckets');
  return connector.sink(site, optionsOf(connector, table), overwrite);
}

/** Makes a source again in a worker. */
export function restoreSource(spec: SourceSpec): WorkerSource {
  const connector = connectorFor(spec.connector);
  if (connector.restoreSource === undefined) throw cannot(connector, 'read in workers');
  return connector.restoreSource(spec.state);
}

/** Makes a sink again in a worker. */
export function restoreSink(spec: SourceSpec): WorkerSink {
  const connector = connectorFor(spec.connector);
  if (connector.restoreSink === undefined) throw cannot(connector, 'written in workers');
  return connector.restoreSink(spec.state);
}

function servingConnector(table: CatalogTable): ConnectorDefinition {
  const name = connectorOf(table);
  if (name !== null) return connectorFor(name);
  throw validationError('MISSING_OPTION', { key: 'connector', owner: 'the table' });
}

function optionsOf(connector: ConnectorDefinition, table: CatalogTable): OptionValues {
  if (table.instance !== null) return {};
  const given = new Map(table.options);
  given.delete('connector');
  const declared = { ...connector.options, ...connector.moreOptions?.(given) };
  return parseOptions(declared, given, `connector '${connector.identifier}'`);
}

function cannot(connector: ConnectorDefinition, ability: string): Error {
  return validationError('CONNECTOR_ABILITY', { name: connector.identifier, ability });
}
