import type { LogicalPlan } from '../planner/logical/nodes.ts';
import { aggregatedRows, type RowCall, type RowCallOptions } from './row-operations.ts';
import type { Session } from './session.ts';

/** The rows of a table by the values of some expressions. */
export class GroupedTable<T> {
  readonly #session: Session;
  readonly #input: LogicalPlan;
  readonly #keys: readonly string[];
  readonly #tableOf: (plan: LogicalPlan) => T;

  /** Made by `Table.groupBy`. */
  constructor(
    session: Session,
    input: LogicalPlan,
    keys: readonly string[],
    tableOf: (plan: LogicalPlan) => T,
  ) {
    this.#session = session;
    this.#input = input;
    this.#keys = keys;
    this.#tableOf = tableOf;
  }

  /** One row a group: the keys, then what an aggregate function gives, a ROW by its fields. */
  aggregate(call: RowCall, options: RowCallOptions = {}): T {
    return this.#rows(call, options, 'aggregate');
  }

  /** The keys with each row that a table aggregate function gives of a group. */
  flatAggregate(call: RowCall, options: RowCallOptions = {}): T {
    return this.#rows(call, options, 'flatAggregate');
  }

  #rows(call: RowCall, options: RowCallOptions, kind: 'aggregate' | 'flatAggregate'): T {
    const plan = aggregatedRows(this.#session, this.#input, this.#keys, call, options, kind);
    return this.#tableOf(plan);
  }
}
