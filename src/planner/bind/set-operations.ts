import { assert } from '../../common/assert.ts';
import { notImplemented, validationError } from '../../common/errors.ts';
import type { AggregateCall, Expr } from '../../expr/expr.ts';
import { joinConjunction } from '../../expr/simplify.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import type { SetOperation } from '../../parser/ast/queries.ts';
import { commonType } from '../../types/common-type.ts';
import { sameType, withNullable } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import {
  aggregate,
  allColumns,
  columnNames,
  distinct,
  filter,
  inputRef,
  project,
  projectColumns,
  union,
} from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { makeAggregate } from './aggregate-calls.ts';
import { callBuiltin, coerce, truth } from './coerce.ts';

/** Combines the rows of bound inputs. Errors: SET_COLUMNS, SET_TYPES. */
export function bindSetOperation(
  operation: SetOperation,
  inputs: readonly LogicalPlan[],
): LogicalPlan {
  const unified = unify(operation, inputs);
  if (operation.op === 'UNION') {
    const all = union(unified);
    return operation.all ? all : distinct(all);
  }
  if (operation.all) throw notImplemented(`${operation.op} ALL`, { span: operation.span });
  return unified.reduce((left, right) => compareRows(operation.op, left, right));
}

/** The inputs with the common type of each column, under the names of the first input. */
function unify(operation: SetOperation, inputs: readonly LogicalPlan[]): readonly LogicalPlan[] {
  const first = inputs[0]!.schema.fields;
  for (const [i, input] of inputs.entries()) {
    const count = input.schema.fields.length;
    if (count === first.length) continue;
    throw validationError(
      'SET_COLUMNS',
      { operation: operation.op, columns: first.length, other: count },
      { span: operation.inputs[i]?.span ?? operation.span },
    );
  }
  const types = first.map((f, column) => {
    const all = inputs.map((input) => input.schema.fields[column]!.type);
    const common = commonType(all);
    if (common !== null) return common;
    const names = [...new Set(all.map((type) => printType(withNullable(type, true))))];
    throw validationError(
      'SET_TYPES',
      { operation: operation.op, column: f.name, types: names },
      { span: operation.span },
    );
  });
  return inputs.map((input) => {
    if (input.schema.fields.every((f, i) => sameType(f.type, types[i]!, false))) return input;
    const exprs = allColumns(input.schema).map((column, i) => coerce(column, types[i]!));
    return project(input, exprs, columnNames(inputs[0]!.schema));
  });
}

/**
 * INTERSECT and EXCEPT without duplicates: each row is marked with its side, and a row stays if
 * the marks of its group say so. NULLs are equal, as in grouping.
 */
function compareRows(
  op: 'INTERSECT' | 'EXCEPT' | 'UNION',
  left: LogicalPlan,
  right: LogicalPlan,
): LogicalPlan {
  const width = left.schema.fields.length;
  const marked = (plan: LogicalPlan, isLeft: boolean) =>
    project(
      plan,
      [...allColumns(plan.schema), truth(isLeft)],
      [...columnNames(left.schema), '$left'],
    );
  const both = union([marked(left, true), marked(right, false)]);
  const isLeft = inputRef(both.schema, width);
  const keys = left.schema.fields.map((_, i) => i);
  const counted = aggregate(
    both,
    keys,
    [countIf(isLeft), countIf(callBuiltin('NOT', [isLeft]))],
    ['$lefts', '$rights'],
  );
  const zero: Expr = { kind: 'Literal', type: counted.calls[0]!.type, value: 0n };
  const lefts = inputRef(counted.schema, width);
  const rights = inputRef(counted.schema, width + 1);
  const kept = filter(
    counted,
    joinConjunction([
      callBuiltin('>', [lefts, zero]),
      callBuiltin(op === 'INTERSECT' ? '>' : '=', [rights, zero]),
    ]),
  );
  return projectColumns(kept, keys);
}

function countIf(condition: Expr): AggregateCall {
  const count = lookupBuiltin('COUNT');
  assert(count?.kind === 'aggregate', 'the built-in function COUNT');
  return makeAggregate(count, [], false, condition, null);
}
