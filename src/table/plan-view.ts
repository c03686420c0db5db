import type { CatalogView, TableInstance } from '../catalog/catalog.ts';
import type { LogicalPlan } from '../planner/logical/nodes.ts';

/** A temporary view over a `Table`: the plan that its name stands for. */
export class PlanView implements TableInstance {
  readonly connector = 'plan';
  readonly plan: LogicalPlan;

  constructor(plan: LogicalPlan) {
    this.plan = plan;
  }

  /** The catalog entry of the view. */
  get view(): CatalogView {
    return {
      kind: 'view',
      columns: this.plan.schema.fields.map((f) => ({ kind: 'physical', ...f })),
      originalQuery: '',
      expandedQuery: '',
      comment: null,
      instance: this,
    };
  }
}
