import { assert } from '../../../common/assert.ts';
import { joinConjunction } from '../../../expr/simplify.ts';
import { remapInputs } from '../../../expr/tree.ts';
import { columnNames, inputRef, join, project } from '../../logical/build.ts';
import type { LogicalPlan } from '../../logical/nodes.ts';
import { mapInputs } from '../../logical/tree.ts';
import { type JoinChain, joinChain } from '../join-chain.ts';
import { inputSet, JoinGraph } from '../join-graph.ts';
import { cheapestOrder, type JoinOrder } from '../join-order.ts';
import type { Rule } from '../rule.ts';

/**
 * A chain of three or more inner joins  =>  the same inputs, joined so that little is left early
 *
 * The order is the one in which the joins together make and hold the fewest rows
 * (`../join-order.ts`). A comma join whose tables are listed in an unlucky order does not multiply
 * them. A semi join that leaves few rows of one input of a chain is done there: the chain goes on
 * above it.
 *
 * Walks down by itself: a chain is found from its topmost join.
 */
export const reorderJoins: Rule = { name: 'reorder-joins', rewrite: reorder };

function reorder(plan: LogicalPlan): LogicalPlan {
  const chain = joinChain(plan);
  if (chain.inputs.length < 3 && !chain.isReduced) return mapInputs(plan, reorder);
  const inputs = chain.inputs.map((input) => reorder(input));
  return ordered(plan, { ...chain, inputs });
}

/** Some inputs joined: a plan, and the columns of the chain that its columns are. */
interface Part {
  readonly plan: LogicalPlan;
  readonly columns: readonly number[];
}

function ordered(top: LogicalPlan, chain: JoinChain): LogicalPlan {
  const graph = new JoinGraph(chain);
  let next = 0;
  const leaves = chain.inputs.map(
    (plan): Part => ({ plan, columns: plan.schema.fields.map(() => next++) }),
  );
  const { plan, columns } = joined(cheapestOrder(graph), leaves, graph);
  const isSame =
    chain.outputs.length === columns.length &&
    columns.every((column, i) => column === chain.outputs[i]);
  // Columns may have been made nullable by an outer join that became an inner one: they stay so.
  if (isSame) return { ...plan, schema: top.schema };
  const exprs = chain.outputs.map((column) => inputRef(plan.schema, columns.indexOf(column)));
  return project(plan, exprs, columnNames(top.schema));
}

/** The joins of an order, each with the conditions that its sides can answer together. */
function joined(order: JoinOrder, leaves: readonly Part[], graph: JoinGraph): Part {
  if (order.sides === null) {
    const leaf = leaves.find((_, input) => order.inputs === inputSet(input));
    assert(leaf !== undefined, 'an order ends at the inputs of the chain');
    return leaf;
  }
  const [a, b] = order.sides;
  const left = joined(a, leaves, graph);
  const right = joined(b, leaves, graph);
  const columns = [...left.columns, ...right.columns];
  const on = graph
    .conditions(a.inputs, b.inputs)
    .map((part) => remapInputs(part, (column) => columns.indexOf(column)));
  const plan = join(left.plan, right.plan, 'inner', on.length === 0 ? null : joinConjunction(on));
  return { plan, columns };
}
