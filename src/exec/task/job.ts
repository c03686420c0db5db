import { assert } from '../../common/assert.ts';
import { notImplemented } from '../../common/errors.ts';
import type {
  Exchange,
  HashJoin,
  Limit,
  NestedLoopJoin,
  PhysicalPlan,
  Shared,
  Union,
} from '../../planner/physical/nodes.ts';
import { leftoverOf } from '../operators/leftover.ts';
import { foldCalc } from './fold-calc.ts';
import { type Narrowing, narrowingsBelow, narrowingsOf } from './narrowing.ts';
import { estimatedBytes } from './partition-count.ts';
import type { Stage, StageBranch, StageNode, StageOutput } from './stage.ts';

/** Rows under construction: what a stage will be once its output is known. */
interface Stream {
  readonly segments: readonly (readonly StageBranch[])[];
  readonly parallel: boolean;
  /** An exchange to one task lies below: what follows needs all rows in order. */
  readonly gathered: boolean;
  /** A hash exchange directly below. */
  readonly hash: Exchange | null;
  readonly tail: readonly PhysicalPlan[];
  /** Number of the latest exchange below: handing the rows over is its work. */
  readonly exchange: number | null;
}

/**
 * Cuts a plan into stages, in the order in which they run. With `oneTask` exchanges are left out
 * and each stage is one chain.
 */
export function planJob(plan: PhysicalPlan, oneTask: boolean): readonly Stage[] {
  return new Cutter(oneTask).cut(plan);
}

class Cutter {
  readonly #stages: Stage[] = [];
  /** The stages that hold what is shared. */
  readonly #shared = new Map<number, number>();
  readonly #oneTask: boolean;

  constructor(oneTask: boolean) {
    this.#oneTask = oneTask;
  }

  cut(plan: PhysicalPlan): readonly Stage[] {
    if (plan.kind === 'TableSink') {
      const output = { kind: 'write', node: plan } as const;
      this.#end(this.#stream(onlyInput(plan), []), output, plan.number ?? null);
    } else this.#end(this.#stream(plan, []), { kind: 'rows' });
    return this.#stages;
  }

  /** `needed`: what joins above say of the rows; their tables are made before. */
  #stream(node: PhysicalPlan, needed: readonly Narrowing[]): Stream {
    switch (node.kind) {
      case 'TableSourceScan':
        return streamOf({ source: { kind: 'scan', node, needed }, chain: [] });
      case 'ValuesScan':
        return streamOf({ source: { kind: 'values', node }, chain: [] });
      case 'Union':
        return this.#union(node, needed);
      case 'Exchange': {
        const input = this.#stream(onlyInput(node), needed);
        if (this.#oneTask) return input;
        if (input.gathered) return input;
        const parallel = { ...input, parallel: true, exchange: node.number ?? null };
        if (node.distribution === 'hash') return { ...parallel, hash: node };
        return { ...parallel, gathered: node.distribution === 'single' };
      }
      case 'Shared': {
        const stage = this.#shared.get(node.id) ?? this.#keep(node);
        this.#shared.set(node.id, stage);
        return streamOf({ source: { kind: 'held', stage }, chain: [] });
      }
      case 'HashJoin':
      case 'NestedLoopJoin':
        return this.#join(node, needed);
      case 'TableSink':
        throw notImplemented('A sink inside a query');
      default:
        return this.#append(this.#input(node, 0, needed), { node, table: null });
    }
  }

  #input(node: PhysicalPlan, port: number, needed: readonly Narrowing[]): Stream {
    const input = node.inputs[port];
    assert(input !== undefined, `${node.kind} has an input`);
    return this.#stream(input, narrowingsBelow(node, port, needed));
  }

  #append(stream: Stream, item: StageNode): Stream {
    const { node } = item;
    if (stream.hash !== null && isKeyed(node)) {
      return this.#append(this.#hold(stream, stream.hash), item);
    }
    // The rows of a single source can be fed to the workers; those of several are held before.
    const branches = stream.segments.flat();
    if (isUdf(node) && branches.length > 1 && branches.some(isReadHere)) {
      return this.#append(this.#hold(stream, null), item);
    }
    if (!stream.gathered && !stream.parallel && !isRowWise(node) && branchCount(stream) > 1) {
      return this.#append({ ...stream, gathered: true }, item);
    }
    if (stream.gathered && this.#oneTask && item.table === null) {
      return { ...stream, tail: [...stream.tail, node] };
    }
    if (!stream.gathered) {
      // Several tasks may sort: what follows needs all rows in order.
      return { ...pushed(stream, item), hash: null, gathered: node.kind === 'Sort' };
    }
    // What a task leaves out because of its own rows, all tasks together leave out too.
    if (node.kind === 'Limit') {
      const first = node.limit === null || stream.tail.length > 0 ? null : firstRows(node);
      const input = first === null ? stream : pushed(stream, { node: first, table: null });
      return { ...input, tail: [...stream.tail, node] };
    }
    if (node.kind === 'Calc' || isUdf(node)) {
      if (stream.tail.length === 0) return pushed(stream, item);
      if (node.kind === 'Calc') return { ...stream, tail: [...stream.tail, node] };
    }
    return this.#append(this.#hold(stream, null), item);
  }

  #union(node: Union, needed: readonly Narrowing[]): Stream {
    const streams = node.inputs.map((input) => {
      const stream = this.#stream(input, needed);
      return stream.tail.length > 0 ? this.#hold(stream, null) : stream;
    });
    const parallel = streams.some((stream) => stream.parallel);
    // What one task must do alone, it does before several tasks share the branches.
    const inputs = streams.map((stream) =>
      parallel && isOfOneTask(stream) ? this.#hold(stream, null) : stream,
    );
    const first = inputs[0];
    assert(first !== undefined, 'a union has inputs');
    const simple = inputs.every((input) => input.segments.length === 1);
    const segments = inputs.flatMap((input) => input.segments);
    return {
      segments: simple ? [segments.flat()] : segments,
      parallel,
      gathered: inputs.some((input) => input.gathered),
      hash: null,
      tail: [],
      exchange: null,
    };
  }

  #join(node: HashJoin | NestedLoopJoin, needed: readonly Narrowing[]): Stream {
    const hash = node.kind === 'HashJoin';
    const buildLeft = hash && node.build === 'left';
    const [buildPort, probePort] = buildLeft ? [0, 1] : [1, 0];
    const leftover = leftoverOf(node);
    const keys = hash ? (buildLeft ? node.leftKeys : node.rightKeys) : null;
    let build = this.#input(node, buildPort, needed);
    // The table is made by one task: rows of several tasks, or of several segments, are held before.
    if (build.parallel || build.segments.length > 1) build = this.#hold(build, null);
    const nullsMatch = hash && node.nullSafe.some(Boolean);
    const { schema } = node.inputs[buildPort]!;
    const spec = { schema, keys, nullsMatch, marks: leftover !== null };
    const stage = this.#end(build, { kind: 'table', join: spec }, node.number ?? null);
    const below = narrowingsBelow(node, probePort, needed);
    const own = hash ? narrowingsOf(node, stage) : [];
    let probe = this.#stream(node.inputs[probePort]!, [...below, ...own]);
    if (probe.gathered) probe = this.#hold(probe, null);
    const joined = this.#append({ ...probe, hash: null }, { node, table: stage });
    if (leftover === null) return joined;
    const branch: StageBranch = { source: { kind: 'leftover', stage, leftover }, chain: [] };
    return { ...joined, segments: [...joined.segments, [branch]] };
  }

  /** Ends a stage that holds its rows, and starts the next one with them. */
  #hold(stream: Stream, hash: Exchange | null): Stream {
    const keys = hash?.keys ?? [];
    const bytes = hash === null ? 0 : estimatedBytes(hash);
    const stage = this.#end(stream, { kind: 'hold', keys, bytes });
    const held = streamOf({ source: { kind: 'held', stage }, chain: [] });
    return { ...held, parallel: keys.length > 0 };
  }

  #keep(node: Shared): number {
    const number = node.number ?? null;
    return this.#end(
      this.#stream(onlyInput(node), []),
      { kind: 'hold', keys: [], bytes: 0 },
      number,
    );
  }

  /** Ends a stage; `by` is the number of the node whose work the output is. */
  #end(stream: Stream, output: StageOutput, by: number | null = stream.exchange): number {
    const { segments, parallel, tail } = stream;
    return this.#stages.push({ segments, parallel, tail, output, outputBy: by }) - 1;
  }
}

function streamOf(branch: StageBranch): Stream {
  const segments = [[branch]];
  return { segments, parallel: false, gathered: false, hash: null, tail: [], exchange: null };
}

function isUdf({ kind }: PhysicalPlan): boolean {
  return kind === 'UdfCalc' || kind === 'AsyncUdfCalc';
}

/** Whether the rows of a branch are read on the calling thread only. */
function isReadHere({ source }: StageBranch): boolean {
  return source.kind === 'scan' && source.node.source.spec === null;
}

/** Whether an operator looks at rows one by one, so that each branch may have one of its own. */
function isRowWise(node: PhysicalPlan): boolean {
  switch (node.kind) {
    case 'HashAggregate':
      return node.phase === 'partial';
    case 'Limit':
    case 'Match':
    case 'ProcessTable':
    case 'OverAggregate':
    case 'Rank':
    case 'Sort':
    case 'SortLimit':
      return false;
    default:
      return true;
  }
}

/** Whether a node takes the rows with the same keys together. */
function isKeyed({ kind }: PhysicalPlan): boolean {
  return (
    kind === 'HashAggregate' ||
    kind === 'OverAggregate' ||
    kind === 'Rank' ||
    kind === 'Match' ||
    kind === 'ProcessTable'
  );
}

/** Whether operators of a stream see all its rows, so that several tasks would give others. */
function isOfOneTask({ parallel, segments }: Stream): boolean {
  const chains = segments.flat().map(({ chain }) => chain);
  return !parallel && chains.some((chain) => chain.some(({ node }) => !isRowWise(node)));
}

function branchCount(stream: Stream): number {
  return stream.segments.reduce((sum, segment) => sum + segment.length, 0);
}

/** The stream with one more operator in the chains of all branches. */
function pushed(stream: Stream, item: StageNode): Stream {
  const segments = stream.segments.map((segment) =>
    segment.map((branch) => ({ ...branch, chain: extended(branch.chain, item) })),
  );
  return { ...stream, segments };
}

function extended(chain: readonly StageNode[], item: StageNode): readonly StageNode[] {
  const last = chain.at(-1)?.node;
  if (item.node.kind !== 'HashAggregate' || last?.kind !== 'Calc') return [...chain, item];
  const folded = foldCalc(last, item.node);
  if (folded === null) return [...chain, item];
  return [
    ...chain.slice(0, -1),
    ...folded.flatMap((node) => (node === null ? [] : [{ node, table: null }])),
  ];
}

/** The same limit without the offset: what one task has to contribute to it. Not measured. */
function firstRows({ number: _, ...node }: Limit): Limit {
  return { ...node, offset: 0, limit: node.offset + (node.limit ?? 0) };
}

function onlyInput(node: PhysicalPlan): PhysicalPlan {
  const [input] = node.inputs;
  assert(input !== undefined, `${node.kind} has an input`);
  return input;
}
