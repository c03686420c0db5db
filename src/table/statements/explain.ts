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
import type { TableResult } from '../result.ts';
import { deletion, rewritePlan, updating } from './change.ts';
import { createTablePlan } from './create-table.ts';
import type { StatementCall } from './handler.ts';

/** EXPLAIN: one row with the text of the plans. */
export function explain(statement: Explain, call: StatementCall): TableResult {
  const text = explainStatement(statement, call);
  return call.session.known(schemaOf([field('result', STRING)]), [[text]]);
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
  return explainPlans(plans, statement.details);
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
