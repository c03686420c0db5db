import { assert } from '../../common/assert.ts';
import { validationError } from '../../common/errors.ts';
import type { AggregateCall, Expr } from '../../expr/expr.ts';
import { joinConjunction } from '../../expr/simplify.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import type { SetOperation } from '../../parser/ast/queries.ts';
import { commonType } from '../../types/common-type.ts';
import { sameType, withNullable } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import { BIGINT } from '../../types/types.ts';
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
  window,
} from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { makeAggregate } from './aggregate-calls.ts';
import { callBuiltin, coerce, truth } from './coerce.ts';
import { WHOLE_PARTITION } from './window-frames.ts';

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
  const { op } = operation;
  const combine = operation.all ? compareCounts : compareRows;
  return unified.reduce((left, right) => combine(op, left, right));
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
function compareRows(op: SetOperation['op'], left: LogicalPlan, right: LogicalPlan): LogicalPlan {
  const width = left.schema.fields.length;
  const both = bothSides(left, right);
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

/** The rows of both sides, with a last column that says whether a row is of the left one. */
function bothSides(left: LogicalPlan, right: LogicalPlan): LogicalPlan {
  const marked = (plan: LogicalPlan, isLeft: boolean) =>
    project(
      plan,
      [...allColumns(plan.schema), truth(isLeft)],
      [...columnNames(left.schema), '$left'],
    );
  return union([marked(left, true), marked(right, false)]);
}

/**
 * INTERSECT ALL and EXCEPT ALL: of equal rows on the left, numbered in any order, the first n stay
 * (INTERSECT) or go (EXCEPT), n being how many the right side has.
 */
function compareCounts(op: SetOperation['op'], left: LogicalPlan, right: LogicalPlan): LogicalPlan {
  const width = left.schema.fields.length;
  const both = bothSides(left, right);
  const isLeft = inputRef(both.schema, width);
  const isRight = project(
    both,
    [...allColumns(both.schema), callBuiltin('NOT', [isLeft])],
    [...columnNames(both.schema), '$right'],
  );
  const number = lookupBuiltin('ROW_NUMBER');
  assert(number?.kind === 'window', 'the built-in function ROW_NUMBER');
  const count = countIf(inputRef(isRight.schema, width + 1));
  const common = { args: [], distinct: false, frame: WHOLE_PARTITION };
  const numbered = window(
    isRight,
    left.schema.fields.map((_, i) => i),
    [{ column: width, descending: true, nullsFirst: false }],
    [
      { ...common, definition: number, type: { ...BIGINT, nullable: false }, filter: null },
      { ...common, definition: count.definition, type: count.type, filter: count.filter },
    ],
    ['$number', '$rights'],
  );
  const place = [width + 2, width + 3].map((column) => inputRef(numbered.schema, column));
  const kept = filter(
    numbered,
    joinConjunction([
      inputRef(numbered.schema, width),
      callBuiltin(op === 'INTERSECT' ? '<=' : '>', place),
    ]),
  );
  return projectColumns(
    kept,
    left.schema.fields.map((_, i) => i),
  );
}

function countIf(condition: Expr): AggregateCall {
  const count = lookupBuiltin('COUNT');
  assert(count?.kind === 'aggregate', 'the built-in function COUNT');
  return makeAggregate(count, [], false, condition, null);
}
