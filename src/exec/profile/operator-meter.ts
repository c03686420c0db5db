import { MemoryTally } from '../../columnar/arena/memory-tally.ts';
import type {
  EvaluatedExpression,
  ExpressionForm,
  OperatorMetrics,
  OperatorProfile,
} from './operator-profile.ts';

/** Expressions that are told of one operator: a list of thousands helps nobody. */
const EXPRESSIONS_MAX = 100;

/** Counts the work of one operator in one task. */
export class OperatorMeter implements OperatorMetrics {
  /** Its memory of the arena. */
  readonly memory = new MemoryTally();
  rowsIn = 0;
  rowsOut = 0;
  batchesIn = 0;
  batchesOut = 0;
  ms = 0;
  waitMs = 0;
  /** Parts of a source that joins said are not needed. */
  partsLeftOut = 0;
  #spilledBytes = 0;
  readonly #names: readonly string[] | null;
  readonly #expressions = new Map<string, EvaluatedExpression>();

  /** `names` are those of the columns that expressions read; null: expressions are not told. */
  constructor(names: readonly string[] | null) {
    this.#names = names;
  }

  spilled(bytes: number): void {
    this.#spilledBytes += bytes;
  }

  evaluates(form: ExpressionForm, print: (names: readonly string[]) => string): void {
    if (this.#names === null || this.#expressions.size >= EXPRESSIONS_MAX) return;
    const text = print(this.#names);
    this.#expressions.set(`${form} ${text}`, { form, text });
  }

  /** Runs something as part of the operator's own work. */
  timed<T>(work: () => T): T {
    const start = performance.now();
    try {
      return work();
    } finally {
      this.ms += performance.now() - start;
    }
  }

  takes(rows: number): void {
    this.rowsIn += rows;
    this.batchesIn++;
  }

  yields(rows: number): void {
    this.rowsOut += rows;
    this.batchesOut++;
  }

  profile(): OperatorProfile {
    const { rowsIn, rowsOut, batchesIn, batchesOut, ms, waitMs, partsLeftOut } = this;
    return {
      rowsIn,
      rowsOut,
      batchesIn,
      batchesOut,
      ms,
      longestMs: ms,
      waitMs,
      partsLeftOut,
      memoryBytes: this.memory.peak,
      spilledBytes: this.#spilledBytes,
      // To leave parts out is no task's work.
      tasks: ms === 0 && partsLeftOut > 0 ? 0 : 1,
      expressions: this.#told(),
    };
  }

  /** A loop that only reads what was computed before it computes nothing itself. */
  #told(): readonly EvaluatedExpression[] {
    const all = [...this.#expressions.values()];
    const others = new Set(all.filter(({ form }) => form !== 'compiled').map(({ text }) => text));
    return all.filter(({ form, text }) => form !== 'compiled' || !others.has(text));
  }
}
