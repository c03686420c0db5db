import { TableError } from '../../common/errors.ts';
import type { DataType } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import type {
  CatalogColumn,
  CatalogConnection,
  CatalogDatabase,
  CatalogFunction,
  CatalogModel,
  CatalogTable,
  CatalogView,
  ColumnStatistics,
  TablePartition,
  TableStatistics,
} from '../catalog.ts';
import type { JsonObject } from './json-object.ts';
import { valueFromJson, valueToJson } from './json-values.ts';

/** What a catalog of files needs of the layers above it. */
export interface CatalogCodec {
  /** The type that a text such as `DECIMAL(10, 2) NOT NULL` names. Errors: those of SQL. */
  readType(text: string): DataType;
  /** The function that CREATE FUNCTION with this reference makes. */
  functionOf(name: string, identifier: string): CatalogFunction;
  /** Whether `functionOf` makes this function of its identifier. */
  isReference(entry: CatalogFunction): boolean;
}

/** JSON of one kind of catalog object. */
export interface JsonForm<T> {
  toJson(value: T): object;
  fromJson(object: JsonObject, codec: CatalogCodec): T;
}

/** JSON of databases. */
export const DATABASE_FORM: JsonForm<CatalogDatabase> = {
  toJson: ({ comment, options }) => ({ comment, options: Object.fromEntries(options) }),
  fromJson: (object) => ({
    comment: object.textOrNull('comment'),
    options: object.textMap('options'),
  }),
};

/** JSON of connections. */
export const CONNECTION_FORM: JsonForm<CatalogConnection> = DATABASE_FORM;

/** JSON of models. */
export const MODEL_FORM: JsonForm<CatalogModel> = {
  toJson: ({ input, output, options, comment }) => ({
    input: input.map(columnToJson),
    output: output.map(columnToJson),
    options: Object.fromEntries(options),
    comment,
  }),
  fromJson: (object, codec) => ({
    input: object.list('input', (column) => columnFromJson(column, codec)),
    output: object.list('output', (column) => columnFromJson(column, codec)),
    options: object.textMap('options'),
    comment: object.textOrNull('comment'),
  }),
};

/** JSON of tables and views. */
export const TABLE_FORM: JsonForm<CatalogTable | CatalogView> = {
  toJson: (table) => (table.kind === 'view' ? viewToJson(table) : tableToJson(table)),
  fromJson: (object, codec) =>
    object.choice('kind', ['table', 'view']) === 'view'
      ? viewFromJson(object, codec)
      : tableFromJson(object, codec),
};

function tableToJson(table: CatalogTable): object {
  return {
    kind: table.kind,
    columns: table.columns.map(columnToJson),
    primaryKey: table.primaryKey,
    watermark: table.watermark,
    partitionKeys: table.partitionKeys,
    connection: table.connection,
    options: Object.fromEntries(table.options),
    comment: table.comment,
    distribution: table.distribution,
    partitions: table.partitions.map(({ values, options }) => ({
      values: Object.fromEntries(values),
      options: Object.fromEntries(options),
    })),
    statistics: table.statistics === null ? null : statisticsToJson(table.statistics),
    materialization: table.materialization,
  } satisfies Record<Exclude<keyof CatalogTable, 'instance'>, unknown>;
}

function tableFromJson(object: JsonObject, codec: CatalogCodec): CatalogTable {
  return {
    kind: 'table',
    columns: object.list('columns', (column) => columnFromJson(column, codec)),
    primaryKey: object.objectOrNull('primaryKey', (key) => ({
      name: key.text('name'),
      columns: key.texts('columns'),
      enforced: key.boolean('enforced'),
    })),
    watermark: object.objectOrNull('watermark', (watermark) => ({
      column: watermark.text('column'),
      expression: watermark.text('expression'),
    })),
    partitionKeys: object.texts('partitionKeys'),
    connection: object.objectOrNull('connection', (connection) => ({
      catalog: connection.text('catalog'),
      database: connection.text('database'),
      name: connection.text('name'),
    })),
    options: object.textMap('options'),
    comment: object.textOrNull('comment'),
    distribution: object.objectOrNull('distribution', (distribution) => ({
      method:
        distribution.any('method') === null
          ? null
          : distribution.choice('method', ['HASH', 'RANGE']),
      columns: distribution.texts('columns'),
      buckets: distribution.numberOrNull('buckets'),
    })),
    partitions: object.list(
      'partitions',
      (partition): TablePartition => ({
        values: partition.textMap('values'),
        options: partition.textMap('options'),
      }),
    ),
    statistics: object.objectOrNull('statistics', statisticsFromJson),
    materialization: object.objectOrNull('materialization', (query) => ({
      originalQuery: query.text('originalQuery'),
      expandedQuery: query.text('expandedQuery'),
      freshness: query.textOrNull('freshness'),
      refreshMode: query.any('refreshMode') === null ? null : query.choice('refreshMode', ['FULL']),
    })),
    instance: null,
  };
}

function viewToJson(view: CatalogView): object {
  return {
    kind: view.kind,
    columns: view.columns.map(columnToJson),
    originalQuery: view.originalQuery,
    expandedQuery: view.expandedQuery,
    comment: view.comment,
  } satisfies Record<Exclude<keyof CatalogView, 'instance'>, unknown>;
}

function viewFromJson(object: JsonObject, codec: CatalogCodec): CatalogView {
  return {
    kind: 'view',
    columns: object.list('columns', (column) => columnFromJson(column, codec)),
    originalQuery: object.text('originalQuery'),
    expandedQuery: object.text('expandedQuery'),
    comment: object.textOrNull('comment'),
    instance: null,
  };
}

function columnToJson(column: CatalogColumn): object {
  return { ...column, type: printType(column.type) };
}

function columnFromJson(object: JsonObject, codec: CatalogCodec): CatalogColumn {
  const base = {
    name: object.text('name'),
    type: typeFromJson(object, codec),
    comment: object.textOrNull('comment'),
  };
  const kind = object.choice('kind', ['physical', 'computed', 'metadata']);
  if (kind === 'computed') return { kind, ...base, expression: object.text('expression') };
  if (kind === 'physical') return { kind, ...base };
  return { kind, ...base, key: object.textOrNull('key'), virtual: object.boolean('virtual') };
}

function typeFromJson(object: JsonObject, codec: CatalogCodec): DataType {
  const text = object.text('type');
  try {
    return codec.readType(text);
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    throw object.wrong('type', `a type: ${error.sentence}`);
  }
}

function statisticsToJson({ rowCount, columns }: TableStatistics): object {
  const entries = [...columns].map(([name, { nullCount, distinctCount, min, max }]) => [
    name,
    { nullCount, distinctCount, min: valueToJson(min), max: valueToJson(max) },
  ]);
  return { rowCount, columns: Object.fromEntries(entries) };
}

function statisticsFromJson(object: JsonObject): TableStatistics {
  return {
    rowCount: object.number('rowCount'),
    columns: object.map(
      'columns',
      (column): ColumnStatistics => ({
        nullCount: column.number('nullCount'),
        distinctCount: column.numberOrNull('distinctCount'),
        min: column.objectOrNull('min', valueFromJson),
        max: column.objectOrNull('max', valueFromJson),
      }),
    ),
  };
}
