import type {
  HashJoin,
  PhysicalPlan,
  Sort,
  TableSink,
  TableSourceScan,
  ValuesScan,
} from '../../planner/physical/nodes.ts';
import type { Schema } from '../../types/schema.ts';
import type { Narrowing } from './narrowing.ts';

/** How the build side of a join is held. */
export interface TableSpec {
  readonly schema: Schema;
  /** Columns of the hash table's key; null for nested loops. */
  readonly keys: readonly number[] | null;
  /** Whether NULL keys match NULL keys. */
  readonly nullsMatch: boolean;
  /** Whether probing marks the rows that have a match. */
  readonly marks: boolean;
}

/** A node of a chain; joins look their other side up in the table that an earlier stage made. */
export interface StageNode {
  readonly node: PhysicalPlan;
  /** Number of the stage that makes the table; null for all but joins. */
  readonly table: number | null;
}

/** Where the rows of a branch come from. */
export type StageSource =
  | {
      readonly kind: 'scan';
      readonly node: TableSourceScan;
      /** What joins above say of the rows. */
      readonly needed: readonly Narrowing[];
    }
  | { readonly kind: 'values'; readonly node: ValuesScan }
  /** What an earlier stage holds. */
  | { readonly kind: 'held'; readonly stage: number }
  /** Build rows of a join, after all rows were probed; see `Leftover`. */
  | { readonly kind: 'leftover'; readonly stage: number; readonly leftover: Leftover }
  /** Joins what two stages hold, part by part: the build side is in files. */
  | {
      readonly kind: 'join';
      readonly node: HashJoin;
      readonly build: number;
      readonly probe: number;
    };

/** What a stage holds, once it is ready to be sorted by several tasks: a plan has the operator. */
export interface SortedSource {
  readonly kind: 'sorted';
  readonly node: Sort;
}

/** Which build rows an outer, semi or anti join still yields, and how they lie in its rows. */
export interface Leftover {
  /** Those with a match, or those without. */
  readonly matched: boolean;
  /** The rows of the join; columns that are not of the build side are NULL. */
  readonly schema: Schema;
  /** Where the columns of the build side begin. */
  readonly offset: number;
  /** Number of the join. */
  readonly number: number | null;
}

/** A source and the chain its rows go through. */
export interface StageBranch<Source = StageSource> {
  readonly source: Source;
  readonly chain: readonly StageNode[];
}

/** What happens to the rows of a stage. */
export type StageOutput =
  | { readonly kind: 'rows' }
  /** Kept for a later stage; with keys: by partition of a hash of them. */
  | {
      readonly kind: 'hold';
      readonly keys: readonly number[];
      /** Estimated; 0 without keys. */
      readonly bytes: number;
    }
  /** Kept in the parts of a join whose build side is in files. */
  | { readonly kind: 'parts'; readonly keys: readonly number[] }
  | { readonly kind: 'table'; readonly join: TableSpec }
  | { readonly kind: 'write'; readonly node: TableSink };

/**
 * Part of a plan that runs before the next part starts: sources to the point where rows must be
 * gathered. Its segments run one after the other; the branches of a segment run at once.
 */
export interface Stage {
  readonly segments: readonly (readonly StageBranch[])[];
  /** Whether several tasks may share the splits. */
  readonly parallel: boolean;
  /** Light operators that need all rows in order: they run on the calling thread. */
  readonly tail: readonly PhysicalPlan[];
  readonly output: StageOutput;
  /** Number of the node that the output is measured as work of; null: none. */
  readonly outputBy: number | null;
}
