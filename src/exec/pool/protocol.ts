import type { MessagePort } from 'node:worker_threads';
import type { ArenaHandle } from '../../columnar/arena/arena.ts';
import type { BatchDescriptor } from '../../columnar/descriptor.ts';
import type { JoinTableDescriptor } from '../../columnar/kernels/join-table.ts';
import type { SourceSpec, SourceSplit } from '../../connectors/connector.ts';
import type { StatementContext } from '../../functions/definition.ts';
import type { MetricSnapshot } from '../../udf/metrics.ts';
import type { LinkEnd } from '../child/protocol.ts';
import type { OperatorMemory } from '../memory.ts';
import type { PartedRows, PartingUnit, RangeSort, SortedRanges } from '../operators/range-sort.ts';
import type { BuildUnit, BuiltUnit } from '../operators/table-build.ts';
import type { OperatorProfiles } from '../profile/operator-profile.ts';
import type { SpilledBatch } from '../spill/spill-file.ts';
import type { Leftover, TableSpec } from '../task/stage.ts';
import type { EncodedError } from './errors.ts';
import type { Written } from './written.ts';
import type { SentNodes } from './written-nodes.ts';

/** What a worker gets once, when it is spawned. */
export interface WorkerInit {
  readonly arena: ArenaHandle;
  /** Carries ToThread and FromThread messages. */
  readonly port: MessagePort;
}

/** One task as a message: everything a worker needs to run its share of a segment. */
export interface TaskSpec {
  /** The owner tag of the task's memory. The calling thread frees it. */
  readonly owner: number;
  /** Address of the segment's control block, its places, and the task's place in it. */
  readonly control: number;
  readonly places: number;
  readonly place: number;
  readonly task: number;
  readonly tasks: number;
  readonly statement: StatementContext;
  readonly batchRows: number;
  readonly compile: boolean;
  /** Whether the operators are measured. */
  readonly profile: boolean;
  /** Whether it is perhaps one of a short statement. */
  readonly young: boolean;
  /** Whether the calling thread watches its progress: it calls user code. */
  readonly watched: boolean;
  /** Where user code may keep files. */
  readonly cacheFolder: string;
  /** Where operators put rows that memory does not hold. */
  readonly spillFolder: string;
  readonly branches: readonly BranchSpec[];
  /** The nodes of the branches, each with its inputs replaced by empty ones of the same schema. */
  readonly nodes: SentNodes;
  /** The `Split`s: written once and read by all tasks. */
  readonly splits: Written;
  /** The rows of the only branch come by `feed` messages, instead of splits. */
  readonly fed: boolean;
  readonly output: OutputSpec;
  /** Number of the node that the output is measured as work of; null: none. */
  readonly outputBy: number | null;
  /** The way to the children of its functions; null if all run in its thread. */
  readonly children: LinkEnd | null;
}

/** What a branch of a segment reads in this run. */
export interface BranchSpec {
  readonly source: SourceSpec | null;
  /** For each node of the chain the table that it looks rows up in; null: none. */
  readonly tables: readonly (SharedTable | null)[];
  /** Whether each split runs through operators of its own: partitions of a hash exchange. */
  readonly perSplit: boolean;
  /** Number of the node that is measured as reading the rows; null: none. */
  readonly readBy: number | null;
}

/** Part of the input of a segment: what a task claims at a time. */
export interface Split {
  readonly branch: number;
  readonly rows:
    | { readonly kind: 'scan'; readonly split: SourceSplit }
    | { readonly kind: 'held'; readonly batches: readonly KeptBatch[] }
    /** The build rows of a join that had a match, or those that had none. */
    | { readonly kind: 'leftover'; readonly table: SharedTable; readonly leftover: Leftover }
    /** A part of both sides of the branch's join. */
    | {
        readonly kind: 'join';
        readonly build: readonly SpilledBatch[];
        readonly probe: readonly KeptBatch[];
      }
    /** A range of sorted rows; the splits of all ranges have one `of`. */
    | { readonly kind: 'range'; readonly of: SortedRanges; readonly range: number };
}

/** What a task does with its rows. */
export type OutputSpec =
  /** Hands them to the calling thread, as fast as that takes them. */
  | { readonly kind: 'rows' }
  /** Keeps them in the arena for a later segment, by partition of the keys. */
  | { readonly kind: 'hold'; readonly keys: readonly number[]; readonly partitions: number }
  /** Keeps them by the parts of a join whose build side is in files. */
  | { readonly kind: 'parts'; readonly keys: readonly number[] }
  /** Makes the table of a join; there is one task. */
  | {
      readonly kind: 'table';
      readonly join: TableSpec;
      /** The rows stay where they are until the task ends. */
      readonly rowsStay: boolean;
    }
  /** Makes the table of a join from the held rows of all splits: the tasks claim units. */
  | { readonly kind: 'build'; readonly join: TableSpec; readonly units: readonly BuildUnit[] }
  /** Parts the held rows of all splits by ranges of a sort's keys: the tasks claim units. */
  | { readonly kind: 'part'; readonly sort: RangeSort; readonly units: readonly PartingUnit[] }
  | { readonly kind: 'write'; readonly sink: SourceSpec };

/** The build side of a join in the arena, as plain data. */
export interface SharedTable {
  readonly rows: BatchDescriptor;
  /** The hash table over the keys; null for nested loops. */
  readonly index: JoinTableDescriptor | null;
  /** Nested loops: address of one byte a row that says whether it had a match; 0: nobody asks. */
  readonly marks: number;
}

/** Rows that were kept: in the arena, or in a file when memory did not hold them. */
export type KeptBatch = BatchDescriptor | SpilledBatch;

/** Rows that a task keeps for a later segment. */
export interface HeldBatch {
  readonly split: number;
  readonly partition: number;
  readonly batch: KeptBatch;
}

/** What became of a task. */
export interface TaskOutcome {
  readonly error: EncodedError | null;
  readonly held: readonly HeldBatch[];
  readonly table: SharedTable | null;
  /** Units of a join's table that the task made. */
  readonly built: readonly BuiltUnit[];
  /** Batches that the task parted for a sort. */
  readonly parted: readonly PartedRows[];
  /** What the sink's commit needs of this task's part. */
  readonly part: unknown;
  readonly rowsWritten: number;
  readonly rowsSkipped: number;
  readonly metrics: readonly MetricSnapshot[];
  /** What was measured of the task's operators, where somebody asked. */
  readonly operators: OperatorProfiles;
  readonly memory: readonly OperatorMemory[];
}

/** Fed splits have smaller numbers; those of the rows that come at the end begin here. */
export const FED_SPLITS_MAX = 2 ** 40;

/** From a task to the calling thread, in the order of its splits. */
export type FromWorker =
  /** Rows in one of the task's slots; the slot is given back by `release`. */
  | {
      readonly kind: 'batch';
      readonly split: number;
      readonly slot: number;
      readonly batch: BatchDescriptor;
    }
  /** The splits have no more rows. */
  | { readonly kind: 'splitsEnd'; readonly splits: readonly number[] }
  /** The rows of a `feed` message were processed. */
  | { readonly kind: 'fed'; readonly slot: number }
  /** The task's last message. */
  | ({ readonly kind: 'end' } & TaskOutcome);

/** From the calling thread to a task. */
export type ToWorker =
  | { readonly kind: 'release'; readonly slot: number }
  /** Rows in one of the feeder's slots; the slot is given back by `fed`. */
  | {
      readonly kind: 'feed';
      readonly split: number;
      readonly slot: number;
      readonly batch: BatchDescriptor;
    }
  | { readonly kind: 'feedEnd' }
  /** Asks a task that waits to mark progress: microtasks of user code may keep its thread. */
  | { readonly kind: 'ping' }
  /** Wakes a task that waits; the flag in the control block says the rest. */
  | { readonly kind: 'cancel' };

/** A message to one of the tasks of a thread, or one more of them. */
export interface ToThread {
  readonly task: number;
  readonly message: ToWorker | { readonly kind: 'start'; readonly spec: TaskSpec };
}

/** From a worker to the calling thread. */
export type FromThread =
  /** It takes tasks from now on. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'message'; readonly task: number; readonly message: FromWorker }
  /** The task was revoked before the thread came to it: it touches nothing of it any more. */
  | { readonly kind: 'left'; readonly task: number }
  /** There is no outcome; `refused`: because it cannot be cloned, else the thread does not work. */
  | {
      readonly kind: 'broken';
      readonly task: number;
      readonly refused: boolean;
      readonly error: EncodedError;
    };
