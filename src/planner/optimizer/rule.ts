import type { StatementContext } from '../../functions/definition.ts';
import type { LogicalKind, LogicalNode, LogicalPlan } from '../logical/nodes.ts';

/** One rewrite of one kind of node. */
export interface Rule {
  readonly name: string;
  /** Returns `plan` itself when the rule does not apply: identity means "no change". */
  rewrite(plan: LogicalPlan, context: StatementContext): LogicalPlan;
}

/** Makes a rule for the nodes of one kind. */
export function defineRule<K extends LogicalKind>(spec: {
  readonly name: string;
  readonly on: K;
  rewrite(node: LogicalNode<K>, context: StatementContext): LogicalPlan;
}): Rule {
  return {
    name: spec.name,
    rewrite: (plan, context) =>
      // The kind was checked: the node is one of that kind.
      plan.kind === spec.on ? spec.rewrite(plan as LogicalNode<K>, context) : plan,
  };
}

/** Rules that run together. */
export interface Phase {
  readonly name: string;
  /**
   * `settle`: on every node, inputs first, until no rule changes the plan. `once`: the same in one
   * pass, for rules whose result they would rewrite again. `root`: on the top of the plan alone,
   * once, for rules that walk down by themselves; what is shared has a top of its own. `statement`:
   * likewise, on the whole statement with all that it shares.
   */
  readonly run: 'settle' | 'once' | 'root' | 'statement';
  readonly rules: readonly Rule[];
}
