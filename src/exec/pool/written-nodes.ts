import type { PhysicalPlan } from '../../planner/physical/nodes.ts';
import { decodeNode, type EncodedNode, encodeNode } from './node-codec.ts';
import { Readings, type Written, write } from './written.ts';

/** The nodes of a branch: the join of its splits, and those of its chain. */
export interface BranchNodes<Node = PhysicalPlan> {
  readonly join: Node | null;
  readonly chain: readonly Node[];
}

/** The nodes of a segment for its tasks: written, or as they are posted to each. */
export type SentNodes =
  | ({ readonly kind: 'written' } & Written)
  | { readonly kind: 'posted'; readonly branches: readonly BranchNodes<EncodedNode>[] };

/** Nodes that were sent, and as what they were sent the second time. */
interface KnownNodes {
  readonly branches: readonly BranchNodes[];
  readonly sent: SentNodes | null;
}

/** By the first node of a segment: those of a plan that is kept are the same in every run. */
const known = new WeakMap<PhysicalPlan, KnownNodes>();

/** Segments whose nodes a thread keeps. */
const READ_MAX = 64;
const readings = new Readings(READ_MAX, (data) =>
  decoded(data as readonly BranchNodes<EncodedNode>[]),
);

/** Sends nodes; what user code has captured can only be posted. */
export function sendNodes(branches: readonly BranchNodes[], hasUserCode: boolean): SentNodes {
  const [first] = branches.flatMap(nodesOf);
  if (first === undefined) return { kind: 'posted', branches: encoded(branches) };
  const before = known.get(first);
  const isKnown = before !== undefined && areSame(before.branches, branches);
  if (isKnown && before.sent !== null) return before.sent;
  const nodes = encoded(branches);
  const sent: SentNodes = hasUserCode
    ? { kind: 'posted', branches: nodes }
    : { kind: 'written', ...write(nodes, isKnown) };
  known.set(first, { branches, sent: isKnown ? sent : null });
  return sent;
}

/** The nodes that were sent; the same objects where this thread has read them before. */
export function receiveNodes(sent: SentNodes): readonly BranchNodes[] {
  return sent.kind === 'posted' ? decoded(sent.branches) : readings.read(sent);
}

function encoded(branches: readonly BranchNodes[]): readonly BranchNodes<EncodedNode>[] {
  return branches.map((branch) => mapNodes(branch, encodeNode));
}

function decoded(branches: readonly BranchNodes<EncodedNode>[]): readonly BranchNodes[] {
  return branches.map((branch) => mapNodes(branch, decodeNode));
}

function mapNodes<A, B>({ join, chain }: BranchNodes<A>, map: (node: A) => B): BranchNodes<B> {
  return { join: join === null ? null : map(join), chain: chain.map(map) };
}

function nodesOf({ join, chain }: BranchNodes): readonly PhysicalPlan[] {
  return join === null ? chain : [join, ...chain];
}

function areSame(before: readonly BranchNodes[], now: readonly BranchNodes[]): boolean {
  return before.length === now.length && before.every((branch, i) => isSame(branch, now[i]!));
}

function isSame(a: BranchNodes, b: BranchNodes): boolean {
  if (a.join !== b.join || a.chain.length !== b.chain.length) return false;
  return a.chain.every((node, i) => node === b.chain[i]);
}
