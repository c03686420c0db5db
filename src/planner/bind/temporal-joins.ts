import { type Span, validationError } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import { isCallOf } from '../../expr/tree.ts';
import type { Join, TableName } from '../../parser/ast/queries.ts';
import { isTimestamp } from '../../types/families.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { type QueryEnv, Rows } from './binder.ts';
import { ExpressionBinder } from './expressions.ts';
import type { Relation } from './from.ts';

/**
 * The right side of `l JOIN r FOR SYSTEM_TIME AS OF l.p`, where `p` is a processing time: the rows
 * that `r` has now. Batch queries read them once, as of any other table.
 *
 * Errors: TEMPORAL_JOIN, NOT_SUPPORTED for a time that asks for older rows.
 */
export function bindLookup(item: Join, right: TableName, left: Relation, env: QueryEnv): TableName {
  const { systemTime } = right;
  if (systemTime === null) return right;
  const { span } = systemTime;
  const rows = new Rows(left.plan, left.scope, 'FOR SYSTEM_TIME AS OF', false);
  const time = new ExpressionBinder(env, rows).bind(systemTime);
  if (!isTimestamp(time.type)) throw invalid('its time must be a timestamp', span);
  if (item.type === 'RIGHT' || item.type === 'FULL') {
    throw invalid(`it is an INNER or LEFT join, not a ${item.type} one`, item.span);
  }
  if (!isProcessingTime(time, left.plan)) throw noVersions(span);
  return { ...right, systemTime: null };
}

/** FOR SYSTEM_TIME AS OF for a table that is not joined to a time: its past. */
export function noVersions(span: Span | null) {
  const reason = 'tables keep no older versions of their rows';
  const hint = 'Join the rows as they are now by a column that is PROCTIME().';
  return validationError(
    'NOT_SUPPORTED',
    { feature: 'FOR SYSTEM_TIME AS OF a time that is not the processing time', reason },
    { span, hint },
  );
}

/** Whether an expression is PROCTIME(), or a column that is. */
function isProcessingTime(expr: Expr, plan: LogicalPlan): boolean {
  if (expr.kind !== 'InputRef') return isCallOf(expr, 'PROCTIME');
  switch (plan.kind) {
    case 'Project':
      return isProcessingTime(plan.exprs[expr.index]!, plan.input);
    case 'Filter':
    case 'Sort':
    case 'Limit':
      return isProcessingTime(expr, plan.input);
    case 'Unnest':
    case 'Window':
      return expr.index < plan.input.schema.fields.length && isProcessingTime(expr, plan.input);
    case 'Join': {
      const width = plan.left.schema.fields.length;
      if (expr.index < width) return isProcessingTime(expr, plan.left);
      return isProcessingTime({ ...expr, index: expr.index - width }, plan.right);
    }
    default:
      return false;
  }
}

function invalid(reason: string, span: Span | null) {
  return validationError('TEMPORAL_JOIN', { reason }, { span });
}
