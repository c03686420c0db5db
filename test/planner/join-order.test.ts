import { describe, expect, test } from 'vitest';
import type { LogicalPlan } from '../../src/planner/logical/nodes.ts';
import { joinChain } from '../../src/planner/optimizer/join-chain.ts';
import { type InputSet, inputSet, JoinGraph } from '../../src/planner/optimizer/join-graph.ts';
import { cheapestOrder, type JoinOrder } from '../../src/planner/optimizer/join-order.ts';
import { bind, type TestTable } from './fixture.ts';

const SIZES = [10, 3000, 50, 700, 20_000, 5];

const tables: Record<string, TestTable> = Object.fromEntries(
  SIZES.map((rows, i) => [
    `r${i}`,
    { columns: { [`a${i}`]: 'INT', [`b${i}`]: 'INT', [`c${i}`]: 'INT' }, rows },
  ]),
);

const joins = (count: number, on: (i: number) => string): string =>
  `SELECT * FROM r0 ${SIZES.slice(1, count)
    .map((_, i) => `JOIN r${i + 1} ON ${on(i + 1)}`)
    .join(' ')}`;

const SHAPES: Readonly<Record<string, string>> = {
  chain: joins(6, (i) => `b${i - 1} = a${i}`),
  star: joins(6, (i) => `a0 = a${i}`),
  cycle: joins(6, (i) => `b${i - 1} = a${i}${i === 5 ? ' AND c5 = c0' : ''}`),
  'two tables compared at once': joins(5, (i) => (i === 3 ? 'b2 + b1 = a3' : `b${i - 1} = a${i}`)),
  'a range': joins(5, (i) => (i === 2 ? 'b1 < a2' : `b${i - 1} = a${i}`)),
};

function graphOf(sql: string): JoinGraph {
  const top = bind(sql, { tables }) as Extract<LogicalPlan, { kind: 'Project' }>;
  return new JoinGraph(joinChain(top.kind === 'Project' ? top.input : top));
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) =>
    permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]),
  );
}

/** What the order would cost that joins one input after the other; null: some have nothing in common. */
function costInTurn(graph: JoinGraph, inputs: readonly number[]): number | null {
  let set: InputSet = inputSet(inputs[0]!);
  let rows = graph.rowsOf(inputs[0]!);
  let cost = 0;
  for (const input of inputs.slice(1)) {
    const { share, hasKey } = graph.between(set, inputSet(input));
    if (!hasKey) return null;
    const held = Math.min(rows, graph.rowsOf(input));
    rows = Math.max(1, rows * graph.rowsOf(input) * share);
    cost += rows + held;
    set |= inputSet(input);
  }
  return cost;
}

function leavesOf(order: JoinOrder): readonly InputSet[] {
  return order.sides === null ? [order.inputs] : order.sides.flatMap(leavesOf);
}

describe.each(Object.entries(SHAPES))('%s', (_, sql) => {
  const graph = graphOf(sql);
  const order = cheapestOrder(graph);

  test('has each input once', () => {
    expect([...leavesOf(order)].sort()).toEqual(graph.inputs.map((__, i) => inputSet(i)).sort());
  });

  test('is not dearer than one input after the other', () => {
    for (const inputs of permutations(graph.inputs.map((__, i) => i))) {
      const cost = costInTurn(graph, inputs);
      if (cost !== null) expect(order.cost).toBeLessThanOrEqual(cost * (1 + 1e-9));
    }
  });
});

test('an equality that follows from others connects', () => {
  const graph = graphOf('SELECT * FROM r0 JOIN r1 ON a0 = a1 JOIN r2 ON a1 = a2');
  expect(graph.between(inputSet(0), inputSet(2)).hasKey).toBe(true);
  expect(graph.conditions(inputSet(0), inputSet(2))).toHaveLength(1);
});
