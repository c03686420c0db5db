import { estimateRows } from '../../logical/cardinality.ts';
import type { LogicalPlan, Shared, SharedBody } from '../../logical/nodes.ts';
import { bodiesOf, inlineShared, isCostly, mapShared, share } from '../../logical/shared.ts';
import { mapInputs, visit } from '../../logical/tree.ts';
import { PlanClasses } from '../plan-classes.ts';
import type { Rule } from '../rule.ts';

/** Rows that a plan must work on before it is worth to hold its result. */
const WORK_MIN = 10_000;
/** Rows worked on for each row of the result: held rows cost memory, and one task reads them. */
const WORK_PER_ROW = 4;

/**
 * Join(Aggregate(x), Aggregate(x))  =>  Join(Shared(s), Shared(s)), s = Aggregate(x)
 *
 * What a statement computes in several places is computed once, wherever it stands. Runs when the
 * filters have moved: by then parts that are used differently are different plans.
 */
export const shareSubplans: Rule = {
  name: 'share-subplans',
  rewrite(plan) {
    const classes = new PlanClasses();
    const repeated = repeatedClasses(plan, classes);
    if (repeated.size === 0) return plan;
    const made = new Map<number, Shared>();
    const replace = (node: LogicalPlan, bodyOf: (body: SharedBody) => SharedBody): LogicalPlan => {
      const number = classes.numberOf(node);
      if (number === null || !repeated.has(number)) {
        return mapInputs(relinked(node, bodyOf), (input) => replace(input, bodyOf));
      }
      let body = made.get(number);
      if (body === undefined) {
        body = share(
          'subplan',
          mapInputs(node, (input) => replace(input, bodyOf)),
        );
        made.set(number, body);
      }
      // Columns keep the names that they have here.
      return { ...body, schema: node.schema };
    };
    // Parts of a repeated plan are repeated, too, but have one reader once it is shared.
    return inlineShared(mapShared(plan, replace));
  },
};

function relinked(node: LogicalPlan, bodyOf: (body: SharedBody) => SharedBody): LogicalPlan {
  if (node.kind !== 'Shared') return node;
  const body = bodyOf(node.body);
  return body === node.body ? node : { ...node, body };
}

/** The numbers of plans that are worth to be held and stand in several places. */
function repeatedClasses(plan: LogicalPlan, classes: PlanClasses): ReadonlySet<number> {
  const seen = new Set<number>();
  const repeated = new Set<number>();
  for (const part of [plan, ...bodiesOf(plan).map((body) => body.plan)]) {
    visit(part, (node) => {
      const number = classes.numberOf(node);
      if (number === null) return;
      if (seen.has(number) && isWorthwhile(node)) repeated.add(number);
      seen.add(number);
    });
  }
  return repeated;
}

function isWorthwhile(plan: LogicalPlan): boolean {
  if (!isCostly(plan) && !isDecoded(plan)) return false;
  let work = 0;
  visit(plan, (node) => {
    work += estimateRows(node);
  });
  return work >= WORK_MIN && work >= WORK_PER_ROW * estimateRows(plan);
}

/** Whether a plan filters a table whose rows are made anew from bytes for each reader. */
function isDecoded(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'Filter':
    case 'Project':
      return isDecoded(plan.input);
    default:
      return plan.kind === 'Scan' && plan.source.decodes === true;
  }
}
