import type { FunctionDefinition } from '../../functions/definition.ts';
import type { PhysicalPlan } from '../../planner/physical/nodes.ts';

/** The user's functions that a node calls. */
export function userFunctionsOf(node: PhysicalPlan): readonly FunctionDefinition[] {
  switch (node.kind) {
    case 'UdfCalc':
    case 'AsyncUdfCalc':
      return node.calls.map(({ call }) => call.definition);
    case 'HashAggregate':
    case 'OverAggregate':
      return definitionsOf(node.calls).filter((definition) => definition.body.kind === 'udf');
    case 'ProcessTable':
      return [node.definition];
    default:
      return [];
  }
}

function definitionsOf(
  calls: readonly { readonly definition: FunctionDefinition }[],
): readonly FunctionDefinition[] {
  return calls.map((call) => call.definition);
}
