import { unreachable } from '../common/assert.ts';
import type { WindowCall } from '../expr/expr.ts';
import { printAggregateCall, printExpr, printSortKey, printWindowCall } from '../expr/print.ts';
import { inputRef } from '../expr/tree.ts';
import type { Schema } from '../types/schema.ts';
import { functionCalls } from './explain-functions.ts';
import { matchText } from './explain-match.ts';
import { processText } from './explain-process.ts';
import { columnNames } from './logical/build.ts';
import type { LogicalNode, LogicalPlan, SharedBody } from './logical/nodes.ts';
import { inputsOf } from './logical/tree.ts';
import type { ColumnSortKey, PhysicalNode, PhysicalPlan } from './physical/nodes.ts';
import type { PlannedStatement } from './plan.ts';

/** What EXPLAIN may show on top of the plans. */
export type ExplainDetail =
  | 'ESTIMATED_COST'
  | 'CHANGELOG_MODE'
  | 'PLAN_ADVICE'
  | 'JSON_EXECUTION_PLAN';

/**
 * The text of EXPLAIN: the plans of a statement as bound, and as they will run with and without
 * estimates. Every change of a batch plan is an insertion, which CHANGELOG_MODE shows.
 */
export function explainPlans(
  plans: readonly PlannedStatement[],
  details: readonly ExplainDetail[] = [],
): string {
  const physical = plans.map((plan) => plan.physical);
  return [
    '== Abstract Syntax Tree ==',
    plans.map(({ logical }) => printLogical(logical)).join('\n\n'),
    '',
    explainPhysical(physical, details),
  ].join('\n');
}

/** The part of EXPLAIN that says how statements run. */
export function explainPhysical(
  plans: readonly PhysicalPlan[],
  details: readonly ExplainDetail[] = [],
): string {
  const changes = details.includes('CHANGELOG_MODE') ? ', changelogMode=[I]' : '';
  const advised = details.includes('PLAN_ADVICE');
  const functions = plans.flatMap(functionCalls);
  const all = (print: (plan: PhysicalPlan) => string): string => plans.map(print).join('\n\n');
  return [
    advised ? '== Optimized Physical Plan With Advice ==' : '== Optimized Physical Plan ==',
    all((plan) => printTree(plan, (node) => `${changes}: rows=${node.rows}`)),
    ...(advised ? ['', 'No available advice...'] : []),
    '',
    '== Optimized Execution Plan ==',
    all((plan) => printPhysical(plan, false)),
    '',
    ...(functions.length === 0 ? [] : ['== User-Defined Functions ==', ...functions, '']),
    ...(details.includes('JSON_EXECUTION_PLAN')
      ? ['== Physical Execution Plan ==', jsonPlan(plans), '']
      : []),
  ].join('\n');
}

/** The physical plans as JSON, inputs before their node, as Flink lays out its job graph. */
function jsonPlan(plans: readonly PhysicalPlan[]): string {
  const nodes: Readonly<Record<string, unknown>>[] = [];
  const shared = new Map<number, number>();
  const add = (node: PhysicalPlan): number => {
    const before = node.kind === 'Shared' ? shared.get(node.id) : undefined;
    if (before !== undefined) return before;
    const predecessors = node.inputs.map((input) => ({ id: add(input), side: 'second' }));
    const id = nodes.length + 1;
    const inputs = predecessors.length === 0 ? {} : { predecessors };
    const contents = describePhysical(node);
    if (node.kind === 'Shared') shared.set(node.id, id);
    nodes.push({ id, type: node.kind, pact: pactOf(node), contents, rows: node.rows, ...inputs });
    return id;
  };
  for (const plan of plans) add(plan);
  return JSON.stringify({ nodes }, null, 2);
}

function pactOf(node: PhysicalPlan): string {
  if (node.inputs.length === 0) return 'Data Source';
  return node.kind === 'TableSink' ? 'Data Sink' : 'Operator';
}

/** A logical plan as a tree of lines, inputs below their node. */
export function printLogical(plan: LogicalPlan): string {
  const shown = new Set<SharedBody>();
  const inputs = (node: LogicalPlan) => {
    if (node.kind !== 'Shared') return inputsOf(node);
    if (shown.has(node.body)) return [];
    shown.add(node.body);
    return [node.body.plan];
  };
  return tree(plan, inputs, describeLogical).join('\n');
}

/** A physical plan as a tree of lines; `estimates` shows the rows expected of each node. */
export function printPhysical(plan: PhysicalPlan, estimates: boolean): string {
  return printTree(plan, (node) => (estimates ? `: rows=${node.rows}` : ''));
}

function printTree(plan: PhysicalPlan, suffix: (node: PhysicalPlan) => string): string {
  const describe = (node: PhysicalPlan) => `${describePhysical(node)}${suffix(node)}`;
  const shown = new Set<number>();
  const inputs = (node: PhysicalPlan) => {
    if (node.kind !== 'Shared') return node.inputs;
    if (shown.has(node.id)) return [];
    shown.add(node.id);
    return node.inputs;
  };
  return tree(plan, inputs, describe).join('\n');
}

function tree<T>(
  node: T,
  inputs: (node: T) => readonly T[],
  describe: (node: T) => string,
): readonly string[] {
  const below = inputs(node).map((input) => tree(input, inputs, describe));
  return [
    describe(node),
    ...below.flatMap((lines, i) => {
      const more = i < below.length - 1;
      return lines.map((line, j) => (j === 0 ? `+- ${line}` : `${more ? ':  ' : '   '}${line}`));
    }),
  ];
}

function describeLogical(node: LogicalPlan): string {
  const names = columnNames(node.schema);
  switch (node.kind) {
    case 'Scan':
      return scanText('LogicalTableScan', node.table, names, node.source.digest);
    case 'Values': {
      const rows = node.rows.map((row) => `{ ${row.map((e) => printExpr(e, [])).join(', ')} }`);
      return text('LogicalValues', { type: list(names), tuples: `[${shorten(rows).join(', ')}]` });
    }
    case 'Project':
      return `LogicalProject(${selected(node.exprs, names, columnNames(node.input.schema))})`;
    case 'Filter':
      return text('LogicalFilter', { condition: `[${printExpr(node.predicate, names)}]` });
    case 'Aggregate': {
      const input = columnNames(node.input.schema);
      const calls = node.calls.map(
        (call, i) => `${names[node.keys.length + i]}=[${printAggregateCall(call, input)}]`,
      );
      const group = list(node.keys.map((key) => input[key]!));
      return `LogicalAggregate(${[`group=${group}`, ...calls].join(', ')})`;
    }
    case 'Window': {
      const input = columnNames(node.input.schema);
      const keys = sortTexts(node.order, node.input.schema);
      const select = windowCalls(node.calls, names, input);
      return text('LogicalWindow', { ...windowKeys(node.partition, keys, input), select });
    }
    case 'Rank':
      return text('LogicalRank', rankText(node));
    case 'Match':
      return text('LogicalMatch', matchText(node, columnNames(node.input.schema)));
    case 'ProcessTable':
      return text('LogicalProcessTable', processText(node, columnNames(node.input.schema), names));
    case 'Join': {
      const both = [...columnNames(node.left.schema), ...columnNames(node.right.schema)];
      const condition = node.condition === null ? 'true' : printExpr(node.condition, both);
      return text('LogicalJoin', { condition: `[${condition}]`, joinType: `[${node.joinType}]` });
    }
    case 'Sort':
      return text('LogicalSort', { orderBy: list(node.keys.map((k) => printSortKey(k, names))) });
    case 'Limit':
      return text('LogicalLimit', limitText(node.offset, node.limit));
    case 'Union':
      return text('LogicalUnion', { all: '[true]' });
    case 'Unnest':
      return text('LogicalUnnest', unnestText(node.column, node.outer, names));
    case 'Shared':
      return text('LogicalShared', { table: `[${node.body.name}]`, fields: list(names) });
    case 'Sink':
      return text('LogicalSink', { table: tableText(node.table), fields: list(names) });
    default:
      return unreachable(node);
  }
}

/** A physical node as EXPLAIN shows it: its kind and what it does, on one line. */
export function describePhysical(node: PhysicalPlan): string {
  const names = columnNames(node.schema);
  const input = columnNames(node.inputs[0]?.schema ?? { fields: [] });
  switch (node.kind) {
    case 'TableSourceScan':
      return scanText('TableSourceScan', node.table, names, node.source.digest);
    case 'ValuesScan': {
      const rows = node.values.map((row) => `{ ${row.map((e) => printExpr(e, [])).join(', ')} }`);
      return text('Values', { values: list(names), tuples: `[${shorten(rows).join(', ')}]` });
    }
    case 'Calc': {
      const select = node.projections.map((e, i) => asText(printExpr(e, input), names[i]!));
      const where =
        node.condition === null ? {} : { where: `[${printExpr(node.condition, input)}]` };
      return text('Calc', { select: list(select), ...where });
    }
    case 'UdfCalc':
    case 'AsyncUdfCalc': {
      const first = names.length - node.calls.length;
      const calls = node.calls.map(({ call }, i) =>
        asText(printExpr(call, input), names[first + i]!),
      );
      return text(node.kind, { calls: list(calls) });
    }
    case 'HashAggregate':
      return describeAggregate(node);
    case 'OverAggregate': {
      const keys = sortTexts(node.order, node.schema);
      const select = windowCalls(node.calls, names, input);
      return text('OverAggregate', { ...windowKeys(node.partition, keys, input), select });
    }
    case 'Rank':
      return text('Rank', { ...rankText(node), global: `[${!node.local}]` });
    case 'Match':
      return text('Match', matchText(node, input));
    case 'ProcessTable':
      return text('ProcessTable', processText(node, input, names));
    case 'HashJoin':
      return describeHashJoin(node);
    case 'NestedLoopJoin': {
      const both = [...input, ...columnNames(node.inputs[1]!.schema)];
      const where = node.condition === null ? 'true' : printExpr(node.condition, both);
      return text('NestedLoopJoin', { joinType: `[${node.joinType}]`, where: `[${where}]` });
    }
    case 'Sort':
      return text('Sort', { orderBy: list(sortTexts(node.keys, node.schema)) });
    case 'SortLimit':
      return text('SortLimit', {
        orderBy: list(sortTexts(node.keys, node.schema)),
        ...limitText(node.offset, node.limit),
      });
    case 'Limit':
      return text('Limit', limitText(node.offset, node.limit));
    case 'Union':
      return text('Union', { all: '[true]', union: list(names) });
    case 'Unnest':
      return text('Unnest', unnestText(node.column, node.outer, names));
    case 'Shared':
      return text('Shared', { table: `[${node.name}]`, fields: list(names) });
    case 'Exchange': {
      const keys = node.keys.map((key) => names[key]!);
      const hash = keys.length === 0 ? '' : `[${keys.join(', ')}]`;
      return text('Exchange', { distribution: `[${node.distribution}${hash}]` });
    }
    case 'TableSink':
      return text('Sink', { table: tableText(node.table), fields: list(names) });
    default:
      return unreachable(node);
  }
}

function describeAggregate(node: PhysicalNode<'HashAggregate'>): string {
  const input = columnNames(node.inputs[0]!.schema);
  const keys = node.keys.map((key) => input[key]!);
  const calls = node.calls.map((call) =>
    node.phase === 'final' ? `${call.definition.name}(...)` : printAggregateCall(call, input),
  );
  return text('HashAggregate', {
    ...(node.phase === 'single' ? {} : { phase: `[${node.phase}]` }),
    ...(keys.length === 0 ? {} : { groupBy: list(keys) }),
    select: list([...keys, ...calls]),
  });
}

function windowKeys(
  partition: readonly number[],
  order: readonly string[],
  input: readonly string[],
): Readonly<Record<string, string>> {
  return {
    ...(partition.length === 0 ? {} : { partitionBy: list(partition.map((key) => input[key]!)) }),
    ...(order.length === 0 ? {} : { orderBy: list(order) }),
  };
}

function rankText(
  node: LogicalNode<'Rank'> | PhysicalNode<'Rank'>,
): Readonly<Record<string, string>> {
  const { schema, partition, order, limit } = node;
  return {
    rankType: `[${node.function}]`,
    rankRange: `[rankStart=1, rankEnd=${limit}]`,
    ...windowKeys(partition, sortTexts(order, schema), columnNames(schema)),
  };
}

/** Calls with the names of their columns, which are the last ones. */
function windowCalls(
  calls: readonly WindowCall[],
  names: readonly string[],
  input: readonly string[],
): string {
  const first = names.length - calls.length;
  return list(calls.map((call, i) => asText(printWindowCall(call, input), names[first + i]!)));
}

function describeHashJoin(node: PhysicalNode<'HashJoin'>): string {
  const [left, right] = node.inputs.map((input) => columnNames(input.schema));
  const keys = node.leftKeys.map((key, i) => {
    const op = node.nullSafe[i] === true ? 'IS NOT DISTINCT FROM' : '=';
    return `${left![key]} ${op} ${right![node.rightKeys[i]!]}`;
  });
  const residual = node.residual === null ? null : printExpr(node.residual, [...left!, ...right!]);
  return text('HashJoin', {
    joinType: `[${node.joinType}]`,
    where: `[${keys.join(' AND ')}]`,
    ...(residual === null ? {} : { residual: `[${residual}]` }),
    build: `[${node.build}]`,
  });
}

/** Rows shown of a long VALUES. */
const ROWS_SHOWN = 10;

function shorten(rows: readonly string[]): readonly string[] {
  if (rows.length <= ROWS_SHOWN) return rows;
  return [...rows.slice(0, ROWS_SHOWN), `... ${rows.length - ROWS_SHOWN} more`];
}

function selected(
  exprs: Extract<LogicalPlan, { kind: 'Project' }>['exprs'],
  names: readonly string[],
  input: readonly string[],
): string {
  return exprs.map((expr, i) => `${names[i]}=[${printExpr(expr, input)}]`).join(', ');
}

function asText(expr: string, name: string): string {
  return expr === name ? expr : `${expr} AS ${name}`;
}

function scanText(node: string, table: string, names: readonly string[], digest: string): string {
  const pushed = digest === '' ? '' : `, ${digest}`;
  return `${node}(table=${tableText(table)}, fields=${list(names)}${pushed})`;
}

function tableText(table: string): string {
  return `[[${table.split('.').join(', ')}]]`;
}

function limitText(offset: number, limit: number | null): Readonly<Record<string, string>> {
  return {
    ...(offset === 0 ? {} : { offset: `[${offset}]` }),
    ...(limit === null ? {} : { fetch: `[${limit}]` }),
  };
}

function sortTexts(keys: readonly ColumnSortKey[], schema: Schema): readonly string[] {
  const names = columnNames(schema);
  return keys.map(({ column, ...order }) =>
    printSortKey({ expr: inputRef(column, schema.fields[column]!.type), ...order }, names),
  );
}

function text(node: string, parts: Readonly<Record<string, string>>): string {
  const list = Object.entries(parts).map(([key, value]) => `${key}=${value}`);
  return `${node}(${list.join(', ')})`;
}

function list(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

function unnestText(
  column: number,
  outer: boolean,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return { array: `[${names[column]!}]`, joinType: outer ? '[left]' : '[inner]' };
}
