import type { AggregateCall, Expr } from '../../expr/expr.ts';
import { children } from '../../expr/tree.ts';
import { loweredType } from '../../functions/lowered.ts';
import type { HashAggregate, PhysicalPlan, TableSourceScan } from './nodes.ts';

/**
 * Operations of emitted loops that take no longer than to ask threads to share them, as a multiple
 * of `table.exec.inline-rows`. (Bench `micro`, 1 M rows, 2 threads, on the calling thread and on
 * others: `filter and sum`, 4 operations a row, 1.9 and 3.1 ms, 2.6 and 5.8 while it is new;
 * `GROUP BY 1,000 integers`, 5 operations, 3.6 and 5.8 ms, 4.7 and 7.4 while it is new.)
 */
const OPERATIONS = 60;
/** Operations of a row that are few beside those of keeping it. */
const LIGHT_OPERATIONS = 8;
/** Finding the group of a row by a key of fixed width, or by another one, counts as so many. */
const KEY_OPERATIONS = 2;
const TEXT_KEY_OPERATIONS = 5;
/** Of more groups the records leave the nearest cache. */
const GROUPS_MAX = 4096;

/**
 * Whether a plan is so little work that it is done sooner than threads are asked to share it: no
 * part of it has `rowsMax` rows, or those that have are scans of tables in memory, filters and
 * aggregates of few groups that become loops of few operations.
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

/** Whether a node is a scan of a table in memory, or a loop of few operations that emits rows. */
export function isLight(node: PhysicalPlan): boolean {
  if (node.kind !== 'TableSourceScan' && node.kind !== 'Calc') return false;
  const operations = operationsOf(node, 0);
  return operations !== null && operations <= LIGHT_OPERATIONS;
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
      return operationsOfAggregate(node);
    default:
      return null;
  }
}

/** Whether rows are there as columns: known values need no decoding. */
function isInMemory({ source }: TableSourceScan): boolean {
  return source.spec !== null && source.summary !== undefined && source.decodes !== true;
}

function operationsOfAggregate({ keys, calls, schema, rows }: HashAggregate): number | null {
  if (keys.length > 0 && rows > GROUPS_MAX) return null;
  const found = sumOf(keys, (_, i) =>
    loweredType(schema.fields[i]!.type) === null ? TEXT_KEY_OPERATIONS : KEY_OPERATIONS,
  );
  const added = sumOf(calls, operationsOfCall);
  return found === null || added === null ? null : found + added;
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

function sumOf<T>(
  parts: readonly T[],
  operations: (part: T, i: number) => number | null,
): number | null {
  let sum = 0;
  for (const [i, part] of parts.entries()) {
    const count = operations(part, i);
    if (count === null) return null;
    sum += count;
  }
  return sum;
}
