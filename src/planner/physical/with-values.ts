import { assert } from '../../common/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import { contains, literal, rewriteUp } from '../../expr/tree.ts';
import type { PhysicalPlan } from './nodes.ts';

/**
 * Whether a plan with open parameters runs as one that was made for their values: they are parts
 * of conditions and computed columns alone, and no source decodes rows that it could skip by values.
 * `rowsMax`: plans of as many rows are better made for the values.
 */
export function takesValues(plan: PhysicalPlan, rowsMax: number): boolean {
  if (plan.rows >= rowsMax) return false;
  switch (plan.kind) {
    case 'TableSourceScan':
      return plan.source.decodes !== true && plan.source.rowCount !== null;
    case 'HashAggregate': {
      const exprs = plan.calls.flatMap(({ args, filter }) => (filter ? [filter, ...args] : args));
      if (exprs.some(isOpen)) return false;
      break;
    }
    case 'ValuesScan':
    case 'Calc':
    case 'HashJoin':
    case 'NestedLoopJoin':
    case 'Sort':
    case 'SortLimit':
    case 'Limit':
    case 'Union':
      break;
    default:
      return false;
  }
  return plan.inputs.every((input) => takesValues(input, rowsMax));
}

/** The plan with the parameters' values, by their index, in their places; see `takesValues`. */
export function withValues(plan: PhysicalPlan, values: readonly unknown[]): PhysicalPlan {
  if (values.length === 0) return plan;
  const put = (expr: Expr): Expr =>
    rewriteUp(expr, (e) => {
      if (e.kind !== 'Parameter') return e;
      assert(e.index < values.length, `a value for parameter ${e.index}`);
      return literal(e.type, values[e.index]);
    });
  const fill = (node: PhysicalPlan): PhysicalPlan => ({
    ...filled(node, put),
    inputs: node.inputs.map(fill),
  });
  return fill(plan);
}

function isOpen(expr: Expr): boolean {
  return contains(expr, ({ kind }) => kind === 'Parameter');
}

function filled(node: PhysicalPlan, put: (expr: Expr) => Expr): PhysicalPlan {
  switch (node.kind) {
    case 'Calc': {
      const condition = node.condition && put(node.condition);
      return { ...node, condition, projections: node.projections.map(put) };
    }
    case 'ValuesScan':
      return { ...node, values: node.values.map((row) => row.map(put)) };
    case 'HashJoin':
      return { ...node, residual: node.residual && put(node.residual) };
    case 'NestedLoopJoin':
      return { ...node, condition: node.condition && put(node.condition) };
    default:
      return node;
  }
}
