import { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import { assert } from '../../common/assert.ts';
import type { StatementContext } from '../../functions/definition.ts';
import type { UdfCalc, UdfCall } from '../../planner/physical/nodes.ts';
import type { FunctionContext } from '../../udf/kinds.ts';
import type { CallArgument } from '../../udf/loops/arguments.ts';
import { ScalarRunner } from '../../udf/run-scalar.ts';
import type { Operator, TaskContext } from '../operator.ts';

/** Appends the results of user-defined functions, one column a call. */
export class UdfCalcOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: UdfCalc;
  readonly #ctx: TaskContext;
  /** The memory of the last batch's results. */
  readonly #results: Region;
  readonly #runners: ScalarRunner[] = [];

  constructor(node: UdfCalc, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#results = new Region(ctx.region.arena, ctx.region.owner);
  }

  /** Loads and opens the functions. Errors: UdfError. */
  async open(): Promise<void> {
    const context = contextOf(this.#ctx.statement);
    for (const { call, name } of this.#node.calls) {
      const { body } = call.definition;
      assert(body.kind === 'udf', 'user code is called by UdfCalc');
      this.#runners.push(await ScalarRunner.open({ name, body, result: call.type }, context));
    }
  }

  *process(batch: Batch): Iterable<Batch> {
    this.#results.recycle();
    const { calls, schema } = this.#node;
    const columns = calls.map((call, i) => this.#call(this.#runners[i]!, call, batch));
    yield { ...batch, schema, columns: [...batch.columns, ...columns] };
  }

  async close(): Promise<void> {
    for (const runner of this.#runners.splice(0)) await runner.close();
  }

  #call(runner: ScalarRunner, { call }: UdfCall, batch: Batch): Column {
    const args = call.args.map((arg): CallArgument => {
      if (arg.kind === 'Literal') return { kind: 'constant', type: arg.type, value: arg.value };
      assert(arg.kind === 'InputRef', 'arguments are columns or literals');
      return { kind: 'column', column: batch.columns[arg.index]! };
    });
    return runner.run(args, batch.length, this.#results, this.#tick);
  }

  readonly #tick = (): void => {
    const { words, index } = this.#ctx.progress;
    words[index]!++;
    this.#ctx.checkCancelled();
  };
}

/** `pipeline.global-job-parameters` (`key:value,key:value`), and the configuration itself. */
function contextOf({ config }: StatementContext): FunctionContext {
  const parameters = new Map<string, string>();
  for (const pair of (config.get('pipeline.global-job-parameters') ?? '').split(',')) {
    const colon = pair.indexOf(':');
    if (colon > 0) parameters.set(pair.slice(0, colon).trim(), pair.slice(colon + 1).trim());
  }
  return {
    getJobParameter: (key, defaultValue) => parameters.get(key) ?? config.get(key) ?? defaultValue,
  };
}
