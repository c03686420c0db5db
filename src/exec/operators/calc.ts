import type { Batch } from '../../columnar/batch.ts';
import { assert } from '../../common/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import type { Calc } from '../../planner/physical/nodes.ts';
import type { BatchFilter, BatchProjection } from '../compile/api.ts';
import { createFilter } from '../compile/filter.ts';
import { createProjection } from '../compile/projection.ts';
import type { Operator, TaskContext } from '../operator.ts';

/** Filters rows, then computes columns. A Calc that computes none passes a selection on. */
export class CalcOperator implements Operator {
  readonly readsSelection = true;
  readonly expressions: readonly Expr[];
  readonly #node: Calc;
  readonly #filter: BatchFilter | null;
  /** The input columns that pass as they are; null when some are computed. */
  readonly #passed: readonly number[] | null;
  readonly #projection: BatchProjection | null;

  constructor(node: Calc, ctx: TaskContext) {
    this.#node = node;
    this.expressions = [...(node.condition === null ? [] : [node.condition]), ...node.projections];
    const input = node.inputs[0]?.schema;
    assert(input !== undefined, 'Calc has an input');
    this.#filter = node.condition === null ? null : createFilter(node.condition, input, ctx);
    const { projections, schema } = node;
    const passed = projections.flatMap((expr) => (expr.kind === 'InputRef' ? [expr.index] : []));
    this.#passed = passed.length === projections.length ? passed : null;
    this.#projection =
      this.#passed === null ? createProjection(projections, input, schema, ctx) : null;
  }

  *process(batch: Batch): Iterable<Batch> {
    let rows = batch;
    if (this.#filter !== null) {
      const selection = this.#filter.select(batch);
      if (selection.length === 0) return;
      rows = { ...batch, selection: selection.length === batch.length ? null : selection };
    }
    if (this.#projection !== null) yield this.#projection.project(rows);
    else {
      const columns = this.#passed?.map((index) => rows.columns[index]!) ?? [];
      yield { ...rows, columns, schema: this.#node.schema };
    }
  }

  close(): void {
    this.#filter?.close();
    this.#projection?.close();
  }
}
