import type { Expr } from '../../../expr/expr.ts';
import { joinConjunction, splitConjunction } from '../../../expr/simplify.ts';
import { inputRef, substitute } from '../../../expr/tree.ts';
import type { Schema } from '../../../types/schema.ts';
import type { LogicalPlan, SharedBody } from '../../logical/nodes.ts';
import type { Calc, Exchange, PhysicalPlan, Shared } from '../nodes.ts';

/** A physical plan, and whether several tasks run it. */
export interface Lowered {
  readonly plan: PhysicalPlan;
  readonly parallel: boolean;
}

/** What lowering a node needs: its inputs are lowered through it. */
export interface Lowering {
  /** Whether scans may be shared between tasks. */
  readonly parallel: boolean;
  lower(plan: LogicalPlan): Lowered;
  /** What is shared has one plan for all its readers. */
  readonly shared: Map<SharedBody, Shared>;
}

/** Makes one task read all rows, in order. */
export function gather({ plan, parallel }: Lowered): Lowered {
  return parallel ? { plan: exchange(plan, 'single', []), parallel: false } : { plan, parallel };
}

/** An exchange of rows between tasks. */
export function exchange(
  input: PhysicalPlan,
  distribution: Exchange['distribution'],
  keys: readonly number[],
): Exchange {
  const { schema, rows } = input;
  return { kind: 'Exchange', schema, inputs: [input], rows, distribution, keys };
}

/**
 * A filter and projection; the input itself where it would change nothing. Over a Calc that only
 * picks columns it takes that one's place.
 */
export function calc(
  input: PhysicalPlan,
  condition: Expr | null,
  projections: readonly Expr[],
  schema: Schema,
  rows: number,
): PhysicalPlan {
  if (input.kind === 'Calc' && input.projections.every((expr) => expr.kind === 'InputRef')) {
    const below = (expr: Expr) => substitute(expr, (ref) => input.projections[ref.index]!);
    const both = [input.condition, condition === null ? null : below(condition)];
    const parts = both.filter((part) => part !== null);
    return calc(
      input.inputs[0]!,
      parts.length === 0 ? null : joinConjunction(parts.flatMap(splitConjunction)),
      projections.map(below),
      schema,
      rows,
    );
  }
  const same =
    condition === null &&
    projections.length === input.schema.fields.length &&
    projections.every((expr, i) => expr.kind === 'InputRef' && expr.index === i) &&
    schema.fields.every((f, i) => f.name === input.schema.fields[i]!.name);
  if (same) return input;
  return { kind: 'Calc', schema, inputs: [input], rows, condition, projections } satisfies Calc;
}

/** References to all columns of a schema. */
export function passAll(schema: Schema): readonly Expr[] {
  return schema.fields.map((f, i) => inputRef(i, f.type));
}

/** Columns that expressions are computed into behind those of a plan. */
export interface Appended {
  readonly plan: PhysicalPlan;
  /** The column of each expression. */
  readonly columns: readonly number[];
}

/** Makes each expression a column: its own if it is one, else a new one behind the others. */
export function appendColumns(plan: PhysicalPlan, exprs: readonly Expr[]): Appended {
  const { fields } = plan.schema;
  const extra = exprs.filter((expr) => expr.kind !== 'InputRef');
  let next = fields.length;
  const columns = exprs.map((expr) => (expr.kind === 'InputRef' ? expr.index : next++));
  if (extra.length === 0) return { plan, columns };
  const schema = {
    fields: [
      ...fields,
      ...extra.map((expr, i) => ({ name: `$k${i}`, type: expr.type, comment: null })),
    ],
  };
  return {
    plan: calc(plan, null, [...passAll(plan.schema), ...extra], schema, plan.rows),
    columns,
  };
}
