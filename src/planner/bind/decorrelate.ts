import type { Expr } from '../../expr/expr.ts';
import { joinConjunction, splitConjunction } from '../../expr/simplify.ts';
import { inputsUsed, isCallOf } from '../../expr/tree.ts';
import {
  aggregate,
  allColumns,
  columnNames,
  filter,
  inputRef,
  join,
  project,
  projectColumns,
} from '../logical/build.ts';
import type { Aggregate, Filter, Join, LogicalPlan, Project } from '../logical/nodes.ts';
import { isCorrelated, readsOuter, readsOwn, remapOwn } from './outer.ts';

/**
 * A subquery whose correlated conditions were taken out of its plan. They read columns of the
 * query around (references of level 1) and columns of the plan, which has those it had before and
 * perhaps some more behind them.
 */
export interface PulledUp {
  readonly plan: LogicalPlan;
  readonly conditions: readonly Expr[];
}

/**
 * Takes the correlated conditions out of a plan; null where they cannot leave it. Through an
 * aggregate go equalities alone: their inner side becomes a key. An aggregate without keys then has
 * no row where it had one of no input; `scalar` says that the caller makes up for that, at the top
 * of the plan.
 */
export function pullUp(plan: LogicalPlan, scalar: boolean): PulledUp | null {
  if (!isCorrelated(plan)) return { plan, conditions: [] };
  switch (plan.kind) {
    case 'Filter':
      return pullFilter(plan);
    case 'Project':
      return pullProject(plan, scalar);
    case 'Aggregate':
      return plan.keys.length > 0 || scalar ? pullAggregate(plan) : null;
    case 'Join':
      return pullJoin(plan);
    case 'Sort':
      // Without LIMIT the order of a subquery means nothing.
      return pullUp(plan.input, scalar);
    default:
      return null;
  }
}

function pullFilter({ input, predicate }: Filter): PulledUp | null {
  const inner = pullUp(input, false);
  if (inner === null) return null;
  const parts = splitConjunction(predicate);
  const own = parts.filter((part) => !readsOuter(part));
  return {
    plan: own.length === 0 ? inner.plan : filter(inner.plan, joinConjunction(own)),
    conditions: [...inner.conditions, ...parts.filter(readsOuter)],
  };
}

function pullProject({ input, exprs, schema }: Project, scalar: boolean): PulledUp | null {
  if (exprs.some(readsOuter)) return null;
  const inner = pullUp(input, scalar);
  if (inner === null) return null;
  const needed = inputsUsed(...inner.conditions).filter((index) => index >= 0);
  const added = needed.map((index) => inputRef(inner.plan.schema, index));
  const names = [...columnNames({ fields: schema.fields }), ...needed.map((_, i) => `$c${i}`)];
  return {
    plan: project(inner.plan, [...exprs, ...added], names),
    conditions: inner.conditions.map((condition) =>
      remapOwn(condition, (index) => exprs.length + needed.indexOf(index)),
    ),
  };
}

function pullAggregate(node: Aggregate): PulledUp | null {
  const inner = pullUp(node.input, false);
  if (inner === null) return null;
  const width = inner.plan.schema.fields.length;
  const innerSides: Expr[] = [];
  const conditions: Expr[] = [];
  const first = node.keys.length + node.calls.length;
  for (const condition of inner.conditions) {
    if (!readsOwn(condition)) {
      conditions.push(condition);
      continue;
    }
    if (!isCallOf(condition, '=') && !isCallOf(condition, 'IS NOT DISTINCT FROM')) return null;
    const own = condition.args.findIndex((arg) => !readsOuter(arg));
    if (own < 0 || readsOwn(condition.args[1 - own]!)) return null;
    const side = condition.args[own]!;
    const column = first + innerSides.push(side) - 1;
    const args = condition.args.map(
      (arg, i): Expr => (i === own ? { kind: 'InputRef', type: side.type, index: column } : arg),
    );
    conditions.push({ ...condition, args });
  }
  const { schema } = inner.plan;
  const computed = innerSides.filter((side) => side.kind !== 'InputRef');
  const input =
    computed.length === 0
      ? inner.plan
      : project(
          inner.plan,
          [...allColumns(schema), ...computed],
          [...columnNames(schema), ...computed.map((_, i) => `$c${i}`)],
        );
  const added = innerSides.map((side) =>
    side.kind === 'InputRef' ? side.index : width + computed.indexOf(side),
  );
  const keys = [...node.keys, ...added];
  const names = columnNames(node.schema).slice(node.keys.length);
  const grouped = aggregate(input, keys, node.calls, names);
  // The subquery's own columns first, then the new keys.
  const own = node.keys.length;
  const order = [
    ...node.keys.map((_, i) => i),
    ...node.calls.map((_, i) => keys.length + i),
    ...innerSides.map((_, i) => own + i),
  ];
  return { plan: projectColumns(grouped, order), conditions };
}

function pullJoin(node: Join): PulledUp | null {
  const { joinType, condition } = node;
  const parts = condition === null ? [] : splitConjunction(condition);
  if (joinType !== 'inner') {
    const keepsLeft = joinType === 'left' || joinType === 'semi' || joinType === 'anti';
    if (!keepsLeft || isCorrelated(node.right) || parts.some(readsOuter)) return null;
  }
  const left = pullUp(node.left, false);
  const right = pullUp(node.right, false);
  if (left === null || right === null) return null;
  const leftWidth = node.left.schema.fields.length;
  const width = left.plan.schema.fields.length;
  const moved = parts.map((part) =>
    remapOwn(part, (index) => (index < leftWidth ? index : index - leftWidth + width)),
  );
  const own = moved.filter((part) => !readsOuter(part));
  const on = own.length === 0 ? null : joinConjunction(own);
  const plan = join(left.plan, right.plan, joinType, on);
  const conditions = [
    ...left.conditions,
    ...right.conditions.map((c) => remapOwn(c, (index) => index + width)),
    ...moved.filter(readsOuter),
  ];
  if (width === leftWidth || joinType === 'semi' || joinType === 'anti') {
    return { plan, conditions };
  }
  const rightWidth = node.right.schema.fields.length;
  const all = plan.schema.fields.map((_, i) => i);
  const isOwn = (i: number) => i < leftWidth || (i >= width && i < width + rightWidth);
  const order = [...all.filter(isOwn), ...all.filter((i) => !isOwn(i))];
  return {
    plan: projectColumns(plan, order),
    conditions: conditions.map((c) => remapOwn(c, (index) => order.indexOf(index))),
  };
}
