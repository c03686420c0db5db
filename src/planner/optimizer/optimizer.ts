import { assert } from '../../common/assert.ts';
import type { StatementContext } from '../../functions/definition.ts';
import { sameType } from '../../types/data-type.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { runShared } from '../logical/shared.ts';
import { transformDown, transformUp } from '../logical/tree.ts';
import { PHASES } from './phases.ts';
import type { Phase, Rule } from './rule.ts';

/** A phase that has not settled after this many passes has two rules undoing each other. */
const PASSES_MAX = 32;

/** Rewrites a plan into one with the same rows and columns that is cheaper to run. */
export function optimize(
  plan: LogicalPlan,
  context: StatementContext,
  phases: readonly Phase[] = PHASES,
): LogicalPlan {
  let current = plan;
  for (let first = 0; first < phases.length; ) {
    const phase = phases[first]!;
    if (phase.run === 'statement') {
      current = applyRules(current, phase.rules, context);
      first++;
      continue;
    }
    const next = phases.findIndex((other, i) => i > first && other.run === 'statement');
    const group = phases.slice(first, next < 0 ? phases.length : next);
    current = runShared(current, (part) =>
      group.reduce((before, each) => runPhase(before, each, context), part),
    );
    first += group.length;
  }
  return current;
}

function runPhase(plan: LogicalPlan, phase: Phase, context: StatementContext): LogicalPlan {
  const { run, rules } = phase;
  if (run === 'root') return applyRules(plan, rules, context);
  const rewrite = (node: LogicalPlan) => applyRules(node, rules, context);
  if (run === 'once') return transformUp(plan, rewrite);
  let current = plan;
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    // Conditions move down a whole plan in one pass that goes down, constants up in one that goes up.
    const next = pass % 2 === 0 ? transformUp(current, rewrite) : transformDown(current, rewrite);
    if (next === current) return next;
    current = next;
  }
  assert(false, `the rules of phase '${phase.name}' settle`);
}

function applyRules(
  node: LogicalPlan,
  rules: readonly Rule[],
  context: StatementContext,
): LogicalPlan {
  let current = node;
  for (const rule of rules) {
    const next = rule.rewrite(current, context);
    if (next === current) continue;
    checkSchema(current, next, rule);
    current = next;
  }
  return current;
}

/** A rewrite keeps names and types; only NOT NULL may become known, or forgotten. */
function checkSchema(before: LogicalPlan, after: LogicalPlan, rule: Rule): void {
  const a = before.schema.fields;
  const b = after.schema.fields;
  const same =
    a.length === b.length &&
    a.every((f, i) => f.name === b[i]!.name && sameType(f.type, b[i]!.type, false));
  assert(same, `rule '${rule.name}' keeps the columns of a ${before.kind}`);
}
