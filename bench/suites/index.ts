import { growth } from './growth.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { micro } from './micro.ts';
import { scan } from './scan.ts';
import type { Suite, SuiteOptions } from './suite.ts';
import { tpch } from './tpch.ts';

/** The suites of queries, by the name that the command line gives. */
export const SUITES: Readonly<Record<string, (options: SuiteOptions) => Promise<Suite>>> = {
  tpch,
  micro,
  scan,
  latency,
  memory,
  growth,
};
