import type { AggregateCall, Call, WindowCall } from '../expr/expr.ts';
import { printAggregateCall, printExpr } from '../expr/print.ts';
import type { FunctionBody } from '../functions/definition.ts';
import { processCall } from './explain-process.ts';
import { columnNames } from './logical/build.ts';
import type { PhysicalPlan } from './physical/nodes.ts';

/**
 * One line for each call of a user's function in a plan: where it runs, and for how many rows by
 * estimate. A function may be called for fewer: not for NULLs and values that it need not see again.
 */
export function functionCalls(plan: PhysicalPlan): readonly string[] {
  const shown = new Set<number>();
  const lines = (node: PhysicalPlan): readonly string[] => {
    if (node.kind === 'Shared') {
      if (shown.has(node.id)) return [];
      shown.add(node.id);
    }
    return [...callsOf(node), ...node.inputs.flatMap(lines)];
  };
  return lines(plan);
}

function callsOf(node: PhysicalPlan): readonly string[] {
  const [input] = node.inputs;
  if (input === undefined) return [];
  const names = argumentNames(input);
  const line = (text: string, body: FunctionBody) => {
    return `${text}: ${node.kind} ${placeOf(body)}, about ${input.rows} ${input.rows === 1 ? 'row' : 'rows'}`;
  };
  const scalar = (call: Call) => line(printExpr(call, names), call.definition.body);
  const aggregate = (call: AggregateCall | WindowCall) =>
    line(printAggregateCall(call, names), call.definition.body);
  switch (node.kind) {
    case 'UdfCalc':
    case 'AsyncUdfCalc':
      return node.calls.map(({ call }) => scalar(call));
    case 'HashAggregate':
    case 'OverAggregate':
      return node.calls
        .filter(({ definition }) => definition.body.kind === 'udf')
        .map((call) => aggregate(call));
    case 'ProcessTable':
      return [line(processCall(node), node.definition.body)];
    default:
      return [];
  }
}

function placeOf(body: FunctionBody): string {
  if (body.kind !== 'udf') return 'in workers';
  if (body.isolation !== null) return 'in a process of its own';
  return body.inline ? 'on the calling thread' : 'in workers';
}

/** The columns of a node; those that a Calc has computed as what they are. */
function argumentNames(node: PhysicalPlan): readonly string[] {
  const names = columnNames(node.schema);
  if (node.kind !== 'Calc') return names;
  const below = columnNames(node.inputs[0]!.schema);
  return node.projections.map((expr, i) =>
    expr.kind === 'InputRef' ? names[i]! : printExpr(expr, below),
  );
}
