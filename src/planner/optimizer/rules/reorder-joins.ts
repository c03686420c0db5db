import type { Expr } from '../../../expr/expr.ts';
import { joinConjunction, splitConjunction } from '../../../expr/simplify.ts';
import { inputsUsed, remapInputs, shiftInputs } from '../../../expr/tree.ts';
import { columnNames, inputRef, join, project } from '../../logical/build.ts';
import { estimateRows } from '../../logical/cardinality.ts';
import type { Join, LogicalPlan } from '../../logical/nodes.ts';
import { mapInputs } from '../../logical/tree.ts';
import type { Rule } from '../rule.ts';

/** Inputs of one chain of joins that are put in order; the rest keeps the order of the query. */
const INPUTS_MAX = 16;

/**
 * A chain of three or more inner joins  =>  the same inputs, joined so that little is left early
 *
 * Greedy: of all pairs with a condition the one with the fewest rows is joined first, and its
 * result takes their place. Pairs without a condition come last: a comma join whose tables are
 * listed in an unlucky order does not multiply them.
 *
 * Walks down by itself: a chain is found from its topmost join.
 */
export const reorderJoins: Rule = { name: 'reorder-joins', rewrite: reorder };

function reorder(plan: LogicalPlan): LogicalPlan {
  if (!isInner(plan)) return mapInputs(plan, reorder);
  const chain = { inputs: [] as LogicalPlan[], conditions: [] as Expr[] };
  flatten(plan, 0, chain);
  const inputs = chain.inputs.map((input) => mapInputs(input, reorder));
  if (inputs.length < 3 || inputs.length > INPUTS_MAX) {
    return mapInputs(plan, reorder);
  }
  return ordered(plan, inputs, chain.conditions);
}

function isInner(plan: LogicalPlan): plan is Join {
  return plan.kind === 'Join' && plan.joinType === 'inner';
}

/** The inputs of a chain from left to right, and its conditions over all their columns. */
function flatten(
  plan: LogicalPlan,
  offset: number,
  chain: { readonly inputs: LogicalPlan[]; readonly conditions: Expr[] },
): void {
  if (!isInner(plan)) {
    chain.inputs.push(plan);
    return;
  }
  flatten(plan.left, offset, chain);
  flatten(plan.right, offset + plan.left.schema.fields.length, chain);
  if (plan.condition === null) return;
  for (const part of splitConjunction(plan.condition)) {
    chain.conditions.push(shiftInputs(part, offset));
  }
}

/** Some inputs joined: a plan, and the columns of the chain that its columns are. */
interface Part {
  readonly plan: LogicalPlan;
  readonly columns: readonly number[];
}

function ordered(
  top: Join,
  inputs: readonly LogicalPlan[],
  conditions: readonly Expr[],
): LogicalPlan {
  let next = 0;
  let parts: Part[] = inputs.map((plan) => ({
    plan,
    columns: plan.schema.fields.map(() => next++),
  }));
  let open = conditions;
  while (parts.length > 1) {
    const best = cheapest(parts, open);
    open = open.filter((condition) => !best.used.includes(condition));
    // The result takes the place of its left part: inputs stay near where they were written.
    parts = parts
      .map((part) => (part === best.left ? best.joined : part))
      .filter((part) => part !== best.right);
  }
  const { plan, columns } = parts[0]!;
  if (columns.every((column, i) => column === i)) return withSchema(plan, top);
  const exprs = top.schema.fields.map((_, i) => inputRef(plan.schema, columns.indexOf(i)));
  return project(plan, exprs, columnNames(top.schema));
}

/** Columns may have been made nullable by an outer join that became an inner one: they stay so. */
function withSchema(plan: LogicalPlan, top: Join): LogicalPlan {
  return { ...plan, schema: top.schema };
}

interface Candidate {
  readonly left: Part;
  readonly right: Part;
  readonly joined: Part;
  readonly used: readonly Expr[];
}

function cheapest(parts: readonly Part[], conditions: readonly Expr[]): Candidate {
  let best: Candidate | null = null;
  let bestRank = { connected: false, rows: Number.POSITIVE_INFINITY };
  for (const [i, left] of parts.entries()) {
    for (const right of parts.slice(i + 1)) {
      const candidate = combine(left, right, conditions);
      const rank = {
        connected: candidate.used.length > 0,
        rows: estimateRows(candidate.joined.plan),
      };
      const better =
        rank.connected === bestRank.connected
          ? rank.rows < bestRank.rows
          : rank.connected && !bestRank.connected;
      if (best === null || better) {
        best = candidate;
        bestRank = rank;
      }
    }
  }
  return best!;
}

/** The join of two parts on all conditions that they can answer together. */
function combine(left: Part, right: Part, conditions: readonly Expr[]): Candidate {
  const columns = [...left.columns, ...right.columns];
  const used = conditions.filter((condition) =>
    inputsUsed(condition).every((index) => columns.includes(index)),
  );
  const on = used.map((part) => remapInputs(part, (index) => columns.indexOf(index)));
  const plan = join(left.plan, right.plan, 'inner', on.length === 0 ? null : joinConjunction(on));
  return { left, right, joined: { plan, columns }, used };
}
