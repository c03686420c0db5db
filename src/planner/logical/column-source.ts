import type { ColumnStatistics } from '../../catalog/catalog.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalPlan } from './nodes.ts';

/** The node that makes the values of a column, and which of its columns they are. */
export interface ColumnSource {
  readonly plan: LogicalPlan;
  readonly column: number;
}

/** The column that an expression is, casts aside; null for others. */
export function columnUnder(expr: Expr): number | null {
  if (expr.kind === 'InputRef') return expr.index;
  return expr.kind === 'Cast' ? columnUnder(expr.input) : null;
}

/** Where the values of a column come from: a table, or the node that computes them. */
export function columnSource(plan: LogicalPlan, column: number): ColumnSource {
  switch (plan.kind) {
    case 'Filter':
    case 'Rank':
    case 'Sort':
    case 'Limit':
      return columnSource(plan.input, column);
    case 'Project': {
      const source = columnUnder(plan.exprs[column]!);
      return source === null ? { plan, column } : columnSource(plan.input, source);
    }
    case 'Aggregate':
      return column < plan.keys.length
        ? columnSource(plan.input, plan.keys[column]!)
        : { plan, column };
    case 'Window':
      return column < plan.input.schema.fields.length
        ? columnSource(plan.input, column)
        : { plan, column };
    case 'Join': {
      const width = plan.left.schema.fields.length;
      return column < width
        ? columnSource(plan.left, column)
        : columnSource(plan.right, column - width);
    }
    case 'Shared':
      return columnSource(plan.body.plan, plan.columns[column]!);
    default:
      return { plan, column };
  }
}

/** How many values a column of a table has, as ANALYZE TABLE or its files say; null: unknown. */
export function distinctValues(source: ColumnSource): number | null {
  const { plan, column } = source;
  if (plan.kind !== 'Scan') return null;
  const count =
    columnStatistics(source)?.distinctCount ?? plan.source.distinctValues?.(column) ?? null;
  return count === null ? null : Math.max(1, count);
}

/** What ANALYZE TABLE found in a column of a table; null before, and for computed columns. */
export function columnStatistics({ plan, column }: ColumnSource): ColumnStatistics | null {
  if (plan.kind !== 'Scan' || plan.statistics === null) return null;
  return plan.statistics.columns.get(plan.schema.fields[column]!.name) ?? null;
}
