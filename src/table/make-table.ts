import type { LogicalPlan } from '../planner/logical/nodes.ts';
import type { Table } from './table.ts';

/** Makes a Table of a plan: what the operations on parts of a table end with. */
export type MakeTable = <R extends object>(plan: LogicalPlan) => Table<R>;
