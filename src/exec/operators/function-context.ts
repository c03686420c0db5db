import { mkdirSync } from 'node:fs';
import { toExternal } from '../../columnar/rows.ts';
import type { Expr } from '../../expr/expr.ts';
import type { FunctionContext } from '../../udf/function-context.ts';
import type { CallMeter } from '../../udf/metrics.ts';
import type { TaskContext } from '../operator.ts';

/** The names under which metrics of functions are found begin so. */
const METRICS_OF = 'udf';

/** What counts the calls of a user's function in a task. */
export function callMeter({ userCode }: TaskContext, name: string): CallMeter {
  return userCode.metrics.callsOf(`${METRICS_OF}.${name}`);
}

/** What `open` of a function gets for one call of it in a plan. */
export function functionContext(
  { statement, userCode }: Pick<TaskContext, 'statement' | 'userCode'>,
  name: string,
  args: readonly (Expr | null)[],
): FunctionContext {
  const { config } = statement;
  const parameters = jobParameters(config.get('pipeline.global-job-parameters') ?? '');
  return {
    getJobParameter: (key, defaultValue) => parameters.get(key) ?? config.get(key) ?? defaultValue,
    getMetricGroup: () => userCode.metrics.group(`${METRICS_OF}.${name}`),
    getCacheDirectory: () => {
      mkdirSync(userCode.cacheFolder, { recursive: true });
      return userCode.cacheFolder;
    },
    isConstantArgument: (index) => args[index]?.kind === 'Literal',
    getConstantArgument: (index) => {
      const arg = args[index];
      return arg?.kind === 'Literal' ? toExternal(arg.type)(arg.value) : undefined;
    },
    getIndexOfThisSubtask: () => userCode.task,
    getNumberOfParallelSubtasks: () => userCode.tasks,
  };
}

/** `key:value,key:value` */
function jobParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of text.split(',')) {
    const colon = pair.indexOf(':');
    if (colon > 0) parameters.set(pair.slice(0, colon).trim(), pair.slice(colon + 1).trim());
  }
  return parameters;
}
