import type { SuiteOptions } from '../suites/suite.ts';
import type { Rows } from './engine.ts';

/** What the process of an engine is told. */
export type Order =
  | {
      readonly kind: 'load';
      readonly engine: string;
      readonly suite: string;
      readonly options: SuiteOptions;
    }
  | { readonly kind: 'rows' | 'time'; readonly nth: number }
  | { readonly kind: 'end' };

/** What it answers. The rows are null where the engine cannot say the query. */
export type Answer =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'rows'; readonly rows: Rows | null }
  | { readonly kind: 'time'; readonly milliseconds: number }
  | { readonly kind: 'ended'; readonly peakKib: number }
  | { readonly kind: 'failed'; readonly reason: string };
