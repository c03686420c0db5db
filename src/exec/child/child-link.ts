import { receiveMessageOnPort } from 'node:worker_threads';
import {
  type Answer,
  type ChildKind,
  type FromChild,
  type LinkEnd,
  PROGRESS,
  SIGNAL,
  type ToChild,
} from './protocol.ts';

/** How long a task waits at most before it looks whether its query was cancelled. */
const WAIT_MS = 50;

/** What a task does while it waits for a child. */
export interface Waiting {
  /** The child goes on. */
  tick(): void;
  /** Throws when the query was cancelled. */
  checkCancelled(): void;
}

/**
 * A task's way to its children, which the calling thread keeps. The task's thread sleeps until the
 * answer is there: operators are synchronous.
 */
export class ChildLink {
  readonly #end: LinkEnd;
  /** The kinds whose child is gone, and with it the functions that were open there. */
  readonly #lost = new Set<string>();
  #functions = 0;
  #requests = 0;

  constructor(end: LinkEnd) {
    this.#end = end;
  }

  /** A number for a function. */
  nextFunction(): number {
    return this.#functions++;
  }

  /** Whether the child of a kind is gone. */
  isLost(kind: ChildKind): boolean {
    return this.#lost.has(JSON.stringify(kind));
  }

  /** Sends a request and waits for the answer. Errors: what `waiting` throws; the child is ended. */
  exchange(kind: ChildKind, frame: Uint8Array<ArrayBuffer>, waiting: Waiting): Answer {
    const id = this.#requests++;
    const message: ToChild = { id, kind, frame };
    this.#end.port.postMessage(message, [frame.buffer]);
    try {
      const answer = this.#wait(id, waiting);
      if (answer.kind === 'died') this.#lost.add(JSON.stringify(kind));
      return answer;
    } catch (error) {
      this.end(kind);
      throw error;
    }
  }

  /** Ends the child of a kind: it breaks the rules, or nobody waits for it any more. */
  end(kind: ChildKind): void {
    this.#lost.add(JSON.stringify(kind));
    const message: ToChild = { id: this.#requests++, kind, frame: null };
    this.#end.port.postMessage(message);
  }

  #wait(id: number, waiting: Waiting): Answer {
    const { port, words } = this.#end;
    let progress = Atomics.load(words, PROGRESS);
    for (;;) {
      const signal = Atomics.load(words, SIGNAL);
      const received: FromChild | undefined = receiveMessageOnPort(port)?.message;
      if (received?.id === id) return received;
      const now = Atomics.load(words, PROGRESS);
      if (now !== progress) waiting.tick();
      progress = now;
      waiting.checkCancelled();
      if (received === undefined) Atomics.wait(words, SIGNAL, signal, WAIT_MS);
    }
  }
}
