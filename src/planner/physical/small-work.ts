import type { AggregateCall, Expr } from '../../expr/expr.ts';
import { children } from '../../expr/tree.ts';
import { loweredType } from '../../functions/lowered.ts';
import type { PhysicalPlan, TableSourceScan } from './nodes.ts';

/**
 * Operations of emitted loops that take no longer than to ask threads to share them, as a multiple
 * of `table.exec.inline-rows`. (`filter and sum` of bench `micro`, 4 operations a row, 2 threads,
 * 1 M rows: 1.9 ms on the calling thread, 3.1 ms on others, and 2.6 and 5.8 ms while it is new.)
 */
const OPERATIONS = 50;

/**
 * Whether a plan is so little work that it is done sooner than threads are asked to share it: no
 * part of it has `rowsMax` rows, or those that have are scans of tables in memory, filters and
 * aggregates without groups that become loops of few operations.
 */
export function isSmallWork(plan: PhysicalPlan, rowsMax: number): boolean {
  let operations = 0;
  const seen = new Set<number>();
  const isSmall = (node: PhysicalPlan): boolean => {
    if (node.kind === 'Shared') {
      if (seen.has(node.id)) return true;
      seen.add(node.id);
    }
    if (rowsOf(node) >= rowsMax) {
      const perRow = operationsOf(node, rowsMax);
      if (perRow === null) return false;
      operations += perRow * rowsOf(node);
      if (operations >= OPERATIONS * rowsMax) return false;
    }
    return node.inputs.every(isSmall);
  };
  return isSmall(plan);
}

/** Rows that a node handles. */
function rowsOf(node: PhysicalPlan): number {
  return node.inputs.reduce((rows, input) => Math.max(rows, input.rows), node.rows);
}

/** Operations for a row of the input; null where that is no measure of the work. */
function operationsOf(node: PhysicalPlan, rowsMax: number): number | null {
  switch (node.kind) {
    case 'TableSourceScan':
      return isInMemory(node) ? 1 : null;
    case 'Calc': {
      const { condition, projections, rows } = node;
      const all = rows >= rowsMax ? projections : [];
      return sumOf(condition === null ? all : [condition, ...all], operationsIn);
    }
    case 'Limit':
      return 0;
    case 'HashAggregate':
      return node.keys.length > 0 ? null : sumOf(node.calls, operationsOfCall);
    default:
      return null;
  }
}

/** Whether rows are there as columns: known values need no decoding. */
function isInMemory({ source }: TableSourceScan): boolean {
  return source.spec !== null && source.summary !== undefined && source.decodes !== true;
}

function operationsOfCall({ definition, args, filter, distinct }: AggregateCall): number | null {
  if (definition.compiled === null || distinct) return null;
  const parts = sumOf(filter === null ? args : [...args, filter], operationsIn);
  return parts === null ? null : parts + 1;
}

/** Operations of a row in emitted code; null when not all of an expression becomes that. */
function operationsIn(expr: Expr): number | null {
  if (loweredType(expr.type) === null) return null;
  if (expr.kind === 'InputRef' || expr.kind === 'Literal') return 0;
  if (expr.kind === 'Parameter' || (expr.kind === 'Call' && !isLowered(expr))) return null;
  const parts = sumOf(children(expr), operationsIn);
  return parts === null ? null : parts + 1;
}

function isLowered({ definition }: Expr & { readonly kind: 'Call' }): boolean {
  return definition.lower !== null || definition.name === 'AND' || definition.name === 'OR';
}

function sumOf<T>(parts: readonly T[], operations: (part: T) => number | null): number | null {
  let sum = 0;
  for (const part of parts) {
    const count = operations(part);
    if (count === null) return null;
    sum += count;
  }
  return sum;
}
