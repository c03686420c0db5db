import type { QueryStatement } from '../../parser/ast/statements.ts';
import { bindQuery } from '../../planner/bind/query.ts';
import { forgetRows } from '../../planner/logical/cardinality.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import type { PhysicalPlan } from '../../planner/physical/nodes.ts';
import { takesValues, withValues } from '../../planner/physical/with-values.ts';
import { planStatement } from '../../planner/plan.ts';
import { SessionBindContext } from '../bind-context.ts';
import type { TableResult } from '../result.ts';
import { runningResult } from '../run.ts';
import type { StatementCall } from './handler.ts';

/** A plan is made anew when a table has more than so many times the rows, or so much fewer. */
const ROWS_GROWTH_MAX = 4;
/** Differences up to this do not matter. */
const ROWS_FEW = 10_000;

/** SELECT and the like: bound and planned at the call, run at the first pull of the result. */
export function query(statement: QueryStatement, call: StatementCall): TableResult {
  return runningResult(planOf(statement, call), call);
}

/** The plan of a query: the one that is kept for its text, else a new one. */
export function planOf(statement: QueryStatement, call: StatementCall): PhysicalPlan {
  const { session, parameters } = call;
  const key = planKey(call);
  const kept = session.plans.get(key);
  if (kept?.perCall === true) {
    forgetRows(kept.logical);
    return physicalPlan(kept.logical, call);
  }
  if (kept !== null) {
    if (kept.physical !== null && fitsRows(kept.physical)) {
      return withValues(kept.physical, parameters.values);
    }
    forgetRows(kept.logical);
    return planAgain(key, kept.logical, call);
  }
  const context = new SessionBindContext(session, call.statement, parameters);
  const logical = bindQuery(statement.query, context);
  const plan = physicalPlan(logical, call);
  if (!context.filesRead && !parameters.valueRead) {
    const physical = parameters.values.length === 0 ? plan : null;
    session.plans.put(key, { logical, physical, perCall: false });
  }
  return plan;
}

/**
 * Plans a text that comes again for any values of its parameters, if it is small: planning takes
 * longer than running it, and values would change little in the plan.
 */
function planAgain(key: string, logical: LogicalPlan, call: StatementCall): PhysicalPlan {
  const { session, parameters } = call;
  const inlineRows = session.config.value('table.exec.inline-rows');
  const physical = physicalPlan(logical, call, []);
  const perCall = parameters.values.length > 0 && !takesValues(physical, inlineRows);
  session.plans.put(key, { logical, physical: perCall ? null : physical, perCall });
  return perCall ? physicalPlan(logical, call) : withValues(physical, parameters.values);
}

/** Whether the tables still have about as many rows as the plan was made for. */
function fitsRows(plan: PhysicalPlan): boolean {
  if (plan.kind !== 'TableSourceScan') return plan.inputs.every(fitsRows);
  const rows = plan.source.rowCount ?? plan.rows;
  return (
    rows <= ROWS_GROWTH_MAX * plan.rows + ROWS_FEW && plan.rows <= ROWS_GROWTH_MAX * rows + ROWS_FEW
  );
}

/** How a bound plan is run by this call; without values, its parameters stay open. */
export function physicalPlan(
  logical: LogicalPlan,
  call: StatementCall,
  parameters: readonly unknown[] = call.parameters.values,
): PhysicalPlan {
  const { parallelism } = call.session.config;
  return planStatement(logical, { statement: call.statement, parallelism, parameters }).physical;
}

/** Everything that the plan of a text depends on. */
export function planKey({ session, sql, parameters }: StatementCall): string {
  const { catalogs, config, modules } = session;
  return `${catalogs.version}/${modules.version}/${config.version}/${parameters.key}/${sql}`;
}
