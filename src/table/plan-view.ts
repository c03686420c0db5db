import type { CatalogView, TableInstance } from '../catalog/catalog.ts';
import { quotePath } from '../common/identifiers.ts';
import type { LogicalPlan } from '../planner/logical/nodes.ts';
import type { Session } from './session.ts';

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

/** Registers a plan under a name of its own: the name for SQL. */
export function registered(session: Session, plan: LogicalPlan): string {
  const identifier = session.catalogs.qualify([session.uniqueName()]);
  session.catalogs.putTable(identifier, new PlanView(plan).view, true);
  return quotePath([identifier.catalog, identifier.database, identifier.name]);
}
