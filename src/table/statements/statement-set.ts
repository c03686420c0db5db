import { validationError } from '../../common/errors.ts';
import type { BeginStatementSet, EndStatementSet, Statement } from '../../parser/ast/statements.ts';
import type { TableResult } from '../result.ts';
import type { StatementCall } from './handler.ts';
import { counts, writeAll } from './insert.ts';

/** BEGIN STATEMENT SET: writes are collected until END. Errors: STATEMENT_SET_OPEN. */
export function beginStatementSet(
  _statement: BeginStatementSet,
  { session }: StatementCall,
): TableResult {
  session.statementSet = [];
  return session.ok();
}

/** END: runs the collected writes, one after the other. Errors: NO_STATEMENT_SET. */
export async function endStatementSet(
  statement: EndStatementSet,
  call: StatementCall,
): Promise<TableResult> {
  const { session } = call;
  const collected = session.statementSet;
  if (collected === null) throw validationError('NO_STATEMENT_SET', {}, { span: statement.span });
  session.statementSet = null;
  if (collected.length === 0) return session.ok();
  return counts(await writeAll(collected), call);
}

/**
 * Inside a statement set: keeps the write and returns true; false outside of one and for END.
 * Errors: STATEMENT_SET_OPEN for anything but a write.
 */
export function collected(
  statement: Statement,
  call: StatementCall,
  run: () => TableResult | Promise<TableResult>,
): boolean {
  const { statementSet } = call.session;
  if (statementSet === null || statement.kind === 'EndStatementSet') return false;
  const isWrite =
    statement.kind === 'Insert' || (statement.kind === 'CreateTable' && statement.query !== null);
  if (!isWrite) throw validationError('STATEMENT_SET_OPEN', {}, { span: statement.span });
  statementSet.push(async () => {
    const result = await run();
    const [row = []] = await result.toArray({ rowFormat: 'array' });
    return result.schema.columns.flatMap(({ name }, i): (readonly [string, bigint])[] => {
      const rows = row[i];
      return typeof rows === 'bigint' ? [[name, rows]] : [];
    });
  });
  return true;
}
