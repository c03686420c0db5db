import type { DataType } from '../types/data-type.ts';
import type { AggregateCall, Expr } from './expr.ts';

/** One variable of a pattern, and how many rows in a row it takes; `max` null is unbounded. */
export interface MatchStep {
  readonly name: string;
  readonly min: number;
  readonly max: number | null;
  readonly reluctant: boolean;
}

/**
 * What is read of the rows that are mapped so far to a variable (the number of its step; null: to
 * any). `row`: a column of the row that is `offset` rows from an end of them, and from there
 * `shift` rows along the partition; NULL where there is no such row. `aggregate`: over all of them;
 * its arguments are columns of the input or literals.
 */
export type MatchReference =
  | {
      readonly kind: 'row';
      readonly type: DataType;
      readonly variable: number | null;
      readonly column: number;
      readonly end: 'FIRST' | 'LAST';
      readonly offset: number;
      readonly shift: number;
    }
  | {
      readonly kind: 'aggregate';
      readonly type: DataType;
      readonly variable: number | null;
      readonly call: AggregateCall;
    };

/** The condition of a variable over what it reads, by number; null: every row fulfils it. */
export interface MatchDefinition {
  readonly condition: Expr | null;
  readonly reads: readonly MatchReference[];
}

/** Where the search goes on behind a match; `variable` is the number of a step. */
export type MatchSkip =
  | { readonly to: 'past' | 'next'; readonly variable: null }
  | { readonly to: 'first' | 'last'; readonly variable: number };

/** One key of the order of rows: a column of the input. */
export interface MatchKey {
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** How rows are matched. */
export interface MatchSpec {
  /** Columns of the input. */
  readonly partition: readonly number[];
  /** The first key is the time. */
  readonly order: readonly MatchKey[];
  readonly steps: readonly MatchStep[];
  /** One for each step. */
  readonly define: readonly MatchDefinition[];
  readonly skip: MatchSkip;
  /** Milliseconds that the time of a match must be shorter than; null: no limit. */
  readonly within: bigint | null;
  readonly measures: readonly MatchReference[];
}
