import { type InputSet, inputSet, type JoinGraph } from './join-graph.ts';

/** Connected inputs of which all orders are tried: 3^10 pairs of sets are some milliseconds. */
const EXHAUSTIVE_INPUTS_MAX = 10;

/** More inputs than that are joined as they were written: looking at all pairs takes too long. */
const INPUTS_MAX = 100;

/** In which order inputs are joined: a binary tree over them. */
export interface JoinOrder {
  readonly inputs: InputSet;
  readonly rows: number;
  /** Rows that all joins below make and hold, and pairs that those without a key compare. */
  readonly cost: number;
  /** Null: a single input. */
  readonly sides: readonly [JoinOrder, JoinOrder] | null;
}

/**
 * The cheapest order of a chain. Inputs that equalities connect are ordered by dynamic programming
 * over their connected subsets, bushy trees included, or greedily where they are too many. What
 * nothing connects comes together last, the smallest first.
 */
export function cheapestOrder(graph: JoinGraph): JoinOrder {
  const leaves = graph.inputs.map((_, input) => leaf(graph, input));
  if (leaves.length > INPUTS_MAX) {
    return leaves.reduce((a, b) => {
      const { rows, hasKey } = pairOf(graph, a, b);
      return joinedOrder(a, b, rows, hasKey);
    });
  }
  const parts = components(graph, leaves).map((part) =>
    part.length <= EXHAUSTIVE_INPUTS_MAX ? exhaustive(graph, part) : greedy(graph, part),
  );
  return greedy(graph, parts);
}

function leaf(graph: JoinGraph, input: number): JoinOrder {
  return { inputs: inputSet(input), rows: graph.rowsOf(input), cost: 0, sides: null };
}

/** The leaves in groups that equalities connect. */
function components(graph: JoinGraph, leaves: readonly JoinOrder[]): readonly JoinOrder[][] {
  const open = new Set(leaves);
  const found: JoinOrder[][] = [];
  for (const first of leaves) {
    if (!open.delete(first)) continue;
    const group = [first];
    for (const member of group) {
      for (const other of open) {
        if (!graph.between(member.inputs, other.inputs).hasKey) continue;
        open.delete(other);
        group.push(other);
      }
    }
    found.push(group.sort((a, b) => (a.inputs < b.inputs ? -1 : 1)));
  }
  return found;
}

/**
 * The best order of every connected subset from the best orders of its halves, smaller subsets
 * first: a subset is a number whose bits are places in `parts`.
 */
function exhaustive(graph: JoinGraph, parts: readonly JoinOrder[]): JoinOrder {
  const size = 1 << parts.length;
  const best: (JoinOrder | null)[] = new Array(size).fill(null);
  // For each set those that a key connects it with, and those that any condition does.
  const keyed = new Array<number>(size).fill(0);
  const neighbours = new Array<number>(size).fill(0);
  for (const [i, part] of parts.entries()) {
    best[1 << i] = part;
    for (const [j, other] of parts.entries()) {
      if (i === j) continue;
      const { hasKey, isConnected } = graph.between(part.inputs, other.inputs);
      if (hasKey) keyed[1 << i]! |= 1 << j;
      if (isConnected) neighbours[1 << i]! |= 1 << j;
    }
  }
  for (let set = 1; set < size; set++) {
    const lowest = set & -set;
    if (set === lowest) continue;
    keyed[set] = keyed[lowest]! | keyed[set ^ lowest]!;
    neighbours[set] = neighbours[lowest]! | neighbours[set ^ lowest]!;
    let rows: number | null = null;
    let found: JoinOrder | null = null;
    // Each pair of halves once: the one with the first input is the left one.
    for (let half = (set - 1) & set; half > 0; half = (half - 1) & set) {
      if ((half & lowest) === 0 || (neighbours[half]! & (set ^ half)) === 0) continue;
      const a = best[half]!;
      const b = best[set ^ half]!;
      if (a === null || b === null) continue;
      rows ??= pairOf(graph, a, b).rows;
      const joined = joinedOrder(a, b, rows, (keyed[half]! & (set ^ half)) !== 0);
      if (found === null || joined.cost < found.cost) found = joined;
    }
    best[set] = found;
  }
  return best[size - 1]!;
}

/** Again and again the pair whose result is smallest; without a key only when no pair has one. */
function greedy(graph: JoinGraph, parts: readonly JoinOrder[]): JoinOrder {
  let open = [...parts].sort((a, b) => (a.inputs < b.inputs ? -1 : 1));
  let pairs = open.flatMap((a, i) => open.slice(i + 1).map((b) => pairOf(graph, a, b)));
  while (open.length > 1) {
    const best = pairs.reduce((least, pair) => (isBetter(pair, least) ? pair : least));
    const joined = joinedOrder(best.a, best.b, best.rows, best.hasKey);
    const isUsed = (part: JoinOrder) => part === best.a || part === best.b;
    const rest = open.filter((part) => !isUsed(part));
    pairs = pairs.filter(({ a, b }) => !isUsed(a) && !isUsed(b));
    for (const part of rest) pairs.push(pairOf(graph, joined, part));
    open = [joined, ...rest];
  }
  return open[0]!;
}

interface Pair {
  readonly a: JoinOrder;
  readonly b: JoinOrder;
  readonly rows: number;
  readonly hasKey: boolean;
  readonly isConnected: boolean;
}

function pairOf(graph: JoinGraph, a: JoinOrder, b: JoinOrder): Pair {
  const { share, hasKey, isConnected } = graph.between(a.inputs, b.inputs);
  return { a, b, rows: Math.max(1, a.rows * b.rows * share), hasKey, isConnected };
}

function isBetter(pair: Pair, than: Pair): boolean {
  if (pair.hasKey !== than.hasKey) return pair.hasKey;
  if (pair.isConnected !== than.isConnected) return pair.isConnected;
  return pair.rows < than.rows;
}

function joinedOrder(a: JoinOrder, b: JoinOrder, rows: number, hasKey: boolean): JoinOrder {
  // The smaller side is held; without a key each row is compared with each.
  const work = hasKey ? Math.min(a.rows, b.rows) : a.rows * b.rows;
  const sides = first(a) < first(b) ? ([a, b] as const) : ([b, a] as const);
  return { inputs: a.inputs | b.inputs, rows, cost: a.cost + b.cost + rows + work, sides };
}

/** The first input of a set: sides stay in the order in which they were written. */
function first({ inputs }: JoinOrder): InputSet {
  return inputs & -inputs;
}
