import { expect, test } from 'vitest';
import { type BranchNodes, receiveNodes, sendNodes } from '../../src/exec/pool/written-nodes.ts';
import { literal } from '../../src/expr/tree.ts';
import type { Limit, PhysicalPlan } from '../../src/planner/physical/nodes.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { BIGINT } from '../../src/types/types.ts';

const schema = schemaOf([field('a', BIGINT)]);
const one = literal(BIGINT, 1n);
const input: PhysicalPlan = { kind: 'ValuesScan', schema, inputs: [], rows: 1, values: [[one]] };

function limit(rows: number): Limit {
  return { kind: 'Limit', schema, inputs: [input], rows, offset: 0, limit: rows };
}

function chains(...all: readonly (readonly PhysicalPlan[])[]): readonly BranchNodes[] {
  return all.map((chain) => ({ join: null, chain }));
}

/** How many rows the nodes that were sent let through. */
function limitsOf(branches: readonly BranchNodes[]): unknown {
  return branches.map(({ chain }) => chain.map((node) => node.kind === 'Limit' && node.limit));
}

test('nodes that come again are written once and read once', () => {
  const node = limit(5);
  const first = sendNodes(chains([node]), false);
  const second = sendNodes(chains([node]), false);
  // That they would come again was known at the second time.
  expect(first).toMatchObject({ kind: 'written', id: null });
  expect(second).toMatchObject({ kind: 'written', id: expect.any(Number) });
  expect(sendNodes(chains([node]), false)).toBe(second);
  expect(receiveNodes(second)).toBe(receiveNodes(second));
  expect(limitsOf(receiveNodes(second))).toEqual([[5]]);
});

test('other nodes behind the same first one are other nodes', () => {
  const [a, b, c] = [limit(1), limit(2), limit(3)];
  for (const all of [chains([a, b]), chains([a], [b]), chains([a, c]), chains([a]), chains([])]) {
    for (let time = 0; time < 3; time++) {
      expect(limitsOf(receiveNodes(sendNodes(all, false)))).toEqual(limitsOf(all));
    }
  }
});

test('what user code has captured is posted with the nodes', () => {
  const sent = sendNodes(chains([limit(4)]), true);
  expect(sent.kind).toBe('posted');
  expect(limitsOf(receiveNodes(sent))).toEqual([[4]]);
});

test('nodes with user code that come again are taken apart once', () => {
  const node = limit(6);
  sendNodes(chains([node]), true);
  const second = sendNodes(chains([node]), true);
  expect(sendNodes(chains([node]), true)).toBe(second);
  expect(sendNodes(chains([node, limit(7)]), true)).not.toBe(second);
});
