import type { Phase } from './rule.ts';
import { eliminateConstantFilter } from './rules/eliminate-constant-filter.ts';
import { foldConstants } from './rules/fold-constants.ts';

/** The rules in the order in which they run, with the reason for the order. */
export const PHASES: readonly Phase[] = [
  // Conditions that constants decide are gone before anything is moved.
  { name: 'simplify', order: 'up', rules: [foldConstants, eliminateConstantFilter] },
];
