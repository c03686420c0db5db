import type { Machine } from '../record.ts';

/** The memory of the process after so many queries. */
export interface Sample {
  readonly queries: number;
  readonly rssMib: number;
  readonly heapMib: number;
}

/** What a soak has measured. */
export interface SoakRecord {
  readonly suite: 'soak';
  readonly machine: Machine;
  readonly measured: string;
  readonly samples: readonly Sample[];
}

/** Queries after which nothing is warmed up any more, of all. */
const WARM_UP = 0.1;
/** The largest ratio of the memory at the end to that after the warm-up. */
const MOST = 1.1;

/** Whether memory stays flat. */
export interface SoakVerdict {
  /** The most resident memory in the tenth of the queries after the warm-up, and in the last. */
  readonly early: number;
  readonly late: number;
  readonly ratio: number;
  readonly most: number;
  readonly flat: boolean;
}

/** Compares the last tenth of the queries with the tenth after the warm-up. */
export function judgeSoak({ samples }: SoakRecord): SoakVerdict {
  const all = samples.at(-1)!.queries;
  const most = (from: number, to: number): number =>
    Math.max(
      ...samples
        .filter(({ queries }) => queries > from * all && queries <= to * all)
        .map(({ rssMib }) => rssMib),
    );
  const early = most(WARM_UP, 2 * WARM_UP);
  const late = most(1 - WARM_UP, 1);
  return { early, late, ratio: late / early, most: MOST, flat: late / early <= MOST };
}
