import { validationError } from '../../common/errors.ts';
import type { Statement, StatementKind } from '../../parser/ast/statements.ts';
import type { TableResult } from '../result.ts';
import { alterCatalog, alterDatabase, alterView } from './alter.ts';
import { alterTable } from './alter-table.ts';
import { analyze } from './analyze.ts';
import { deleteRows, truncate, update } from './change.ts';
import { alterConnection, createConnection } from './connections.ts';
import { createCatalog, createDatabase, createView } from './create.ts';
import { createTable } from './create-table.ts';
import { describe } from './describe.ts';
import { drop } from './drop.ts';
import { explain } from './explain.ts';
import { alterFunction, createFunction } from './functions.ts';
import type { Handler, StatementCall } from './handler.ts';
import { insert, statementSet } from './insert.ts';
import { alterMaterializedTable, createMaterializedTable } from './materialized-tables.ts';
import { alterModel, createModel } from './models.ts';
import { loadModule, showModules, unloadModule, useModules } from './modules.ts';
import { showPartitions } from './partitions.ts';
import { compilePlan, executePlan } from './plans.ts';
import { callProcedure } from './procedures.ts';
import { query } from './query.ts';
import { resetOption, setOption } from './set.ts';
import { showColumns, showCreate, showCurrent, showObjects } from './show.ts';
import { beginStatementSet, collected, endStatementSet } from './statement-set.ts';
import { use } from './use.ts';

type Handlers = { readonly [K in StatementKind]: Handler<Extract<Statement, { kind: K }>> };

/** Statement kind → what carries it out. */
const HANDLERS: Handlers = {
  QueryStatement: query,
  Insert: insert,
  StatementSet: statementSet,
  Update: update,
  Delete: deleteRows,
  Truncate: truncate,
  CreateTable: createTable,
  CreateView: createView,
  CreateFunction: createFunction,
  CreateCatalog: createCatalog,
  CreateDatabase: createDatabase,
  AlterTable: alterTable,
  AlterView: alterView,
  AlterDatabase: alterDatabase,
  AlterCatalog: alterCatalog,
  AlterFunction: alterFunction,
  Drop: drop,
  Explain: explain,
  Describe: describe,
  ShowObjects: showObjects,
  ShowCurrent: showCurrent,
  ShowCreate: showCreate,
  ShowColumns: showColumns,
  ShowModules: showModules,
  Use: use,
  SetOption: setOption,
  ResetOption: resetOption,
  BeginStatementSet: beginStatementSet,
  EndStatementSet: endStatementSet,
  CreateModel: createModel,
  AlterModel: alterModel,
  ShowPartitions: showPartitions,
  UseModules: useModules,
  LoadModule: loadModule,
  UnloadModule: unloadModule,
  Analyze: analyze,
  CallProcedure: callProcedure,
  CreateConnection: createConnection,
  CreateMaterializedTable: createMaterializedTable,
  AlterMaterializedTable: alterMaterializedTable,
  AlterConnection: alterConnection,
  CompilePlan: compilePlan,
  ExecutePlan: executePlan,
  DescribeJob: never('DESCRIBE JOB', 'there is no cluster that keeps jobs'),
  StopJob: never('STOP JOB', 'there is no cluster that keeps jobs'),
  JarStatement: never('ADD JAR and REMOVE JAR', 'there is no JVM; register JavaScript functions'),
};

/** Carries out one statement. */
export function executeStatement<K extends StatementKind>(
  statement: Extract<Statement, { kind: K }>,
  call: StatementCall,
): TableResult | Promise<TableResult> {
  // The table maps every kind to the handler of that kind's node.
  const handler = HANDLERS[statement.kind] as Handler<Extract<Statement, { kind: K }>>;
  const run = (): TableResult | Promise<TableResult> => handler(statement, call);
  return collected(statement, call, run) ? call.session.ok() : run();
}

function never(feature: string, reason: string): Handler<Statement> {
  return (statement) => {
    throw validationError('NOT_SUPPORTED', { feature, reason }, { span: statement.span });
  };
}
