import { validationError } from '../../common/errors.ts';
import type { CompilePlan, ExecutePlan } from '../../parser/ast/statements.ts';
import { CompiledPlan, type PlannedWrite, PlanReference } from '../compiled-plan.ts';
import { planFileExists, writePlanFile } from '../plan-file.ts';
import type { TableResult } from '../result.ts';
import type { StatementCall } from './handler.ts';
import { plannedWrites } from './insert.ts';

/**
 * COMPILE PLAN 'file' FOR INSERT …, COMPILE AND EXECUTE PLAN. Errors: PLAN_EXISTS, FILE_ERROR,
 * NOT_SUPPORTED, and those of the statement.
 */
export function compilePlan(
  statement: CompilePlan,
  call: StatementCall,
): TableResult | Promise<TableResult> {
  const plan = compiled(statement, call);
  return statement.execute ? CompiledPlan.run(plan, call) : call.session.ok();
}

/** EXECUTE PLAN 'file'. Errors: as of `CompiledPlan.load` and `execute`. */
export function executePlan(statement: ExecutePlan, call: StatementCall): Promise<TableResult> {
  const plan = CompiledPlan.load(call.session, PlanReference.fromFile(statement.path));
  return CompiledPlan.run(plan, call);
}

/** The plan, which is in its file afterwards: the one that was there with IF NOT EXISTS. */
function compiled(statement: CompilePlan, call: StatementCall): CompiledPlan {
  const { session } = call;
  const { path, span } = statement;
  if (planFileExists(path)) {
    if (statement.ifNotExists) {
      return CompiledPlan.load(session, PlanReference.fromFile(path));
    }
    if (!session.config.value('table.plan.force-recompile')) {
      const hint = "Remove it, or SET 'table.plan.force-recompile' = 'true'.";
      throw validationError('PLAN_EXISTS', { path }, { span, hint });
    }
  }
  const writes: readonly PlannedWrite[] = plannedWrites(statement.statement, call);
  const plan = CompiledPlan.of(session, writes);
  writePlanFile(path, plan.asJsonString());
  return plan;
}
