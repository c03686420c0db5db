import { unreachable } from '../../common/assert.ts';
import type { AggregateCall, Expr, WindowCall } from '../../expr/expr.ts';
import type { Aggregate, LogicalPlan, Window } from './nodes.ts';

/** The inputs of a node, from left to right. */
export function inputsOf(plan: LogicalPlan): readonly LogicalPlan[] {
  switch (plan.kind) {
    case 'Scan':
    case 'Values':
    case 'Shared':
      return [];
    case 'Join':
      return [plan.left, plan.right];
    case 'Union':
      return plan.inputs;
    case 'Project':
    case 'Filter':
    case 'Aggregate':
    case 'Window':
    case 'Rank':
    case 'Match':
    case 'ProcessTable':
    case 'Sort':
    case 'Limit':
    case 'Unnest':
    case 'Sink':
      return [plan.input];
    default:
      return unreachable(plan);
  }
}

/** Applies `f` to each input. Returns `plan` itself when no input changed. */
export function mapInputs(plan: LogicalPlan, f: (input: LogicalPlan) => LogicalPlan): LogicalPlan {
  switch (plan.kind) {
    case 'Scan':
    case 'Values':
    case 'Shared':
      return plan;
    case 'Join': {
      const left = f(plan.left);
      const right = f(plan.right);
      return left === plan.left && right === plan.right ? plan : { ...plan, left, right };
    }
    case 'Union': {
      const inputs = mapList(plan.inputs, f);
      return inputs === plan.inputs ? plan : { ...plan, inputs };
    }
    case 'Project':
    case 'Filter':
    case 'Aggregate':
    case 'Window':
    case 'Rank':
    case 'Match':
    case 'ProcessTable':
    case 'Sort':
    case 'Limit':
    case 'Unnest':
    case 'Sink': {
      const input = f(plan.input);
      return input === plan.input ? plan : { ...plan, input };
    }
    default:
      return unreachable(plan);
  }
}

/** Rewrites the inputs first, then the node. */
export function transformUp(plan: LogicalPlan, f: (node: LogicalPlan) => LogicalPlan): LogicalPlan {
  return f(mapInputs(plan, (input) => transformUp(input, f)));
}

/** Rewrites the node first, then the inputs of what it became. */
export function transformDown(
  plan: LogicalPlan,
  f: (node: LogicalPlan) => LogicalPlan,
): LogicalPlan {
  return mapInputs(f(plan), (input) => transformDown(input, f));
}

/** Calls `f` for the node and everything below it, top first. */
export function visit(plan: LogicalPlan, f: (node: LogicalPlan) => void): void {
  f(plan);
  for (const input of inputsOf(plan)) visit(input, f);
}

/** The expressions that a node itself holds; those of a Match are over what they read of it. */
export function exprsOf(plan: LogicalPlan): readonly Expr[] {
  switch (plan.kind) {
    case 'Values':
      return plan.rows.flat();
    case 'Project':
      return plan.exprs;
    case 'Filter':
      return [plan.predicate];
    case 'Join':
      return plan.condition === null ? [] : [plan.condition];
    case 'Aggregate':
    case 'Window':
      return callsOf(plan).flatMap((c) => (c.filter === null ? c.args : [...c.args, c.filter]));
    case 'Match':
      return plan.define.flatMap((d) => (d.condition === null ? [] : [d.condition]));
    case 'ProcessTable':
      return plan.args;
    case 'Sort':
      return plan.keys.map((key) => key.expr);
    case 'Scan':
    case 'Rank':
    case 'Limit':
    case 'Union':
    case 'Unnest':
    case 'Shared':
    case 'Sink':
      return [];
    default:
      return unreachable(plan);
  }
}

/** Applies `f` to each expression of the node itself. Returns `plan` when none changed. */
export function mapExprs(plan: LogicalPlan, f: (expr: Expr) => Expr): LogicalPlan {
  switch (plan.kind) {
    case 'Values': {
      const rows = mapList(plan.rows, (row) => mapList(row, f));
      return rows === plan.rows ? plan : { ...plan, rows };
    }
    case 'Project': {
      const exprs = mapList(plan.exprs, f);
      return exprs === plan.exprs ? plan : { ...plan, exprs };
    }
    case 'Filter': {
      const predicate = f(plan.predicate);
      return predicate === plan.predicate ? plan : { ...plan, predicate };
    }
    case 'Join': {
      const condition = plan.condition === null ? null : f(plan.condition);
      return condition === plan.condition ? plan : { ...plan, condition };
    }
    case 'Aggregate': {
      const calls = mapList(plan.calls, (call) => mapCall(call, f));
      return calls === plan.calls ? plan : { ...plan, calls };
    }
    case 'Window': {
      const calls = mapList(plan.calls, (call) => mapCall(call, f));
      return calls === plan.calls ? plan : { ...plan, calls };
    }
    case 'Match': {
      const define = mapList(plan.define, (definition) => {
        const condition = definition.condition === null ? null : f(definition.condition);
        return condition === definition.condition ? definition : { ...definition, condition };
      });
      return define === plan.define ? plan : { ...plan, define };
    }
    case 'ProcessTable': {
      const args = mapList(plan.args, f);
      return args === plan.args ? plan : { ...plan, args };
    }
    case 'Sort': {
      const keys = mapList(plan.keys, (key) => {
        const expr = f(key.expr);
        return expr === key.expr ? key : { ...key, expr };
      });
      return keys === plan.keys ? plan : { ...plan, keys };
    }
    case 'Scan':
    case 'Rank':
    case 'Limit':
    case 'Union':
    case 'Unnest':
    case 'Shared':
    case 'Sink':
      return plan;
    default:
      return unreachable(plan);
  }
}

function callsOf(plan: Aggregate | Window): readonly (AggregateCall | WindowCall)[] {
  return plan.calls;
}

/** Applies `f` to the arguments and the filter of a call. */
export function mapCall<T extends AggregateCall | WindowCall>(call: T, f: (expr: Expr) => Expr): T {
  const args = mapList(call.args, f);
  const filter = call.filter === null ? null : f(call.filter);
  return args === call.args && filter === call.filter ? call : { ...call, args, filter };
}

/** Applies `f` to each item. Returns `items` itself when none changed. */
export function mapList<T>(items: readonly T[], f: (item: T) => T): readonly T[] {
  let changed = false;
  const mapped = items.map((item) => {
    const result = f(item);
    if (result !== item) changed = true;
    return result;
  });
  return changed ? mapped : items;
}
