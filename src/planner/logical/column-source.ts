import type { Expr } from '../../expr/expr.ts';
import { type ColumnSummary, summaryValue } from '../../types/column-summary.ts';
import type { DataType } from '../../types/data-type.ts';
import type { LogicalPlan, Scan } from './nodes.ts';

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

/** How many values a column has, as `columnSummary` knows or its range tells; null: unknown. */
export function distinctValues(source: ColumnSource): number | null {
  const summary = columnSummary(source);
  if (summary === null) return null;
  const { distinctCount, min, max } = summary;
  const { type } = source.plan.schema.fields[source.column]!;
  const isRange = isWhole(type) && min !== null && max !== null;
  const places = isRange ? Number(max) - Number(min) + 1 : Number.POSITIVE_INFINITY;
  // What a sample tells of many values is a rough guess; there are no more than places.
  if (distinctCount !== null) return Math.max(1, Math.min(distinctCount, places));
  // A range with more places than rows says little: ids with gaps, say.
  const rows = source.plan.kind === 'Scan' ? rowsOf(source.plan) : null;
  return rows !== null && places <= rows ? Math.max(1, places) : null;
}

/** What ANALYZE TABLE found in a column of a table, or else its source knows; null: nothing. */
export function columnSummary({ plan, column }: ColumnSource): ColumnSummary | null {
  if (plan.kind !== 'Scan') return null;
  const name = plan.schema.fields[column]!.name;
  const analyzed = plan.statistics?.columns.get(name);
  if (plan.statistics === null || analyzed === undefined) {
    return plan.source.summary?.(column) ?? null;
  }
  const rows = plan.statistics.rowCount;
  return {
    nullShare: rows === 0 ? null : analyzed.nullCount / rows,
    distinctCount: analyzed.distinctCount,
    min: summaryValue(analyzed.min),
    max: summaryValue(analyzed.max),
  };
}

/** The rows of a table; null: unknown. */
export function rowsOf({ source, statistics }: Scan): number | null {
  return source.rowCount ?? statistics?.rowCount ?? null;
}

function isWhole({ kind }: DataType): boolean {
  return (
    kind === 'TINYINT' ||
    kind === 'SMALLINT' ||
    kind === 'INT' ||
    kind === 'BIGINT' ||
    kind === 'DATE'
  );
}
