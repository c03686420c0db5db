import { runtimeError } from '../../common/errors.ts';
import { compileRow, type RowEvaluator } from '../../expr/evaluate.ts';
import type { MatchSpec, MatchStep } from '../../expr/match.ts';
import type { StatementContext } from '../../functions/definition.ts';
import { MatchMapping, type MatchRows, type MatchValue, matchValue } from './match-values.ts';

/** Steps of the search between two pauses. */
const PAUSE = 4096;

/** The condition of a step, and what it reads. */
interface Condition {
  readonly evaluate: RowEvaluator;
  readonly reads: readonly MatchValue[];
}

/** What a step of the pattern does with a position: takes it, leaves it to the next step. */
type Action = 'take' | 'leave' | 'fail';

/** A state of the search in which another action is left to try. */
interface Choice {
  readonly step: number;
  readonly count: number;
  readonly at: number;
  readonly action: 'take' | 'leave';
}

/**
 * Searches matches of a pattern in the rows of one partition after the other. As in Flink, a greedy
 * variable takes every row that fulfils its condition and gives none back; `?` does.
 */
export class MatchSearch {
  /** The match found last. */
  readonly mapping: MatchMapping;
  readonly #spec: MatchSpec;
  readonly #rows: MatchRows;
  readonly #conditions: readonly (Condition | null)[];
  readonly #within: bigint | null;
  readonly #choices: Choice[] = [];
  #ticks = 0;

  constructor(spec: MatchSpec, rows: MatchRows, context: StatementContext) {
    this.#spec = spec;
    this.#rows = rows;
    this.mapping = new MatchMapping(spec.steps.length);
    this.#conditions = spec.define.map(({ condition, reads }) => {
      if (condition === null) return null;
      const values = reads.map((read) => matchValue(read, rows, this.mapping, context));
      return { evaluate: compileRow(condition, context), reads: values };
    });
    this.#within = spec.within === null ? null : spec.within * 1_000_000n;
  }

  /**
   * The matches among the positions of a partition: `mapping` holds one at each `true`; `false` is
   * a pause.
   *
   * Errors: MATCH_SKIP, and those of conditions.
   */
  *matches(partitionFrom: number, partitionTo: number): Generator<boolean> {
    const { mapping } = this;
    mapping.partitionFrom = partitionFrom;
    mapping.partitionTo = partitionTo;
    let start = partitionFrom;
    while (start < partitionTo) {
      if (++this.#ticks % PAUSE === 0) yield false;
      mapping.from[0] = start;
      const isHopeless = this.#spec.steps[0]!.min > 0 && !this.#takes(0, start);
      const isFound = !isHopeless && (yield* this.#match(start));
      if (isFound) yield true;
      start = isFound ? this.#next(start) : start + 1;
    }
  }

  /** Where the search goes on behind a match. Errors: MATCH_SKIP. */
  #next(start: number): number {
    const { mapping } = this;
    const { steps, skip } = this.#spec;
    if (skip.variable === null) return skip.to === 'past' ? mapping.end : start + 1;
    const first = mapping.firstOf(skip.variable);
    const end = mapping.endOf(skip.variable);
    const { name } = steps[skip.variable]!;
    if (first === end) {
      const reason = 'a match has no row of this variable';
      throw runtimeError('MATCH_SKIP', { variable: name, reason });
    }
    const next = skip.to === 'first' ? first : end - 1;
    if (next > start) return next;
    const reason = 'the next match would begin where this one began, without end';
    throw runtimeError('MATCH_SKIP', { variable: name, reason });
  }

  /** Whether the pattern matches from a position on. */
  *#match(start: number): Generator<false, boolean> {
    const { mapping } = this;
    const { steps } = this.#spec;
    let step = 0;
    let count = 0;
    let at = start;
    let forced: Choice['action'] | null = null;
    this.#choices.length = 0;
    while (step < steps.length) {
      if (++this.#ticks % PAUSE === 0) yield false;
      let action: Action = forced ?? this.#choose(step, count, at);
      if (forced === 'take' && !this.#takes(step, at)) action = 'fail';
      forced = null;
      if (action === 'take') {
        count++;
        at++;
      } else if (action === 'leave') {
        step++;
        count = 0;
        mapping.from[step] = at;
      } else {
        const choice = this.#choices.pop();
        if (choice === undefined) return false;
        ({ step, count, at } = choice);
        forced = choice.action;
      }
    }
    mapping.step = step;
    mapping.end = at;
    return true;
  }

  #choose(step: number, count: number, at: number): Action {
    const { min, max, reluctant } = this.#spec.steps[step] as MatchStep;
    const isFull = max !== null && count >= max;
    if (count < min) return this.#takes(step, at) ? 'take' : 'fail';
    if (isFull) return 'leave';
    if (reluctant) {
      this.#choices.push({ step, count, at, action: 'take' });
      return 'leave';
    }
    if (!this.#takes(step, at)) return 'leave';
    if (min === 0 && max === 1) this.#choices.push({ step, count, at, action: 'leave' });
    return 'take';
  }

  /** Whether the row at a position fulfils the condition of a step, and the time of the match. */
  #takes(step: number, at: number): boolean {
    const { mapping } = this;
    if (at >= mapping.partitionTo) return false;
    if (this.#within !== null && !this.#isWithin(this.#within, at)) return false;
    const condition = this.#conditions[step]!;
    if (condition === null) return true;
    mapping.step = step;
    mapping.end = at + 1;
    return condition.evaluate(condition.reads, 0) === true;
  }

  #isWithin(within: bigint, at: number): boolean {
    const first = this.#timeAt(this.mapping.from[0]!);
    const last = this.#timeAt(at);
    return first === null || last === null || last - first < within;
  }

  #timeAt(position: number): bigint | null {
    const column = this.#rows.columns[this.#spec.order[0]!.column]!;
    // The first key of the order is a time: nanoseconds.
    return column.get(this.#rows.order[position]!) as bigint | null;
  }
}
