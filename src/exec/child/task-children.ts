import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { ChildPool } from './child-pool.ts';
import { ChildExit, type ChildProcess } from './child-process.ts';
import {
  type ChildKind,
  type FromChild,
  LINK_WORDS,
  type LinkEnd,
  PROGRESS,
  SIGNAL,
  type ToChild,
} from './protocol.ts';

/** How often a child that starts counts as progress. */
const STARTING_MS = 20;
/** A child that has not started after that never will. */
const START_MS_MAX = 60_000;

/** The children of one task, on the calling thread: passes on its requests and their answers. */
export class TaskChildren {
  /** The task's end of the link. */
  readonly end: LinkEnd;
  readonly #pool: ChildPool;
  readonly #port: MessageChannel['port1'];
  readonly #words: Int32Array;
  readonly #children = new Map<
    string,
    { readonly kind: ChildKind; readonly child: ChildProcess }
  >();
  /** The child whose answer the task waits for. */
  #busy: ChildProcess | null = null;
  #timeoutMs: number | null = null;
  #closed = false;

  constructor(pool: ChildPool) {
    const { port1, port2 } = new MessageChannel();
    this.#pool = pool;
    this.#port = port1;
    this.#words = new Int32Array(new SharedArrayBuffer(LINK_WORDS * 4));
    this.end = { port: port2, words: this.#words };
    port1.on('message', (message: ToChild) => void this.#receive(message));
  }

  /** Ends the child that the task waits for, because of no progress; false if there is none. */
  expire(timeoutMs: number): boolean {
    if (this.#busy === null) return false;
    this.#timeoutMs = timeoutMs;
    this.#busy.kill('it made no progress');
    return true;
  }

  /** The task is over: its children serve others. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // The task's last words, which may be that a child is no good.
    for (let m = receiveMessageOnPort(this.#port); m; m = receiveMessageOnPort(this.#port)) {
      this.#end(m.message);
    }
    this.#port.close();
    for (const { kind, child } of this.#children.values()) this.#pool.give(kind, child);
    this.#children.clear();
  }

  async #receive({ id, kind, frame }: ToChild): Promise<void> {
    const key = JSON.stringify(kind);
    if (frame === null) {
      this.#end({ kind });
      return;
    }
    try {
      const child = this.#children.get(key)?.child ?? (await this.#take(key, kind));
      this.#busy = child;
      const reply = await child.request(frame, () => this.#alive());
      this.#answer({ id, kind: 'reply', frame: reply }, [reply.buffer]);
    } catch (error) {
      this.#children.delete(key);
      const exit = error instanceof ChildExit ? error : new ChildExit(String(error), null);
      const { message: reason, hint } = exit;
      this.#answer({ id, kind: 'died', reason, hint, timeoutMs: this.#timeoutMs }, []);
    } finally {
      this.#busy = null;
      this.#timeoutMs = null;
    }
  }

  /** Ends a child that the task gives up. */
  #end({ kind }: Pick<ToChild, 'kind'>): void {
    const key = JSON.stringify(kind);
    this.#children.get(key)?.child.kill('the task gave it up');
    this.#children.delete(key);
  }

  /** Waits for a child to start, which is no fault of the function. */
  async #take(key: string, kind: ChildKind): Promise<ChildProcess> {
    const starting = setInterval(() => this.#alive(), STARTING_MS);
    const late = setTimeout(() => clearInterval(starting), START_MS_MAX);
    try {
      const child = await this.#pool.take(kind);
      if (this.#closed) {
        this.#pool.give(kind, child);
        throw new ChildExit('the query is over', null);
      }
      this.#children.set(key, { kind, child });
      return child;
    } finally {
      clearInterval(starting);
      clearTimeout(late);
    }
  }

  #alive(): void {
    Atomics.add(this.#words, PROGRESS, 1);
  }

  #answer(answer: FromChild, transfer: readonly ArrayBuffer[]): void {
    if (this.#closed) return;
    this.#port.postMessage(answer, [...transfer]);
    Atomics.add(this.#words, SIGNAL, 1);
    Atomics.notify(this.#words, SIGNAL);
  }
}
