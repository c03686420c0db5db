import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { evaluateConstant } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/expr.ts';
import type { StatementContext } from '../../functions/definition.ts';
import type { ValuesScan } from '../../planner/physical/nodes.ts';
import { EMPTY_SCHEMA } from '../../types/schema.ts';
import { withExpression } from './failed-expression.ts';

/** The rows of a VALUES, in batches that live in `region`. */
export function valuesBatches(
  node: ValuesScan,
  region: Region,
  batchRows: number,
  context: StatementContext,
): readonly Batch[] {
  const batches: Batch[] = [];
  for (let from = 0; from < node.values.length; from += batchRows) {
    const rows = node.values.slice(from, from + batchRows);
    const columns = node.schema.fields.map(({ type }, column) => {
      const builder = builderFor(type, region, rows.length);
      for (const row of rows) builder.append(constantOf(row[column]!, context));
      return builder.finish();
    });
    batches.push(batchOf(node.schema, columns, rows.length));
  }
  return batches;
}

function constantOf(expr: Expr, context: StatementContext): unknown {
  try {
    return evaluateConstant(expr, context);
  } catch (error) {
    throw withExpression(error, [expr], batchOf(EMPTY_SCHEMA, [], 1), context);
  }
}
