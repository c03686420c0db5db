import { assert, unreachable } from '../../../common/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import type { MatchReference } from '../../../expr/match.ts';
import { inputsUsed, remapInputs } from '../../../expr/tree.ts';
import { projectSchema } from '../../../types/schema.ts';
import { projectColumns } from '../../logical/build.ts';
import type {
  Aggregate,
  Join,
  LogicalNode,
  LogicalPlan,
  Match,
  Rank,
  Scan,
  Sort,
  Window,
} from '../../logical/nodes.ts';
import { withPushed } from '../../logical/pushed-down.ts';
import { readColumns } from '../../logical/shared.ts';
import { mapCall } from '../../logical/tree.ts';
import type { Rule } from '../rule.ts';

/**
 * Removes the columns that nothing above reads, down to the scans.
 *
 * Runs on the whole plan: what a node needs is known only when all nodes above it are.
 */
export const pruneColumns: Rule = {
  name: 'prune-columns',
  rewrite(plan) {
    const all = plan.schema.fields.map((_, i) => i);
    const { plan: pruned, columns } = prune(plan, all);
    return select(pruned, columns, all);
  },
};

/** A plan with fewer columns, and which ones of the plan before these are, ascending. */
interface Pruned {
  readonly plan: LogicalPlan;
  readonly columns: readonly number[];
}

/** The plan with the required columns (ascending), and perhaps some more. */
function prune(plan: LogicalPlan, required: readonly number[]): Pruned {
  switch (plan.kind) {
    case 'Scan':
      return pruneScan(plan, required);
    case 'Values': {
      const rows = plan.rows.map((row) => required.map((index) => row[index]!));
      return changed(plan, required, (schema) => ({ ...plan, schema, rows }));
    }
    case 'Project':
      return pruneProject(plan, required);
    case 'Filter':
      return pruneFilter(plan, required);
    case 'Aggregate':
      return pruneAggregate(plan, required);
    case 'Window':
      return pruneWindow(plan, required);
    case 'Rank':
      return pruneRank(plan, required);
    case 'Match':
      return pruneMatch(plan, required);
    case 'ProcessTable':
      return pruneProcess(plan);
    case 'Join':
      return pruneJoin(plan, required);
    case 'Sort':
      return pruneSort(plan, required);
    case 'Unnest':
      return pruneUnnest(plan, required);
    case 'Limit': {
      const input = prune(plan.input, required);
      const { schema } = input.plan;
      return same(plan, plan.input, input, { ...plan, schema, input: input.plan });
    }
    case 'Union': {
      const inputs = plan.inputs.map((input) => exactly(input, required));
      if (inputs.every((input, i) => input === plan.inputs[i])) return unchanged(plan);
      return changed(plan, required, (schema) => ({ ...plan, schema, inputs }));
    }
    case 'Shared':
      return changed(plan, required, () => readColumns(plan, required));
    case 'Sink': {
      const input = exactly(
        plan.input,
        plan.input.schema.fields.map((_, i) => i),
      );
      return unchanged(input === plan.input ? plan : { ...plan, input });
    }
    default:
      return unreachable(plan);
  }
}

function pruneScan(scan: Scan, required: readonly number[]): Pruned {
  const isAll = required.length === scan.schema.fields.length;
  if (isAll || scan.source.applyProjection === undefined) return unchanged(scan);
  const source = scan.source.applyProjection(required);
  const pruned = withPushed(scan, source, { kind: 'projection', columns: required });
  return changed(scan, required, (schema) => ({ ...pruned, schema }));
}

function pruneProject(node: LogicalNode<'Project'>, required: readonly number[]): Pruned {
  const kept = required.map((index) => node.exprs[index]!);
  const input = prune(node.input, inputsUsed(...kept));
  if (input.plan === node.input && kept.length === node.exprs.length) return unchanged(node);
  const exprs = kept.map((expr) => remap(expr, input));
  return changed(node, required, (schema) => ({ ...node, schema, input: input.plan, exprs }));
}

function pruneFilter(node: LogicalNode<'Filter'>, required: readonly number[]): Pruned {
  const input = prune(node.input, union(required, inputsUsed(node.predicate)));
  const { schema } = input.plan;
  const predicate = remap(node.predicate, input);
  return same(node, node.input, input, { ...node, schema, input: input.plan, predicate });
}

function pruneSort(node: Sort, required: readonly number[]): Pruned {
  const used = inputsUsed(...node.keys.map((key) => key.expr));
  const input = prune(node.input, union(required, used));
  const { schema } = input.plan;
  const keys = node.keys.map((key) => ({ ...key, expr: remap(key.expr, input) }));
  return same(node, node.input, input, { ...node, schema, input: input.plan, keys });
}

/** Keys stay, as they decide the groups; calls that nothing reads go. */
function pruneAggregate(node: Aggregate, required: readonly number[]): Pruned {
  const width = node.keys.length;
  const columns = union(
    node.keys.map((_, i) => i),
    required,
  );
  const kept = columns.filter((index) => index >= width).map((index) => node.calls[index - width]!);
  const args = kept.flatMap((call) =>
    call.filter === null ? call.args : [...call.args, call.filter],
  );
  const input = prune(node.input, union(node.keys, inputsUsed(...args)));
  if (input.plan === node.input && kept.length === node.calls.length) return unchanged(node);
  const calls = kept.map((call) => mapCall(call, (expr) => remap(expr, input)));
  const keys = node.keys.map((key) => at(input, key));
  return changed(node, columns, (schema) => ({ ...node, schema, input: input.plan, keys, calls }));
}

/** Calls that nothing reads go, and the whole node without any; the columns it needs stay. */
function pruneWindow(node: Window, required: readonly number[]): Pruned {
  const width = node.input.schema.fields.length;
  const read = required.filter((index) => index < width);
  const kept = required.filter((index) => index >= width);
  if (kept.length === 0) return prune(node.input, read);
  const calls = kept.map((index) => node.calls[index - width]!);
  const used = calls.flatMap((call) =>
    call.filter === null ? call.args : [...call.args, call.filter],
  );
  const keys = [...node.partition, ...node.order.map((key) => key.column)];
  // A window holds its rows: columns that only a filter below read are dropped before.
  const input = precisely(node.input, union(read, union(keys, inputsUsed(...used))));
  if (input.plan === node.input && kept.length === node.calls.length) return unchanged(node);
  const columns = [...input.columns, ...kept];
  return changed(node, columns, () => ({
    ...node,
    // The columns below may have been narrowed; results keep their types.
    schema: {
      fields: [...input.plan.schema.fields, ...kept.map((index) => node.schema.fields[index]!)],
    },
    input: input.plan,
    partition: node.partition.map((column) => at(input, column)),
    order: node.order.map((key) => ({ ...key, column: at(input, key.column) })),
    calls: calls.map((call) => mapCall(call, (expr) => remap(expr, input))),
  }));
}

function pruneRank(node: Rank, required: readonly number[]): Pruned {
  const keys = [...node.partition, ...node.order.map((key) => key.column)];
  // The first rows are held: columns that only a filter below read are dropped before.
  const input = precisely(node.input, union(required, keys));
  const { schema } = input.plan;
  return same(node, node.input, input, {
    ...node,
    schema,
    input: input.plan,
    partition: node.partition.map((column) => at(input, column)),
    order: node.order.map((key) => ({ ...key, column: at(input, key.column) })),
  });
}

/** Measures that nothing reads go; the partition columns stay. */
function pruneMatch(node: Match, required: readonly number[]): Pruned {
  const width = node.partition.length;
  const columns = union(
    node.partition.map((_, i) => i),
    required,
  );
  const kept = columns.slice(width).map((index) => node.measures[index - width]!);
  const references = [...node.define.flatMap((definition) => definition.reads), ...kept];
  const keys = [...node.partition, ...node.order.map((key) => key.column)];
  const input = precisely(node.input, union(keys, references.flatMap(columnsRead)));
  if (input.plan === node.input && kept.length === node.measures.length) return unchanged(node);
  const moved = (reference: MatchReference): MatchReference =>
    reference.kind === 'row'
      ? { ...reference, column: at(input, reference.column) }
      : { ...reference, call: mapCall(reference.call, (expr) => remap(expr, input)) };
  return changed(node, columns, (schema) => ({
    ...node,
    schema,
    input: input.plan,
    partition: node.partition.map((column) => at(input, column)),
    order: node.order.map((key) => ({ ...key, column: at(input, key.column) })),
    define: node.define.map((definition) => ({
      ...definition,
      reads: definition.reads.map(moved),
    })),
    measures: kept.map(moved),
  }));
}

/** All that the function makes stays; of its input, what it reads. */
function pruneProcess(node: LogicalNode<'ProcessTable'>): Pruned {
  const { tables, tag, partition, order, time, passed } = node;
  const single = [tag, time].filter((column) => column !== null);
  const keys = [...partition, ...order.map((key) => key.column), ...passed.map((p) => p.column)];
  const read = tables.flatMap(({ columns }) => columns);
  const input = precisely(node.input, union([...single, ...keys], read));
  if (input.plan === node.input) return unchanged(node);
  return unchanged({
    ...node,
    input: input.plan,
    tables: tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => at(input, column)),
    })),
    tag: tag === null ? null : at(input, tag),
    partition: partition.map((column) => at(input, column)),
    order: order.map((key) => ({ ...key, column: at(input, key.column) })),
    time: time === null ? null : at(input, time),
    passed: passed.map((p) => ({ ...p, column: at(input, p.column) })),
  });
}

function columnsRead(reference: MatchReference): readonly number[] {
  return reference.kind === 'row' ? [reference.column] : inputsUsed(...reference.call.args);
}

function pruneJoin(node: Join, required: readonly number[]): Pruned {
  const width = node.left.schema.fields.length;
  const needed = union(required, node.condition === null ? [] : inputsUsed(node.condition));
  const isLeft = (index: number) => index < width;
  // A join copies its rows: columns that only a filter below read are dropped before.
  const left = precisely(node.left, needed.filter(isLeft));
  const right = precisely(
    node.right,
    needed.filter((index) => !isLeft(index)).map((index) => index - width),
  );
  if (left.plan === node.left && right.plan === node.right) return unchanged(node);
  const both = [...left.columns, ...right.columns.map((index) => index + width)];
  const condition =
    node.condition === null ? null : remapInputs(node.condition, (index) => both.indexOf(index));
  const isSemi = node.joinType === 'semi' || node.joinType === 'anti';
  const columns = isSemi ? left.columns : both;
  // Nullability as before, which an outer join narrowed later may have more of than it needs.
  const schema = projectSchema(node.schema, columns);
  return {
    plan: { ...node, schema, left: left.plan, right: right.plan, condition },
    columns,
  };
}

/** The columns of the elements all stay: the operator makes them at once. */
function pruneUnnest(node: LogicalNode<'Unnest'>, required: readonly number[]): Pruned {
  const width = node.input.schema.fields.length;
  const below = union(required, [node.column]).filter((index) => index < width);
  const input = prune(node.input, below);
  if (input.plan === node.input) return unchanged(node);
  const elements = node.schema.fields.slice(width).map((_, i) => width + i);
  const columns = [...input.columns, ...elements];
  const column = at(input, node.column);
  return changed(node, columns, (schema) => ({ ...node, schema, input: input.plan, column }));
}

function unchanged(plan: LogicalPlan): Pruned {
  return { plan, columns: plan.schema.fields.map((_, i) => i) };
}

/** A node made anew with some of its columns. */
function changed(
  plan: LogicalPlan,
  columns: readonly number[],
  make: (schema: LogicalPlan['schema']) => LogicalPlan,
): Pruned {
  if (
    (plan.kind === 'Values' || plan.kind === 'Shared') &&
    columns.length === plan.schema.fields.length
  )
    return unchanged(plan);
  return { plan: make(projectSchema(plan.schema, columns)), columns };
}

/** A node that has the columns of its input. */
function same(plan: LogicalPlan, before: LogicalPlan, input: Pruned, after: LogicalPlan): Pruned {
  return input.plan === before ? unchanged(plan) : { plan: after, columns: input.columns };
}

/** The plan with exactly these columns, and which they are. */
function precisely(plan: LogicalPlan, required: readonly number[]): Pruned {
  return { plan: exactly(plan, required), columns: required };
}

/** The plan with exactly these columns. */
function exactly(plan: LogicalPlan, required: readonly number[]): LogicalPlan {
  const { plan: pruned, columns } = prune(plan, required);
  return select(pruned, columns, required);
}

function select(
  plan: LogicalPlan,
  columns: readonly number[],
  required: readonly number[],
): LogicalPlan {
  if (columns.length === required.length) return plan;
  return projectColumns(
    plan,
    required.map((index) => columns.indexOf(index)),
  );
}

function remap(expr: Expr, input: Pruned): Expr {
  return remapInputs(expr, (index) => at(input, index));
}

function at({ columns }: Pruned, index: number): number {
  const position = columns.indexOf(index);
  assert(position >= 0, `column ${index} was kept`);
  return position;
}

function union(a: readonly number[], b: readonly number[]): readonly number[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}
