import { pathText } from '../../catalog/catalog-manager.ts';
import type { Insert, StatementSet } from '../../parser/ast/statements.ts';
import { bindInsert } from '../../planner/bind/insert.ts';
import type { PhysicalPlan } from '../../planner/physical/nodes.ts';
import { field, schemaOf } from '../../types/schema.ts';
import { BIGINT } from '../../types/types.ts';
import { SessionBindContext } from '../bind-context.ts';
import type { TableResult } from '../result.ts';
import { runWrite, runWrites } from '../run.ts';
import type { CollectedWrite } from '../session.ts';
import type { StatementCall } from './handler.ts';
import { physicalPlan } from './query.ts';

/** INSERT INTO and INSERT OVERWRITE: one row, the number of rows written. */
export async function insert(statement: Insert, call: StatementCall): Promise<TableResult> {
  const written = await runWrite(boundWrite(statement, call), call);
  return counts([[sinkName(statement, call), written]], call);
}

/** EXECUTE STATEMENT SET: the inserts one after the other, a column for each. */
export async function statementSet(
  statement: StatementSet,
  call: StatementCall,
): Promise<TableResult> {
  const writes = statement.statements.map((one) => ({
    sink: sinkName(one, call),
    bind: () => boundWrite(one, call),
  }));
  return counts(await runWrites(call, writes), call);
}

/** The plans of an INSERT or of a statement set, which are not run. */
export function plannedWrites(
  statement: Insert | StatementSet,
  call: StatementCall,
): readonly { readonly sink: string; readonly plan: PhysicalPlan }[] {
  const inserts = statement.kind === 'Insert' ? [statement] : statement.statements;
  return inserts.map((one) => ({ sink: sinkName(one, call), plan: boundWrite(one, call) }));
}

/** Runs writes one after the other; the rows of each sink. */
export async function writeAll(
  writes: readonly CollectedWrite[],
): Promise<readonly (readonly [sink: string, rows: bigint])[]> {
  const results: (readonly [string, bigint])[] = [];
  for (const write of writes) results.push(...(await write()));
  return results;
}

function boundWrite(statement: Insert, call: StatementCall): PhysicalPlan {
  const { session } = call;
  const context = new SessionBindContext(session, call.statement, call.parameters);
  return physicalPlan(bindInsert(statement, context), call);
}

/** One row with a BIGINT column for each sink, named by its path. */
export function counts(
  results: readonly (readonly [sink: string, rows: bigint])[],
  call: StatementCall,
): TableResult {
  const schema = schemaOf(results.map(([sink]) => field(sink, BIGINT)));
  const rows = [results.map(([, written]) => written)];
  return call.session.known(schema, rows, 'SUCCESS_WITH_CONTENT', true);
}

function sinkName(statement: Insert, { session }: StatementCall): string {
  return pathText(session.catalogs.qualify(statement.table.parts, statement.table.span));
}
