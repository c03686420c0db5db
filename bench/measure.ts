/** So long a query runs before its times count: engines that compile while they run are hot then. */
export const WARM_MS = 1000;

/** Times of several runs, in milliseconds. */
export interface Timing {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One contender of a comparison: its answer is compared with the others'. */
export interface Contender {
  readonly name: string;
  /** Contenders of one engine take turns. */
  readonly engine: string;
  run(): Promise<unknown>;
}

/**
 * Runs the contenders of each engine in turn (A B A B …), after a second of warm-up each, and compares
 * what all answer. Engines come one after the other: they share a process, and what one leaves to the
 * garbage collector would be collected in the time of the next. Errors: when two answers differ.
 */
export async function compare(
  contenders: readonly Contender[],
  runs: number,
  same: (a: unknown, b: unknown) => boolean,
): Promise<ReadonlyMap<string, Timing>> {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  const answers = new Map<string, unknown>();
  for (const group of Map.groupBy(contenders, ({ engine }) => engine).values()) {
    for (const { name, run } of group) {
      const began = performance.now();
      answers.set(name, await run());
      while (performance.now() - began < WARM_MS) await run();
    }
    for (let i = 0; i < runs; i++) {
      for (const { name, run } of group) {
        const started = performance.now();
        await run();
        times.get(name)?.push(performance.now() - started);
      }
    }
  }
  const [first, ...others] = contenders;
  for (const { name } of others) {
    if (!same(answers.get(first?.name ?? ''), answers.get(name))) {
      const shown = [...answers].map(([who, answer]) => `${who}: ${show(answer)}`).join('\n');
      throw new Error(`The answers differ:\n${shown}`);
    }
  }
  return new Map([...times].map(([name, list]) => [name, timingOf(list)]));
}

/** Median, minimum and maximum. */
export function timingOf(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The geometric mean; NaN of none. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Whether two tables of values agree: numbers within 1e-6 relative, all else as text. */
export function sameRows(a: unknown, b: unknown): boolean {
  const left = a as readonly (readonly unknown[])[];
  const right = b as readonly (readonly unknown[])[];
  if (left.length !== right.length) return false;
  return left.every((row, i) => row.every((value, j) => sameValue(value, right[i]?.[j])));
}

function sameValue(a: unknown, b: unknown): boolean {
  const x = Number(a);
  const y = Number(b);
  if (Number.isNaN(x) || Number.isNaN(y)) return String(a) === String(b);
  return Math.abs(x - y) <= 1e-6 * Math.max(1, Math.abs(x), Math.abs(y));
}

function show(value: unknown): string {
  const text = JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
  return text.slice(0, 2000);
}
