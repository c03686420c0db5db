import type { ExplainFormat } from '../../parser/ast/statements.ts';
import type { PhysicalPlan } from '../../planner/physical/nodes.ts';
import { numberNodes } from '../../planner/physical/number.ts';
import { planHtml } from './plan-html.ts';
import { planMermaid } from './plan-mermaid.ts';
import { type ExplainedOperator, operatorTree } from './plan-tree.ts';

/** Physical plans that have not run, in a format of EXPLAIN other than text. */
export function formatPlans(
  plans: readonly PhysicalPlan[],
  format: Exclude<ExplainFormat, 'TEXT'>,
): string {
  const trees: ExplainedOperator[] = [];
  let first = 1;
  for (const plan of plans) {
    const numbered = numberNodes(plan, first);
    first = numbered.next;
    trees.push(operatorTree(numbered.plan, null));
  }
  switch (format) {
    case 'JSON':
      return JSON.stringify({ plans: trees }, null, 2);
    case 'MERMAID':
      return planMermaid(trees);
    case 'HTML':
      return planHtml(trees, 'Query plan', []);
  }
}
