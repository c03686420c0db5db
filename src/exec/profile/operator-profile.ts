/** How an expression is evaluated. */
export type ExpressionForm =
  /** Emitted WebAssembly, in one loop with its neighbours. */
  | 'compiled'
  /** Kernels over whole columns. */
  | 'kernel'
  /** Once for each entry of a dictionary-encoded column. */
  | 'dictionary'
  /** Row by row. */
  | 'interpreted'
  /** By the user's function. */
  | 'udf';

/** An expression of an operator, and how it is evaluated. */
export interface EvaluatedExpression {
  readonly form: ExpressionForm;
  readonly text: string;
}

/** What an operator tells about its work, where it is measured. */
export interface OperatorMetrics {
  /** Says that bytes were written to a spill file. */
  spilled(bytes: number): void;
  /** Says how an expression is evaluated; `print` gets the names of the operator's input columns. */
  evaluates(form: ExpressionForm, print: (names: readonly string[]) => string): void;
}

/** What was measured of one physical operator. Times are in milliseconds. */
export interface OperatorProfile {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly batchesIn: number;
  readonly batchesOut: number;
  /** Its own time, summed over its tasks. */
  readonly ms: number;
  /** Its share of the time that passed: in each part of the run, the time of its slowest task. */
  readonly longestMs: number;
  /** Time in which it waited for async functions, summed over its tasks. */
  readonly waitMs: number;
  /** The most bytes of the arena that it held at a time, summed over its tasks. */
  readonly memoryBytes: number;
  readonly spilledBytes: number;
  /** Parts of a source that were not read: joins said that no row of them is needed. */
  readonly partsLeftOut: number;
  /** Tasks that ran it. */
  readonly tasks: number;
  readonly expressions: readonly EvaluatedExpression[];
}

/** Profiles by the number of their node. */
export type OperatorProfiles = ReadonlyMap<number, OperatorProfile>;

/** Adds up what the tasks of one part of a run measured, which ran at the same time. */
export function besideEachOther(parts: Iterable<OperatorProfiles>): OperatorProfiles {
  return joined(parts, Math.max);
}

/** Adds up what was measured one after the other. */
export function oneAfterTheOther(parts: Iterable<OperatorProfiles>): OperatorProfiles {
  return joined(parts, (a, b) => a + b);
}

function joined(
  parts: Iterable<OperatorProfiles>,
  joinLongest: (a: number, b: number) => number,
): OperatorProfiles {
  const all = new Map<number, OperatorProfile>();
  for (const part of parts) {
    for (const [number, profile] of part) {
      const before = all.get(number);
      all.set(number, before === undefined ? profile : sum(before, profile, joinLongest));
    }
  }
  return all;
}

function sum(
  a: OperatorProfile,
  b: OperatorProfile,
  joinLongest: (a: number, b: number) => number,
): OperatorProfile {
  const known = new Set(a.expressions.map(({ form, text }) => `${form} ${text}`));
  const added = b.expressions.filter(({ form, text }) => !known.has(`${form} ${text}`));
  return {
    rowsIn: a.rowsIn + b.rowsIn,
    rowsOut: a.rowsOut + b.rowsOut,
    batchesIn: a.batchesIn + b.batchesIn,
    batchesOut: a.batchesOut + b.batchesOut,
    ms: a.ms + b.ms,
    longestMs: joinLongest(a.longestMs, b.longestMs),
    waitMs: a.waitMs + b.waitMs,
    memoryBytes: a.memoryBytes + b.memoryBytes,
    spilledBytes: a.spilledBytes + b.spilledBytes,
    partsLeftOut: a.partsLeftOut + b.partsLeftOut,
    tasks: a.tasks + b.tasks,
    expressions: [...a.expressions, ...added],
  };
}
