import type { MessagePort } from 'node:worker_threads';
import type { FromThread, FromWorker, ToWorker } from './protocol.ts';

/** A task's way to the calling thread, over the port of its worker. */
export class TaskLink {
  readonly #port: MessagePort;
  readonly #task: number;
  readonly #listeners: ((message: ToWorker) => void)[] = [];

  constructor(port: MessagePort, task: number) {
    this.#port = port;
    this.#task = task;
  }

  /** Sends a message. */
  post(message: FromWorker): void {
    const sent: FromThread = { kind: 'message', task: this.#task, message };
    this.#port.postMessage(sent);
  }

  /** Adds a listener to the messages that come from now on: none comes while the task begins. */
  listen(listener: (message: ToWorker) => void): void {
    this.#listeners.push(listener);
  }

  /** Passes a message on. */
  receive(message: ToWorker): void {
    for (const listener of this.#listeners) listener(message);
  }
}
