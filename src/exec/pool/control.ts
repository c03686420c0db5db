import type { Region } from '../../columnar/arena/region.ts';
import { assert } from '../../common/assert.ts';
import type { ProgressMark } from '../operator.ts';

/**
 * Words of different threads lie so far apart, a pair of cache lines: user code marks its progress
 * every few rows, and would wait for the line of another one.
 */
const LINE_WORDS = 32;

/** Words of a control block; the words of the tasks follow. */
const CANCELLED = 0;
const FILES = 1;
const NEXT_SPLIT = LINE_WORDS;
const HEADER_WORDS = 2 * LINE_WORDS;
/** Words of one task. */
const PROGRESS = 0;
const STATE = 1;
const TASK_WORDS = LINE_WORDS;

/**
 * What a task does. `none`: nobody has its place yet. `queued`: its thread has not come to it yet.
 * `awaiting`: it waits for its own work, as the calls of async functions. `waiting`: for something
 * else, and makes no progress: a consumer or its turn. `revoked`: its thread need not come to it any
 * more. Of the tasks of a thread one is running at a time.
 */
export type TaskState = (typeof STATES)[number];
const STATES = ['none', 'running', 'queued', 'waiting', 'revoked', 'awaiting'] as const;
const [NONE, RUNNING, QUEUED, REVOKED] = [0, 1, 2, 4];

/**
 * What the tasks of one segment and the calling thread share in the arena: whether the query was
 * cancelled, which split is next, and a mark of progress for each task.
 */
export class ControlBlock {
  readonly address: number;
  readonly #words: Int32Array;

  constructor(buffer: ArrayBufferLike, address: number, tasks: number) {
    this.address = address;
    this.#words = new Int32Array(buffer, address, HEADER_WORDS + tasks * TASK_WORDS);
  }

  /** Makes a block for `tasks` tasks in a region of the calling thread. */
  static create(region: Region, tasks: number): ControlBlock {
    const address = region.alloc((HEADER_WORDS + tasks * TASK_WORDS) * 4);
    const block = new ControlBlock(region.arena.buffer, address, tasks);
    block.#words.fill(0);
    return block;
  }

  /** Asks the tasks to end. They look between batches, and in long loops. */
  cancel(): void {
    Atomics.store(this.#words, CANCELLED, 1);
  }

  get cancelled(): boolean {
    return Atomics.load(this.#words, CANCELLED) !== 0;
  }

  /** Says that a task is about to write files. */
  markFiles(): void {
    Atomics.store(this.#words, FILES, 1);
  }

  /** Whether a task has perhaps written files. */
  get hasFiles(): boolean {
    return Atomics.load(this.#words, FILES) !== 0;
  }

  /** Takes the next split, counted from 0. */
  claim(): number {
    return Atomics.add(this.#words, NEXT_SPLIT, 1);
  }

  /** Splits that were taken so far, or more. */
  get claimed(): number {
    return Atomics.load(this.#words, NEXT_SPLIT);
  }

  /**
   * Gives a task its place, which no other one had: a thread that comes late to a revoked task would
   * begin the next one of that place.
   */
  enqueue(task: number): void {
    assert(this.#change(task, NONE, QUEUED), 'a place is for one task');
  }

  /** Begins a task that is queued; false: it was revoked. */
  begin(task: number): boolean {
    return this.#change(task, QUEUED, RUNNING);
  }

  /** Takes a task back that its thread has not come to; false: it has. */
  revoke(task: number): boolean {
    return this.#change(task, QUEUED, REVOKED);
  }

  /** The word by which a task says that it is alive, and the one that tells it to end. */
  markOf(task: number): ProgressMark {
    const index = HEADER_WORDS + task * TASK_WORDS + PROGRESS;
    return { words: this.#words, index, cancelled: CANCELLED };
  }

  /** Says what a task does that has begun. */
  setState(task: number, state: 'running' | 'awaiting' | 'waiting'): void {
    Atomics.store(this.#words, HEADER_WORDS + task * TASK_WORDS + STATE, STATES.indexOf(state));
  }

  /** A number that changes while a task makes progress. */
  progressOf(task: number): number {
    return Atomics.load(this.#words, HEADER_WORDS + task * TASK_WORDS + PROGRESS);
  }

  stateOf(task: number): TaskState {
    return STATES[Atomics.load(this.#words, HEADER_WORDS + task * TASK_WORDS + STATE)]!;
  }

  #change(task: number, from: number, to: number): boolean {
    const word = HEADER_WORDS + task * TASK_WORDS + STATE;
    return Atomics.compareExchange(this.#words, word, from, to) === from;
  }
}
