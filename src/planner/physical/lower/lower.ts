import { unreachable } from '../../../common/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { callsUdf, inputRef } from '../../../expr/tree.ts';
import { EMPTY_SCHEMA } from '../../../types/schema.ts';
import { estimateRows } from '../../logical/cardinality.ts';
import type {
  Filter,
  LogicalPlan,
  Project,
  Shared,
  Sink,
  Union,
  Values,
} from '../../logical/nodes.ts';
import { selectivity } from '../../logical/selectivity.ts';
import { bodiesOf } from '../../logical/shared.ts';
import { visit } from '../../logical/tree.ts';
import type { PhysicalPlan, TableSink, ValuesScan } from '../nodes.ts';
import { isSmallWork } from '../small-work.ts';
import { lowerAggregate } from './aggregate.ts';
import { lowerCalc } from './calc.ts';
import { lowerJoin } from './join.ts';
import { gather, type Lowered, type Lowering, passAll } from './lowered.ts';
import { lowerLimit, lowerSort } from './sort.ts';
import { lowerMatch, lowerProcessTable, lowerRank, lowerWindow } from './window.ts';

/** How a plan is to run. */
export interface LowerOptions {
  /** Tasks that may share the work; 1 makes a plan without exchanges. */
  readonly parallelism: number;
  /** `isSmallWork` for so many rows is done by one task: sharing costs more than it saves. */
  readonly smallRows: number;
}

/** The physical plan of a logical one. Its rows arrive in one task, in order. */
export function lowerPlan(plan: LogicalPlan, options: LowerOptions): PhysicalPlan {
  const { parallelism, smallRows } = options;
  const single = lowered(plan, false);
  if (parallelism === 1) return single;
  const isShared = isUnknown(plan) || !isSmallWork(single, smallRows);
  return isShared ? lowered(plan, true) : single;
}

function lowered(plan: LogicalPlan, parallel: boolean): PhysicalPlan {
  const lowering: Lowering = {
    parallel,
    shared: new Map(),
    lower: (node) => lowerNode(node, lowering),
  };
  return gather(lowering.lower(plan)).plan;
}

/** Whether nobody knows how many rows some table has. */
function isUnknown(plan: LogicalPlan): boolean {
  let unknown = false;
  for (const part of [plan, ...bodiesOf(plan).map((body) => body.plan)]) {
    visit(part, (node) => {
      if (node.kind === 'Scan' && node.source.rowCount === null) unknown = true;
    });
  }
  return unknown;
}

function lowerNode(node: LogicalPlan, lowering: Lowering): Lowered {
  switch (node.kind) {
    case 'Scan': {
      const { schema, table, source, origin } = node;
      const rows = estimateRows(node);
      return {
        plan: { kind: 'TableSourceScan', schema, inputs: [], rows, table, source, origin },
        parallel: lowering.parallel && source.spec !== null,
      };
    }
    case 'Values':
      return { plan: lowerValues(node), parallel: false };
    case 'Project':
      return lowerProject(node, lowering);
    case 'Filter':
      return lowerFilter(node, lowering);
    case 'Aggregate':
      return lowerAggregate(node, lowering);
    case 'Window':
      return lowerWindow(node, lowering);
    case 'Rank':
      return lowerRank(node, lowering);
    case 'Match':
      return lowerMatch(node, lowering);
    case 'ProcessTable':
      return lowerProcessTable(node, lowering);
    case 'Join':
      return lowerJoin(node, lowering);
    case 'Sort':
      return lowerSort(node, lowering);
    case 'Limit':
      return lowerLimit(node, lowering);
    case 'Union':
      return lowerUnion(node, lowering);
    case 'Unnest': {
      const { schema, column, outer, ordinality } = node;
      const { plan, parallel } = lowering.lower(node.input);
      const rows = estimateRows(node);
      return {
        plan: { kind: 'Unnest', schema, inputs: [plan], rows, column, outer, ordinality },
        parallel,
      };
    }
    case 'Shared':
      return lowerShared(node, lowering);
    case 'Sink':
      return lowerSink(node, lowering);
    default:
      return unreachable(node);
  }
}

/** A projection, together with the filter below it. */
function lowerProject(node: Project, lowering: Lowering): Lowered {
  const { input, exprs, schema } = node;
  const isFiltered = input.kind === 'Filter';
  const { plan, parallel } = lowering.lower(isFiltered ? input.input : input);
  const condition = isFiltered ? input.predicate : null;
  const rows = rowsWhere(isFiltered ? input.input : input);
  return { plan: lowerCalc(plan, condition, exprs, schema, estimateRows(node), rows), parallel };
}

function rowsWhere(input: LogicalPlan): (condition: Expr) => number {
  return (condition) =>
    Math.ceil(estimateRows(input) * selectivity(condition, input, estimateRows));
}

function lowerFilter(node: Filter, lowering: Lowering): Lowered {
  const { plan, parallel } = lowering.lower(node.input);
  const all = passAll(node.schema);
  const rows = estimateRows(node);
  return {
    plan: lowerCalc(plan, node.predicate, all, node.schema, rows, rowsWhere(node.input)),
    parallel,
  };
}

/** Rows with user code are projections of a row without columns. */
function lowerValues({ rows, schema }: Values): PhysicalPlan {
  const scan = (values: Values['rows'], fields: Values['schema']): ValuesScan => ({
    kind: 'ValuesScan',
    schema: fields,
    inputs: [],
    rows: values.length,
    values,
  });
  if (!rows.some((row) => row.some(callsUdf))) return scan(rows, schema);
  const inputs = rows.map((row) => lowerCalc(scan([[]], EMPTY_SCHEMA), null, row, schema, 1));
  if (inputs.length === 1) return inputs[0]!;
  return { kind: 'Union', schema, inputs, rows: inputs.length };
}

function lowerUnion(node: Union, lowering: Lowering): Lowered {
  const inputs = node.inputs.map((input) => lowering.lower(input));
  const parallel = inputs.every((input) => input.parallel);
  const plans = parallel ? inputs : inputs.map(gather);
  return {
    plan: {
      kind: 'Union',
      schema: node.schema,
      inputs: plans.map((input) => input.plan),
      rows: estimateRows(node),
    },
    parallel,
  };
}

/** The kept rows, of which each reader takes its columns. */
function lowerShared({ body, columns, schema }: Shared, lowering: Lowering): Lowered {
  let kept = lowering.shared.get(body);
  if (kept === undefined) {
    const { plan } = gather(lowering.lower(body.plan));
    const { name } = body;
    const id = lowering.shared.size;
    kept = { kind: 'Shared', schema: plan.schema, inputs: [plan], rows: plan.rows, id, name };
    lowering.shared.set(body, kept);
  }
  const exprs = columns.map((column, i) => inputRef(column, schema.fields[i]!.type));
  return { plan: lowerCalc(kept, null, exprs, schema, kept.rows), parallel: false };
}

function lowerSink(node: Sink, lowering: Lowering): Lowered {
  const { plan } = gather(lowering.lower(node.input));
  const { schema, table, sink, origin } = node;
  const inputs = [plan];
  const target: TableSink = { kind: 'TableSink', schema, inputs, rows: 1, table, sink, origin };
  return { plan: target, parallel: false };
}
