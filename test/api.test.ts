import { describe, expect, test } from 'vitest';
import * as millrace from '../src/index.ts';

/** The names of the methods and accessors that users can reach on instances of a class. */
function members(of: { readonly prototype: object }): string[] {
  const names: string[] = [];
  for (
    let proto: object = of.prototype;
    proto !== Object.prototype;
    proto = Object.getPrototypeOf(proto)
  ) {
    names.push(...Object.getOwnPropertyNames(proto).filter((name) => name !== 'constructor'));
  }
  return names.sort();
}

/** Changed on purpose only: whoever adds, renames or removes a public name changes this list. */
describe('public names', () => {
  test('of the package', () => {
    expect(Object.keys(millrace).sort()).toMatchInlineSnapshot(`
      [
        "AggregateFunction",
        "AsyncScalarFunction",
        "CancelledError",
        "CatalogBaseTable",
        "CatalogDescriptor",
        "Column",
        "CompiledPlan",
        "DataTypes",
        "Decimal",
        "EnvironmentSettings",
        "FormatDescriptor",
        "GenericInMemoryCatalog",
        "GroupedTable",
        "ListView",
        "MapView",
        "ModelDescriptor",
        "NotImplementedError",
        "PlanReference",
        "ReadOnlyCatalog",
        "ResourceError",
        "ScalarFunction",
        "Schema",
        "SqlParserError",
        "StatementSet",
        "Table",
        "TableAggregateFunction",
        "TableConfig",
        "TableDescriptor",
        "TableEnvironment",
        "TableError",
        "TableFunction",
        "TablePipeline",
        "TableResult",
        "TableRuntimeError",
        "UdfError",
        "ValidationError",
        "asyncUdf",
        "udaf",
        "udf",
        "udtaf",
        "udtf",
      ]
    `);
  });

  test('of TableEnvironment', () => {
    expect(members(millrace.TableEnvironment)).toMatchInlineSnapshot(`
      [
        "addModule",
        "close",
        "compilePlanSql",
        "createCatalog",
        "createFunction",
        "createModel",
        "createStatementSet",
        "createTable",
        "createTemporaryFunction",
        "createTemporaryModel",
        "createTemporarySystemFunction",
        "createTemporaryTable",
        "createTemporaryView",
        "createTemporaryView",
        "createView",
        "dropFunction",
        "dropModel",
        "dropTable",
        "dropTemporaryFunction",
        "dropTemporaryModel",
        "dropTemporarySystemFunction",
        "dropTemporaryTable",
        "dropTemporaryView",
        "dropView",
        "executePlan",
        "executeScript",
        "executeSql",
        "explainSql",
        "from",
        "fromArrow",
        "fromChangelog",
        "fromDescriptor",
        "fromElements",
        "fromFile",
        "fromIterable",
        "fromValues",
        "getCatalog",
        "getConfig",
        "getCurrentCatalog",
        "getCurrentDatabase",
        "id",
        "listCatalogs",
        "listDatabases",
        "listFullModules",
        "listFunctions",
        "listMaterializedTables",
        "listModels",
        "listModules",
        "listTables",
        "listTemporaryModels",
        "listTemporaryTables",
        "listTemporaryViews",
        "listUserDefinedFunctions",
        "listViews",
        "loadModule",
        "loadPlan",
        "metrics",
        "prepare",
        "registerCatalog",
        "sql",
        "sqlQuery",
        "toChangelog",
        "unloadModule",
        "useCatalog",
        "useDatabase",
        "useModules",
      ]
    `);
  });

  test('of Table', () => {
    expect(members(millrace.Table)).toMatchInlineSnapshot(`
      [
        "aggregate",
        "execute",
        "executeInsert",
        "explain",
        "flatAggregate",
        "flatMap",
        "getResolvedSchema",
        "groupBy",
        "insertInto",
        "joinLateral",
        "leftOuterJoinLateral",
        "map",
        "printExplain",
        "printSchema",
        "toArray",
        "toArrow",
      ]
    `);
  });

  test('of TableResult', () => {
    expect(members(millrace.TableResult)).toMatchInlineSnapshot(`
      [
        "batches",
        "changes",
        "collect",
        "getJobClient",
        "getResolvedSchema",
        "getResultKind",
        "getTableSchema",
        "metrics",
        "print",
        "textRows",
        "toArray",
        "toArrow",
        "toJson",
        "toReadable",
        "wait",
      ]
    `);
  });

  test('of StatementSet and TablePipeline', () => {
    expect(members(millrace.StatementSet)).toMatchInlineSnapshot(`
      [
        "add",
        "addInsert",
        "addInsertSql",
        "compilePlan",
        "execute",
        "explain",
      ]
    `);
    expect(members(millrace.TablePipeline)).toMatchInlineSnapshot(`
      [
        "compilePlan",
        "execute",
        "explain",
        "getSinkIdentifier",
        "printExplain",
      ]
    `);
  });
});
