import { receiveMessageOnPort } from 'node:worker_threads';
import type { ChildKind, FromChild, LinkEnd, ToChild } from './protocol.ts';
import { PROGRESS, SIGNAL } from './protocol.ts';

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
  readonly #lost = new Set<string>();
  #abandoned = false;
  #functions = 0;

  constructor(end: LinkEnd) {
    this.#end = end;
  }

  /** A number for a function. */
  nextFunction(): number {
    return this.#functions++;
  }

  /** Whether nothing can be asked of children of this kind any more. */
  isLost(kind: ChildKind): boolean {
    return this.#abandoned || this.#lost.has(JSON.stringify(kind));
  }

  /** Sends a request and waits for the answer. Errors: what `waiting` throws. */
  exchange(kind: ChildKind, frame: Uint8Array<ArrayBuffer>, waiting: Waiting): FromChild {
    const { port, words } = this.#end;
    // What comes after an answer that nobody waited for would be taken for it.
    this.#abandoned = true;
    const message: ToChild = { kind, frame };
    port.postMessage(message, [frame.buffer]);
    let progress = Atomics.load(words, PROGRESS);
    for (;;) {
      const signal = Atomics.load(words, SIGNAL);
      const received = receiveMessageOnPort(port);
      if (received !== undefined) {
        this.#abandoned = false;
        const answer: FromChild = received.message;
        if (answer.kind === 'died') this.#lost.add(JSON.stringify(kind));
        return answer;
      }
      const now = Atomics.load(words, PROGRESS);
      if (now === progress) waiting.checkCancelled();
      else waiting.tick();
      progress = now;
      Atomics.wait(words, SIGNAL, signal, WAIT_MS);
    }
  }

  /** Ends a child that breaks the rules. */
  end(kind: ChildKind): void {
    this.#lost.add(JSON.stringify(kind));
    const message: ToChild = { kind, frame: null };
    this.#end.port.postMessage(message);
  }
}
