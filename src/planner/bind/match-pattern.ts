import { type Span, type ValidationError, validationError } from '../../common/errors.ts';
import type { MatchSkip, MatchStep } from '../../expr/match.ts';
import type { AfterMatch, MatchRecognize, Pattern } from '../../parser/ast/queries.ts';

/** The error for a MATCH_RECOGNIZE that has no meaning. */
export function invalidMatch(reason: string, span: Span | null): ValidationError {
  return validationError('INVALID_MATCH', { reason }, { span });
}

/** The error for what Flink does not support in MATCH_RECOGNIZE either. */
export function unsupportedMatch(
  feature: string,
  reason: string,
  span: Span | null,
): ValidationError {
  const what = `${feature} in MATCH_RECOGNIZE`;
  return validationError('NOT_SUPPORTED', { feature: what, reason }, { span });
}

/**
 * The variables of a pattern in their order, each with how often it matches.
 *
 * Errors: NOT_SUPPORTED for what Flink does not run, INVALID_MATCH.
 */
export function bindPattern({ pattern, anchoredStart, anchoredEnd }: MatchRecognize): MatchStep[] {
  if (anchoredStart || anchoredEnd) {
    const anchor = anchoredStart ? '^' : '$';
    throw unsupportedMatch(`The anchor ${anchor}`, 'patterns match anywhere', pattern.span);
  }
  const items = pattern.kind === 'PatternSequence' ? pattern.items : [pattern];
  const steps = items.map(bindStep);
  for (const [i, { name }] of steps.entries()) {
    if (steps.findIndex((step) => step.name === name) === i) continue;
    throw unsupportedMatch(
      `A pattern with '${name}' twice`,
      'variables must be unique',
      items[i]!.span,
    );
  }
  const last = steps.at(-1);
  if (last === undefined || steps.every((step) => step.min === 0)) {
    const reason = 'there must be at least one variable that is not optional';
    throw unsupportedMatch('A pattern that matches no rows', reason, pattern.span);
  }
  if (!last.reluctant && last.max !== last.min && !isOptional(last)) {
    const reason = 'finish the pattern with a simple variable or a reluctant quantifier';
    throw unsupportedMatch(
      'A greedy quantifier at the end of a pattern',
      reason,
      items.at(-1)!.span,
    );
  }
  return steps;
}

/** Whether a variable has the quantifier `?`. */
export function isOptional({ min, max }: MatchStep): boolean {
  return min === 0 && max === 1;
}

function bindStep(item: Pattern): MatchStep {
  switch (item.kind) {
    case 'PatternVariable':
      return { name: item.name, min: 1, max: 1, reluctant: false };
    case 'PatternQuantified': {
      const { pattern, min, max, reluctant, span } = item;
      if (pattern.kind !== 'PatternVariable') throw group(pattern);
      if (max !== null && (max < min || max === 0)) {
        throw invalidMatch(`'${pattern.name}' cannot match {${min},${max}} rows`, span);
      }
      const step = { name: pattern.name, min, max, reluctant };
      if (reluctant && isOptional(step)) {
        throw unsupportedMatch(
          'The quantifier ??',
          'a reluctant variable must not be optional',
          span,
        );
      }
      return step;
    }
    default:
      throw group(item);
  }
}

function group(pattern: Pattern): ValidationError {
  const [feature, reason] = {
    PatternVariable: ['A variable', 'it is a part of a group'],
    PatternQuantified: ['A group', 'quantifiers are for variables'],
    PatternSequence: ['A group', 'quantifiers are for variables'],
    PatternAlternation: ['An alternation', 'a pattern is a sequence of variables'],
    PatternPermutation: ['PERMUTE', 'a pattern is a sequence of variables'],
    PatternExclusion: ['An exclusion', 'a pattern is a sequence of variables'],
  }[pattern.kind] as [string, string];
  return unsupportedMatch(feature, reason, pattern.span);
}

/** Where the search goes on behind a match. Errors: INVALID_MATCH. */
export function bindSkip(after: AfterMatch | null, steps: readonly MatchStep[]): MatchSkip {
  switch (after?.skip) {
    case undefined:
    case 'PAST LAST ROW':
      return { to: 'past', variable: null };
    case 'TO NEXT ROW':
      return { to: 'next', variable: null };
    default: {
      const variable = steps.findIndex((step) => step.name === after?.variable);
      if (variable < 0) throw unknownVariable(after?.variable ?? '', after?.span ?? null);
      return { to: after?.skip === 'TO FIRST' ? 'first' : 'last', variable };
    }
  }
}

/** The error for a variable that the pattern does not have. */
export function unknownVariable(name: string, span: Span | null): ValidationError {
  return invalidMatch(`the pattern has no variable '${name}'`, span);
}

/** Errors: NOT_SUPPORTED. */
export function checkRows({ rowsPerMatch, subsets, span }: MatchRecognize): void {
  if (rowsPerMatch === 'ALL ROWS') {
    throw unsupportedMatch('ALL ROWS PER MATCH', 'write ONE ROW PER MATCH', span);
  }
  if (subsets.length > 0) {
    throw unsupportedMatch('SUBSET', 'name the variables one by one', span);
  }
}
