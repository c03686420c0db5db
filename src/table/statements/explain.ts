import { notImplemented, validationError } from '../../common/errors.ts';
import type { Explain, Statement } from '../../parser/ast/statements.ts';
import { bindInsert } from '../../planner/bind/insert.ts';
import { bindQuery } from '../../planner/bind/query.ts';
import { explainPlan } from '../../planner/explain.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import { planStatement } from '../../planner/plan.ts';
import { field, schemaOf } from '../../types/schema.ts';
import { STRING } from '../../types/types.ts';
import { SessionBindContext } from '../bind-context.ts';
import type { TableResult } from '../result.ts';
import type { StatementCall } from './handler.ts';

/** EXPLAIN: one row with the text of the plans. */
export function explain(statement: Explain, call: StatementCall): TableResult {
  const text = explainStatement(statement, call);
  return call.session.known(schemaOf([field('result', STRING)]), [[text]]);
}

/** The text of the plans of a statement. */
export function explainStatement(statement: Explain, call: StatementCall): string {
  for (const detail of statement.details) {
    if (detail !== 'ESTIMATED_COST') {
      throw notImplemented(`EXPLAIN ${detail}`, { span: statement.span });
    }
  }
  const plan = boundPlan(statement.statement, call);
  const { parallelism } = call.session.config;
  const parameters = call.parameters.values;
  return explainPlan(planStatement(plan, { statement: call.statement, parallelism, parameters }));
}

function boundPlan(statement: Statement, call: StatementCall): LogicalPlan {
  const { span } = statement;
  const context = new SessionBindContext(call.session, call.statement, call.parameters);
  switch (statement.kind) {
    case 'QueryStatement':
      return bindQuery(statement.query, context);
    case 'Insert':
      return bindInsert(statement, context);
    case 'StatementSet':
    case 'CreateTable':
    case 'Update':
    case 'Delete':
      throw notImplemented(`EXPLAIN of ${statement.kind}`, { span });
    default:
      throw validationError(
        'NOT_SUPPORTED',
        { feature: `EXPLAIN of ${statement.kind}`, reason: 'it has no plan' },
        { span },
      );
  }
}
