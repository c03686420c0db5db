import { invalidArgument } from '../common/arguments.ts';
import type { LogicalPlan } from '../planner/logical/nodes.ts';

/** The key under which a Table holds its bound plan: for the package, not for users. */
export const BOUND_PLAN = Symbol('bound plan');

/** A Table, whatever its rows are. */
export interface AnyTable {
  /** @internal */
  readonly [BOUND_PLAN]: LogicalPlan;
}

/** Whether a value is a Table. */
export function isTable(value: unknown): value is AnyTable {
  return typeof value === 'object' && value !== null && BOUND_PLAN in value;
}

/** The bound plan of a Table. Errors: INVALID_ARGUMENT for what is none. */
export function planOf(table: unknown): LogicalPlan {
  if (isTable(table)) return table[BOUND_PLAN];
  throw invalidArgument('A table to name', 'a Table', table);
}
