import './require-node.ts';

export { CatalogBaseTable, Column } from './catalog/base-tables.ts';
export type {
  Catalog,
  CatalogColumn,
  CatalogDatabase,
  CatalogFunction,
  CatalogInfo,
  CatalogModel,
  CatalogTable,
  CatalogView,
  ObjectPath,
} from './catalog/catalog.ts';
export { MemoryCatalog as GenericInMemoryCatalog } from './catalog/memory-catalog.ts';
export { ReadOnlyCatalog } from './catalog/read-only-catalog.ts';
export type { Span } from './common/errors.ts';
export {
  CancelledError,
  NotImplementedError,
  ResourceError,
  SqlParserError,
  TableError,
  TableRuntimeError,
  UdfError,
  ValidationError,
} from './common/errors.ts';
export { CompiledPlan, PlanReference } from './table/compiled-plan.ts';
export { TableConfig } from './table/config.ts';
export {
  CatalogDescriptor,
  FormatDescriptor,
  ModelDescriptor,
  TableDescriptor,
} from './table/descriptors.ts';
export { type StatementOptions, TableEnvironment } from './table/environment.ts';
export {
  and,
  array,
  call,
  callSql,
  col,
  ifThenElse,
  jsonArray,
  jsonArrayAgg,
  jsonObject,
  jsonObjectAgg,
  lit,
  map,
  not,
  nullOf,
  or,
  range,
  row,
  rowInterval,
  temporalOverlaps,
  timestampDiff,
  withAllColumns,
  withColumns,
  withoutColumns,
} from './table/expressions/entries.ts';
export type {
  AnyExpression,
  ColumnExpression,
  ColumnSelection,
  Expression,
  NamedExpression,
} from './table/expressions/expression.ts';
export * from './table/expressions/generated/functions.ts';
export {
  AggregatedTable,
  GroupedTable,
  OverWindowedTable,
  WindowedTable,
} from './table/grouped-table.ts';
export { TablePipeline } from './table/insertion.ts';
export type { JobClient, JobMetrics, JobStatus } from './table/job.ts';
export type { AnyTable } from './table/plan-holder.ts';
export {
  type Change,
  type CollectOptions,
  type ReadableOptions,
  type ResultColumn,
  type Row,
  TableResult,
} from './table/result.ts';
export { Schema } from './table/schema.ts';
export { EnvironmentSettings, type SettingsOptions } from './table/settings.ts';
export { StatementSet } from './table/statement-set.ts';
export { Table } from './table/table.ts';
export type { ModuleLike, UserModule } from './table/user-module.ts';
export {
  CURRENT_RANGE,
  CURRENT_ROW,
  GroupWindow,
  Over,
  OverWindow,
  Session,
  Slide,
  Tumble,
  UNBOUNDED_RANGE,
  UNBOUNDED_ROW,
} from './table/windows.ts';
export { DataTypes } from './types/data-types.ts';
export { Decimal } from './types/decimal-value.ts';
export type { FunctionContext } from './udf/function-context.ts';
export {
  AggregateFunction,
  AsyncScalarFunction,
  ListView,
  MapView,
  type RetractableCollector,
  ScalarFunction,
  TableAggregateFunction,
  TableFunction,
} from './udf/kinds.ts';
export type { Counter, Histogram, Meter, MetricGroup, MetricReading } from './udf/metrics.ts';
export type { SqlResult, SqlValue } from './udf/sql-values.ts';
export type { GetTypeInference, Signature, TypeInferenceCall } from './udf/type-inference.ts';
export { asyncUdf, udaf, udf, udtaf, udtf } from './udf/udf.ts';
export type { UserFunction } from './udf/user-function.ts';
