import type { Batch } from '../../columnar/batch.ts';
import { assert } from '../../common/assert.ts';
import type { UdfCall } from '../../planner/physical/nodes.ts';
import type { CallArgument } from '../../udf/loops/arguments.ts';
import type { Pulse } from '../../udf/pulse.ts';
import type { ScalarCall } from '../../udf/scalar-call.ts';
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

/** How user code of a task shows that it goes on. */
export function pulseOfTask({ progress, checkCancelled }: TaskContext): Pulse {
  const { words, index, cancelled } = progress;
  return { words, mark: index, stop: cancelled, check: checkCancelled };
}
