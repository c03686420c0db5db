import type { MessagePort } from 'node:worker_threads';
import type { Feed } from '../task/segment.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** Rows that the calling thread reads and posts to this task. */
export class FedRows implements Feed {
  readonly #port: MessagePort;
  readonly #queue: Extract<ToWorker, { kind: 'feed' }>[] = [];
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (message: ToWorker) => {
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
    const message: FromWorker = { kind: 'fed', slot };
    this.#port.postMessage(message);
  }
}
