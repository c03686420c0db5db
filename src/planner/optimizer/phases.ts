import type { Phase } from './rule.ts';
import { computeJoinCalls } from './rules/compute-join-calls.ts';
import { deriveSideConditions } from './rules/derive-side-conditions.ts';
import { eliminateConstantFilter } from './rules/eliminate-constant-filter.ts';
import { factorDisjunction } from './rules/factor-disjunction.ts';
import { foldConstants } from './rules/fold-constants.ts';
import { foldValues } from './rules/fold-values.ts';
import { inferPredicates } from './rules/infer-predicates.ts';
import { limitPartitions } from './rules/limit-partitions.ts';
import { mergeEqualities } from './rules/merge-equalities.ts';
import { mergeFilters } from './rules/merge-filters.ts';
import { mergeLimits } from './rules/merge-limits.ts';
import { mergeProjects } from './rules/merge-projects.ts';
import { mergeRanges } from './rules/merge-ranges.ts';
import { narrowInnerJoin } from './rules/narrow-inner-join.ts';
import { narrowOuterJoin } from './rules/narrow-outer-join.ts';
import { propagateEmpty } from './rules/propagate-empty.ts';
import { pruneColumns } from './rules/prune-columns.ts';
import { pushAggregateThroughJoin } from './rules/push-aggregate-through-join.ts';
import { pushAggregateThroughUnion } from './rules/push-aggregate-through-union.ts';
import { pushFilterIntoScan } from './rules/push-filter-into-scan.ts';
import { pushFilterThroughAggregate } from './rules/push-filter-through-aggregate.ts';
import { pushFilterThroughJoin } from './rules/push-filter-through-join.ts';
import { pushFilterThroughProject } from './rules/push-filter-through-project.ts';
import { pushFilterThroughSort } from './rules/push-filter-through-sort.ts';
import { pushFilterThroughUnion } from './rules/push-filter-through-union.ts';
import { pushFilterThroughUnnest } from './rules/push-filter-through-unnest.ts';
import { pushFilterThroughWindow } from './rules/push-filter-through-window.ts';
import { pushJoinCondition } from './rules/push-join-condition.ts';
import { pushLimitIntoScan } from './rules/push-limit-into-scan.ts';
import { pushLimitThroughProject } from './rules/push-limit-through-project.ts';
import { pushLimitThroughUnion } from './rules/push-limit-through-union.ts';
import { reduceAggregate } from './rules/reduce-aggregate.ts';
import { removeSort } from './rules/remove-sort.ts';
import { removeTrivialProject } from './rules/remove-trivial-project.ts';
import { reorderJoins } from './rules/reorder-joins.ts';
import { reuseFilterCalls } from './rules/reuse-filter-calls.ts';
import { shareSubplans } from './rules/share-subplans.ts';
import { splitDistinctAggregate } from './rules/split-distinct-aggregate.ts';
import { unwrapComparisonCast } from './rules/unwrap-comparison-cast.ts';

/** Conditions move down and come apart on the way, which may decide them. */
const MOVE_FILTERS = [
  foldConstants,
  unwrapComparisonCast,
  factorDisjunction,
  mergeEqualities,
  mergeRanges,
  eliminateConstantFilter,
  mergeFilters,
  pushFilterThroughProject,
  pushFilterThroughAggregate,
  pushFilterThroughUnion,
  pushFilterThroughSort,
  pushFilterThroughUnnest,
  pushFilterThroughWindow,
  // Before conditions go through an outer join: an inner one lets more of them pass.
  narrowOuterJoin,
  pushFilterThroughJoin,
  pushJoinCondition,
  propagateEmpty,
] as const;

/** Projections that only rename or compute what is not shared come together. */
const TIDY_PROJECTIONS = [mergeProjects, foldValues, foldConstants, removeTrivialProject] as const;

/** The rules in the order in which they run, with the reason for the order. */
export const PHASES: readonly Phase[] = [
  { name: 'move filters', run: 'settle', rules: MOVE_FILTERS },
  // Sizes are known best when the filters are at their inputs.
  { name: 'order joins', run: 'root', rules: [reorderJoins] },
  { name: 'infer predicates', run: 'root', rules: [inferPredicates] },
  // Joins in a new order leave conditions where they can be derived for one side.
  { name: 'derive conditions', run: 'once', rules: [deriveSideConditions] },
  {
    name: 'move limits and filters',
    run: 'settle',
    rules: [
      ...MOVE_FILTERS,
      mergeLimits,
      pushLimitThroughProject,
      pushLimitThroughUnion,
      removeSort,
      splitDistinctAggregate,
      ...TIDY_PROJECTIONS,
    ],
  },
  // Filters that drop whole partitions are below their window by now.
  { name: 'limit partitions', run: 'once', rules: [limitPartitions] },
  {
    name: 'group rows early',
    run: 'once',
    rules: [pushAggregateThroughUnion, pushAggregateThroughJoin],
  },
  // Conditions of joins are where they stay, and what this shares may be shared with more.
  { name: 'share subplans', run: 'statement', rules: [computeJoinCalls, shareSubplans] },
  // Equal parts are shared before one of them gets a column more.
  { name: 'reuse calls', run: 'once', rules: [reuseFilterCalls] },
  // A source sees a filter before it loses the columns that only the filter reads.
  { name: 'filters into scans', run: 'once', rules: [pushFilterIntoScan] },
  { name: 'prune columns', run: 'root', rules: [pruneColumns] },
  { name: 'limits into scans', run: 'once', rules: [pushLimitIntoScan] },
  // What is read of a join shows only when no column is left that nobody reads.
  { name: 'inner joins that filter', run: 'once', rules: [narrowInnerJoin] },
  // Both readers of the shared side have the columns that they need.
  { name: 'reduce aggregates', run: 'once', rules: [reduceAggregate] },
  { name: 'tidy', run: 'settle', rules: [...TIDY_PROJECTIONS] },
];
