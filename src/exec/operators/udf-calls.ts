import type { Batch } from '../../columnar/batch.ts';
import { assert } from '../../common/assert.ts';
import type { StatementContext } from '../../functions/definition.ts';
import type { UdfCall } from '../../planner/physical/nodes.ts';
import type { FunctionContext } from '../../udf/kinds.ts';
import type { CallArgument } from '../../udf/loops/arguments.ts';
import type { ScalarCall } from '../../udf/run-scalar.ts';
import type { TaskContext } from '../operator.ts';

/** What a runner needs to know of a call in a plan. */
export function scalarCall({ call, name }: UdfCall): ScalarCall {
  const { body } = call.definition;
  assert(body.kind === 'udf', 'user code is called by its own operators');
  return { name, body, result: call.type };
}

/** The arguments of a call, for the rows of a batch. */
export function callArguments({ call }: UdfCall, batch: Batch): readonly CallArgument[] {
  return call.args.map((arg) => {
    if (arg.kind === 'Literal') return { kind: 'constant', type: arg.type, value: arg.value };
    assert(arg.kind === 'InputRef', 'arguments are columns or literals');
    return { kind: 'column', column: batch.columns[arg.index]! };
  });
}

/** Says that user code goes on, and throws when the query was cancelled. */
export function tickOf({ progress, checkCancelled }: TaskContext): () => void {
  const { words, index } = progress;
  return () => {
    words[index]!++;
    checkCancelled();
  };
}

/** `pipeline.global-job-parameters` (`key:value,key:value`), and the configuration itself. */
export function functionContext({ config }: StatementContext): FunctionContext {
  const parameters = new Map<string, string>();
  for (const pair of (config.get('pipeline.global-job-parameters') ?? '').split(',')) {
    const colon = pair.indexOf(':');
    if (colon > 0) parameters.set(pair.slice(0, colon).trim(), pair.slice(colon + 1).trim());
  }
  return {
    getJobParameter: (key, defaultValue) => parameters.get(key) ?? config.get(key) ?? defaultValue,
  };
}
