import type { SuiteOptions } from '../suites/suite.ts';
import type { Rows } from './engine.ts';

/** What the process of an engine is told. */
export type Order =
  | {
      readonly kind: 'load';
      readonly engine: string;
      readonly suite: string;
      readonly options: SuiteOptions;
      /** The tables of the suite that the chosen cases read. */
      readonly tables: readonly string[];
    }
  | { readonly kind: 'rows' | 'time'; readonly nth: number }
  /** Runs a query again and again for so many milliseconds, if there are any. */
  | { readonly kind: 'warm'; readonly nth: number; readonly milliseconds: number }
  | { readonly kind: 'end' };

/** What one run of a query took. */
export interface Run {
  /** Of one query, where a run repeats it. */
  readonly milliseconds: number;
  /** The most memory that the process has held so far. */
  readonly peakMib: number;
}

/** What it answers. */
export type Answer =
  | { readonly kind: 'loaded'; readonly version: string }
  | ({ readonly kind: 'rows'; readonly rows: Rows } & Run)
  | ({ readonly kind: 'time' } & Run)
  | { readonly kind: 'warm' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly reason: string };
