import { decodePlan, type EncodedPlan, encodePlan } from '../../planner/physical/encode.ts';
import type { PhysicalPlan } from '../../planner/physical/nodes.ts';

/** A physical node as plain data, for a worker. */
export type EncodedNode = EncodedPlan;

/** A node as plain data, with its inputs replaced by empty ones of the same schemas. */
export function encodeNode(node: PhysicalPlan): EncodedNode {
  return encodePlan({ ...node, inputs: node.inputs.map(emptyInput) });
}

/** The node that `encodeNode` took apart. */
export function decodeNode(node: EncodedNode): PhysicalPlan {
  return decodePlan(node);
}

function emptyInput({ schema }: PhysicalPlan): PhysicalPlan {
  return { kind: 'ValuesScan', schema, inputs: [], rows: 0, values: [] };
}
