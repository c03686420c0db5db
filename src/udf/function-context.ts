import type { MetricGroup } from './metrics.ts';

/** What `open` gets. */
export interface FunctionContext {
  /** A job parameter of the configuration (`pipeline.global-job-parameters` and `SET`), or the default. */
  getJobParameter(key: string, defaultValue: string): string;
  /** Where the function registers what it counts and measures; under its name. */
  getMetricGroup(): MetricGroup;
  /** A folder for files of the function, made when it is first asked for; removed by `close()`. */
  getCacheDirectory(): string;
  /** Whether an argument of this call is the same for all rows. */
  isConstantArgument(index: number): boolean;
  /** The value of an argument that is the same for all rows, else undefined. */
  getConstantArgument(index: number): unknown;
  /** The number of the task that calls the function, from 0. */
  getIndexOfThisSubtask(): number;
  /** The number of tasks that call the function. */
  getNumberOfParallelSubtasks(): number;
}
