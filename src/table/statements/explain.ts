import { validationError } from '../../common/errors.ts';
import type { Explain, Statement } from '../../parser/ast/statements.ts';
import { bindInsert } from '../../planner/bind/insert.ts';
import { bindQuery } from '../../planner/bind/query.ts';
import { explainPlans } from '../../planner/explain.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import { planStatement } from '../../planner/plan.ts';
import { field, schemaOf } from '../../types/schema.ts';
import { STRING } from '../../types/types.ts';
import { SessionBindContext } from '../bind-context.ts';
import { formatPlans } from '../profile/format-plans.ts';
import { measured } from '../profile/measure.ts';
import type { StatementProfile } from '../profile/statement-profile.ts';
import type { TableResult } from '../result.ts';
import { runUnread } from '../run.ts';
import { deleteRows, deletion, rewritePlan, update, updating } from './change.ts';
import { createTable, createTablePlan } from './create-table.ts';
import type { StatementCall } from './handler.ts';
import { insert, statementSet } from './insert.ts';
import { planOf } from './query.ts';

/** EXPLAIN: one row with the text of the plans, or of the profile of the statement that ran. */
export function explain(
  statement: Explain,
  call: StatementCall,
): TableResult | Promise<TableResult> {
  const result = (text: string) =>
    call.session.known(schemaOf([field('result', STRING)]), [[text]]);
  if (!statement.analyze) return result(explainStatement(statement, call));
  return analyzeStatement(statement.statement, call).then((profile) =>
    result(profile.format(statement.format)),
  );
}

/** Runs a statement and says how it went. Errors: its own; NOT_SUPPORTED where it has no plan. */
export async function analyzeStatement(
  statement: Statement,
  call: StatementCall,
): Promise<StatementProfile> {
  return measured(call, (recording, recorder) => {
    switch (statement.kind) {
      case 'QueryStatement':
        return runUnread(planOf(statement, recording), recording, recorder);
      case 'Insert':
        return insert(statement, recording);
      case 'StatementSet':
        return statementSet(statement, recording);
      case 'Update':
        return update(statement, recording);
      case 'Delete':
        return deleteRows(statement, recording);
      case 'CreateTable':
        if (statement.query === null) throw withoutPlan(statement);
        return createTable(statement, recording);
      default:
        throw withoutPlan(statement);
    }
  });
}

/**
 * The text of the plans of a statement: a query, a write, a statement set. Errors: NOT_SUPPORTED
 * for statements without a plan.
 */
export function explainStatement(statement: Explain, call: StatementCall): string {
  const { parallelism } = call.session.config;
  const parameters = call.parameters.values;
  const plans = boundPlans(statement.statement, call).map((plan) =>
    planStatement(plan, { statement: call.statement, parallelism, parameters }),
  );
  if (statement.format === 'TEXT') return explainPlans(plans, statement.details);
  return formatPlans(
    plans.map(({ physical }) => physical),
    statement.format,
  );
}

function boundPlans(statement: Statement, call: StatementCall): readonly LogicalPlan[] {
  const context = new SessionBindContext(call.session, call.statement, call.parameters);
  switch (statement.kind) {
    case 'QueryStatement':
      return [bindQuery(statement.query, context)];
    case 'Insert':
      return [bindInsert(statement, context)];
    case 'StatementSet':
      return statement.statements.map((one) => bindInsert(one, context));
    case 'Update':
      return [rewritePlan(updating(statement, call), call, false)];
    case 'Delete':
      return [rewritePlan(deletion(statement, call), call, false)];
    case 'CreateTable': {
      const { query } = statement;
      if (query !== null) return [createTablePlan({ ...statement, query }, call)];
      throw withoutPlan(statement);
    }
    default:
      throw withoutPlan(statement);
  }
}

function withoutPlan({ kind, span }: Statement): Error {
  return validationError(
    'NOT_SUPPORTED',
    { feature: `EXPLAIN of ${kind}`, reason: 'it has no plan' },
    { span },
  );
}
