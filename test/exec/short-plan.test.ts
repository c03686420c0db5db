import { expect, test } from 'vitest';
import { isShort } from '../../src/exec/task/short-plan.ts';
import type { PhysicalPlan } from '../../src/planner/physical/nodes.ts';
import { schemaOf } from '../../src/types/schema.ts';

/** A node that makes so many rows; what else it does is of no account. */
function node(rows: number, ...inputs: readonly PhysicalPlan[]): PhysicalPlan {
  const all: PhysicalPlan = { kind: 'Union', schema: schemaOf([]), rows, inputs };
  return all;
}

function shared(id: number, input: PhysicalPlan): PhysicalPlan {
  return {
    kind: 'Shared',
    id,
    name: 'once',
    schema: input.schema,
    rows: input.rows,
    inputs: [input],
  };
}

test('what all nodes make together says whether a plan is short', () => {
  expect(isShort(node(1000, node(1_000_000)))).toBe(true);
  expect(isShort(node(1_000_000, node(1_000_000), node(1_000_000)))).toBe(false);
});

test('what nodes share is made once', () => {
  const once = node(700_000);
  expect(isShort(node(10, shared(1, once), shared(1, once)))).toBe(true);
  expect(isShort(node(10, shared(1, once), shared(2, once)))).toBe(false);
});
