import type { Feed } from '../task/segment.ts';
import type { ToWorker } from './protocol.ts';
import type { TaskLink } from './task-link.ts';

/** Rows that the calling thread reads and posts to this task. */
export class FedRows implements Feed {
  readonly #link: TaskLink;
  readonly #queue: Extract<ToWorker, { kind: 'feed' }>[] = [];
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(link: TaskLink) {
    this.#link = link;
    link.listen((message) => {
      if (message.kind === 'feed') this.#queue.push(message);
      else if (message.kind === 'feedEnd') this.#ended = true;
      else if (message.kind !== 'cancel') return;
      this.#wake?.();
    });
  }

  take(): Extract<ToWorker, { kind: 'feed' }> | null {
    return this.#queue.shift() ?? null;
  }

  get ended(): boolean {
    return this.#ended && this.#queue.length === 0;
  }

  more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null;
        resolve();
      };
    });
  }

  done(slot: number): void {
    this.#link.post({ kind: 'fed', slot });
  }
}
