import { projectSchema } from '../../types/schema.ts';
import { projectColumns } from './build.ts';
import type { LogicalPlan, Shared, SharedBody } from './nodes.ts';
import { mapInputs, transformUp, visit } from './tree.ts';

/** A plan that several readers may have: computed once where it is more than a table's rows. */
export function shared(name: string, plan: LogicalPlan): LogicalPlan {
  return isCostly(plan) ? share(name, plan) : plan;
}

/** The reader of all columns of a plan that others may read, too. */
export function share(name: string, plan: LogicalPlan): Shared {
  const columns = plan.schema.fields.map((_, i) => i);
  return { kind: 'Shared', schema: plan.schema, body: { name, plan }, columns };
}

/** Filters and projections of a table are cheaper when each reader has its own. */
export function isCostly(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'Filter':
    case 'Project':
      return isCostly(plan.input);
    case 'Scan':
    case 'Values':
    case 'Shared':
      return false;
    default:
      return true;
  }
}

/** The plan with those shared plans in place that have one reader. */
export function inlineShared(plan: LogicalPlan): LogicalPlan {
  const readers = new Map<SharedBody, number>();
  for (const part of [plan, ...bodiesOf(plan).map((body) => body.plan)]) {
    visit(part, (node) => {
      if (node.kind === 'Shared') readers.set(node.body, (readers.get(node.body) ?? 0) + 1);
    });
  }
  return mapShared(plan, (part, bodyOf) => {
    const inlined = (node: LogicalPlan): LogicalPlan => {
      if (node.kind !== 'Shared') return mapInputs(node, inlined);
      const body = bodyOf(node.body);
      if (readers.get(node.body) !== 1) return body === node.body ? node : { ...node, body };
      const isAll = node.columns.length === body.plan.schema.fields.length;
      return isAll ? body.plan : projectColumns(body.plan, node.columns);
    };
    return inlined(part);
  });
}

/** The shared plans that a plan reads, directly and through others: readers before what they read. */
export function bodiesOf(plan: LogicalPlan): readonly SharedBody[] {
  const seen = new Set<SharedBody>();
  const ordered: SharedBody[] = [];
  const collect = (part: LogicalPlan): void => {
    visit(part, (node) => {
      if (node.kind !== 'Shared' || seen.has(node.body)) return;
      seen.add(node.body);
      collect(node.body.plan);
      ordered.push(node.body);
    });
  };
  collect(plan);
  return ordered.reverse();
}

/** Rewrites a plan and, once each, the shared plans that it reads. */
export function mapShared(
  plan: LogicalPlan,
  rewrite: (part: LogicalPlan, bodyOf: (body: SharedBody) => SharedBody) => LogicalPlan,
): LogicalPlan {
  const done = new Map<SharedBody, SharedBody>();
  const bodyOf = (body: SharedBody) => done.get(body) ?? body;
  for (const body of bodiesOf(plan).toReversed()) {
    const rewritten = rewrite(body.plan, bodyOf);
    done.set(body, rewritten === body.plan ? body : { ...body, plan: rewritten });
  }
  return rewrite(plan, bodyOf);
}

/** Rewrites the expressions and nodes of a plan and of all that it shares, inputs first. */
export function transformShared(
  plan: LogicalPlan,
  f: (node: LogicalPlan) => LogicalPlan,
): LogicalPlan {
  return mapShared(plan, (part, bodyOf) =>
    transformUp(part, (node) => {
      if (node.kind !== 'Shared') return f(node);
      const body = bodyOf(node.body);
      return body === node.body ? node : { ...node, body };
    }),
  );
}

/**
 * Rewrites a plan and what it shares, each on its own, by `run`, which keeps names and types, and
 * may share more. What nobody reads any more is left out: columns, and whole plans.
 */
export function runShared(plan: LogicalPlan, run: (part: LogicalPlan) => LogicalPlan): LogicalPlan {
  const bodies = bodiesOf(plan);
  const readers: LogicalPlan[] = [];
  const runPart = (part: LogicalPlan) => {
    const result = run(part);
    const added = bodiesOf(result).filter((body) => !bodies.includes(body));
    readers.push(result, ...added.map((body) => body.plan));
    return result;
  };
  const top = runPart(plan);
  const made = new Map<SharedBody, { plan: LogicalPlan; columns: readonly number[] }>();
  for (const body of bodies) {
    const columns = columnsRead(body, readers);
    if (columns === null) continue;
    const isAll = columns.length === body.plan.schema.fields.length;
    const part = runPart(isAll ? body.plan : projectColumns(body.plan, columns));
    made.set(body, { plan: part, columns });
  }
  const linked = new Map<SharedBody, SharedBody>();
  const link = (part: LogicalPlan) =>
    transformUp(part, (node) => (node.kind === 'Shared' ? relinked(node) : node));
  const relinked = (node: Shared): Shared => {
    const kept = made.get(node.body)?.columns;
    let body = linked.get(node.body);
    if (body === undefined) {
      // Shared by `run`: it may read the others.
      body = { ...node.body, plan: link(node.body.plan) };
      linked.set(node.body, body);
    }
    if (kept === undefined) return { ...node, body };
    return { ...node, body, columns: node.columns.map((column) => kept.indexOf(column)) };
  };
  for (const body of bodies.toReversed()) {
    const part = made.get(body);
    if (part !== undefined) linked.set(body, { name: body.name, plan: link(part.plan) });
  }
  return link(top);
}

/** The columns of a shared plan that are read, ascending; null when it has no readers. */
function columnsRead(body: SharedBody, readers: readonly LogicalPlan[]): readonly number[] | null {
  let columns: Set<number> | null = null;
  for (const reader of readers) {
    visit(reader, (node) => {
      if (node.kind !== 'Shared' || node.body !== body) return;
      columns = new Set([...(columns ?? []), ...node.columns]);
    });
  }
  return columns === null ? null : [...(columns as Set<number>)].sort((a, b) => a - b);
}

/** A reader of fewer columns. */
export function readColumns(node: Shared, columns: readonly number[]): Shared {
  return {
    ...node,
    schema: projectSchema(node.schema, columns),
    columns: columns.map((column) => node.columns[column]!),
  };
}
