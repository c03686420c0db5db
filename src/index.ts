import './common/require-node.ts';

export { CatalogBaseTable, Column } from './catalog/base-tables.ts';
export type {
  Catalog,
  CatalogColumn,
  CatalogConnection,
  CatalogDatabase,
  CatalogFunction,
  CatalogInfo,
  CatalogModel,
  CatalogTable,
  CatalogView,
  ColumnStatistics,
  ConnectionStore,
  Materialization,
  ObjectIdentifier,
  ObjectPath,
  TableDistribution,
  TablePartition,
  TableStatistics,
} from './catalog/catalog.ts';
export { MemoryCatalog as GenericInMemoryCatalog } from './catalog/memory-catalog.ts';
export { ReadOnlyCatalog } from './catalog/read-only-catalog.ts';
export type { TypeMapping } from './columnar/rows.ts';
export type { ErrorDetails, Span } from './common/errors.ts';
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
export type { EvaluatedExpression, ExpressionForm } from './exec/profile/operator-profile.ts';
export type { ExplainDetail } from './planner/explain.ts';
export type { CatalogMethods } from './table/catalog-methods.ts';
export { CompiledPlan, PlanReference } from './table/compiled-plan.ts';
export { type ConfigValues, TableConfig } from './table/config.ts';
export type { FunctionLike } from './table/create-function.ts';
export {
  CatalogDescriptor,
  FormatDescriptor,
  type FormatDescriptorBuilder,
  ModelDescriptor,
  type ModelDescriptorBuilder,
  type OptionValue,
  TableDescriptor,
  type TableDescriptorBuilder,
} from './table/descriptors.ts';
export { TableEnvironment } from './table/environment.ts';
export type { ExpectedColumns, ExpectedRow } from './table/expected-columns.ts';
export {
  and,
  array,
  call,
  callSql,
  col,
  descriptor,
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
  CoreMethods,
  Expression,
  JsonExistsOnError,
  JsonOnNull,
  JsonQueryOnEmptyOrError,
  JsonQueryWrapper,
  JsonType,
  JsonValueOnEmptyOrError,
  NamedExpression,
  TrimSide,
} from './table/expressions/expression.ts';
export type { AggregateMethods } from './table/expressions/generated/aggregate-methods.ts';
export type { CollectionMethods } from './table/expressions/generated/collection-methods.ts';
export * from './table/expressions/generated/functions.ts';
export type { OperatorMethods } from './table/expressions/generated/operator-methods.ts';
export type { StringMethods } from './table/expressions/generated/string-methods.ts';
export type { ChangelogKinds, InputChange } from './table/fold-changelog.ts';
export {
  AggregatedTable,
  GroupedTable,
  OverWindowedTable,
  WindowedTable,
} from './table/grouped-table.ts';
export { TablePipeline } from './table/insertion.ts';
export type { JobClient, JobMetrics, JobStatus } from './table/job.ts';
export type { MemoryReport, TableMemory } from './table/memory-report.ts';
export type { StatementParameters } from './table/parameters.ts';
export { PartitionedTable } from './table/partitioned-table.ts';
export type { AnyTable } from './table/plan-holder.ts';
export type { AnalyzeOptions } from './table/profile/measure.ts';
export type { ExplainedOperator, OperatorMeasures } from './table/profile/plan-tree.ts';
export type {
  FunctionProfile,
  StatementProfile,
  StatementSummary,
} from './table/profile/statement-profile.ts';
export {
  type PrimaryKey,
  ResolvedSchema,
  type ResultColumn,
  type WatermarkSpec,
} from './table/resolved-schema.ts';
export {
  type Change,
  type CollectOptions,
  type ReadableOptions,
  type ReadRow,
  type Row,
  type RowOf,
  type RowsAsked,
  TableResult,
} from './table/result.ts';
export { ChangelogMode, RowKind } from './table/row-kind.ts';
export type { ValuesRow } from './table/row-types.ts';
export { Schema, type SchemaBuilder } from './table/schema.ts';
export type { SchemaLike } from './table/schema-like.ts';
export {
  EnvironmentSettings,
  type EnvironmentSettingsBuilder,
  type SettingsOptions,
} from './table/settings.ts';
export type { ChangelogOptions, InputRow } from './table/source-tables.ts';
export type { StatementOptions } from './table/statement-call.ts';
export { StatementSet } from './table/statement-set.ts';
export { Table } from './table/table.ts';
export type { TextStream } from './table/tableau.ts';
export type { Identifier } from './table/template.ts';
export { type TestedFunction, type TestOptions, testFunction } from './table/test-function.ts';
export type { ModuleLike, UserModule } from './table/user-module.ts';
export {
  CURRENT_RANGE,
  CURRENT_ROW,
  type FrameEnd,
  GroupWindow,
  Over,
  OverWindow,
  Session,
  Slide,
  Tumble,
  UNBOUNDED_RANGE,
  UNBOUNDED_ROW,
  type UnnamedGroupWindow,
  type UnnamedOverWindow,
  type UntimedGroupWindow,
} from './table/windows.ts';
export type { DataType, DayTimeUnit, Field, TypeKind, YearMonthUnit } from './types/data-type.ts';
export {
  type DataTypeMethods,
  DataTypes,
  type IntervalResolution,
  type PublicDataType,
} from './types/data-types.ts';
export { Decimal, type DecimalLike } from './types/decimal-value.ts';
export type { FunctionContext } from './udf/function-context.ts';
export {
  AggregateFunction,
  AsyncScalarFunction,
  ListView,
  MapView,
  ProcessTableFunction,
  type RetractableCollector,
  ScalarFunction,
  TableAggregateFunction,
  TableFunction,
} from './udf/kinds.ts';
export type { Counter, Histogram, Meter, MetricGroup, MetricReading } from './udf/metrics.ts';
export type {
  AggregateOptions,
  AsyncOptions,
  CommonOptions,
  Inferred,
  InferredTypes,
  PermissionOptions,
  RetryOptions,
  ScalarOptions,
  TableAggregateOptions,
  TableOptions,
} from './udf/options.ts';
export type {
  OnTimerContext,
  ProcessContext,
  States,
  StateType,
  StateTypes,
  TableSemantics,
  TimeContext,
  ValueState,
} from './udf/process-context.ts';
export {
  type ProcessArguments,
  type ProcessArgumentType,
  type ProcessArgumentTypes,
  type ProcessOptions,
  type ProcessTarget,
  ptf,
  type TableArgumentType,
} from './udf/process-function.ts';
export type { ModuleReference } from './udf/reference.ts';
export type { SqlResult, SqlValue } from './udf/sql-values.ts';
export type { GetTypeInference, Signature, TypeInferenceCall } from './udf/type-inference.ts';
export { asyncUdf, udaf, udf, udtaf, udtf } from './udf/udf.ts';
export type { UserFunction, UserFunctionKind } from './udf/user-function.ts';
