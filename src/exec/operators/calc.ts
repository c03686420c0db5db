import type { Batch } from '../../columnar/batch.ts';
import { assert } from '../../common/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import type { Calc } from '../../planner/physical/nodes.ts';
import type { BatchFilter, BatchProjection } from '../compile/api.ts';
import { createFilter } from '../compile/filter.ts';
import { createProjection } from '../compile/projection.ts';
import type { Operator, TaskContext } from '../operator.ts';

/** Filters rows, then computes columns. A Calc that only filters passes a selection on. */
export class CalcOperator implements Operator {
  readonly readsSelection = true;
  readonly expressions: readonly Expr[];
  readonly #node: Calc;
  readonly #filter: BatchFilter | null;
  /** Null: the input columns pass as they are. */
  readonly #projection: BatchProjection | null;

  constructor(node: Calc, ctx: TaskContext) {
    this.#node = node;
    this.expressions = [...(node.condition === null ? [] : [node.condition]), ...node.projections];
    const input = node.inputs[0]?.schema;
    assert(input !== undefined, 'Calc has an input');
    this.#filter = node.condition === null ? null : createFilter(node.condition, input, ctx);
    const passes =
      node.projections.length === input.fields.length &&
      node.projections.every((expr, i) => expr.kind === 'InputRef' && expr.index === i);
    this.#projection = passes ? null : createProjection(node.projections, input, node.schema, ctx);
  }

  *process(batch: Batch): Iterable<Batch> {
    let rows = batch;
    if (this.#filter !== null) {
      const selection = this.#filter.select(batch);
      if (selection.length === 0) return;
      rows = { ...batch, selection: selection.length === batch.length ? null : selection };
    }
    yield this.#projection === null
      ? { ...rows, schema: this.#node.schema }
      : this.#projection.project(rows);
  }

  close(): void {
    this.#filter?.close();
    this.#projection?.close();
  }
}
