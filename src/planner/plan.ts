import { assert } from '../common/assert.ts';
import { configValue } from '../common/options.ts';
import type { Literal } from '../expr/expr.ts';
import { rewriteUp } from '../expr/tree.ts';
import type { StatementContext } from '../functions/definition.ts';
import type { LogicalPlan } from './logical/nodes.ts';
import { inlineShared, transformShared } from './logical/shared.ts';
import { mapExprs } from './logical/tree.ts';
import { optimize } from './optimizer/optimizer.ts';
import { lowerPlan } from './physical/lower/lower.ts';
import type { PhysicalPlan } from './physical/nodes.ts';

/** What planning depends on besides the plan. */
export interface PlanOptions {
  readonly statement: StatementContext;
  /** The most tasks that a statement may use (`parallelism.default`). */
  readonly parallelism: number;
  /** Internal values of the parameters, by the index of their `Parameter` expressions. */
  readonly parameters: readonly unknown[];
}

/** A statement on its way from what was asked to what runs. */
export interface PlannedStatement {
  readonly logical: LogicalPlan;
  readonly optimized: LogicalPlan;
  readonly physical: PhysicalPlan;
}

/** Optimizes a bound plan and decides how it is run. */
export function planStatement(plan: LogicalPlan, options: PlanOptions): PlannedStatement {
  const logical = bindParameters(inlineShared(plan), options.parameters);
  const optimized = optimize(logical, options.statement);
  const physical = lowerPlan(optimized, {
    parallelism: options.parallelism,
    smallRows: configValue(options.statement.config, 'table.exec.inline-rows'),
  });
  return { logical, optimized, physical };
}

/** The plan with the parameters' values in their places. */
export function bindParameters(plan: LogicalPlan, parameters: readonly unknown[]): LogicalPlan {
  if (parameters.length === 0) return plan;
  return transformShared(plan, (node) =>
    mapExprs(node, (expr) =>
      rewriteUp(expr, (e): Literal | typeof e => {
        if (e.kind !== 'Parameter') return e;
        assert(e.index < parameters.length, `a value for parameter ${e.index}`);
        return { kind: 'Literal', type: e.type, value: parameters[e.index] };
      }),
    ),
  );
}
