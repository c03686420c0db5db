import { type MessagePort, workerData } from 'node:worker_threads';
import { Arena } from '../../columnar/arena/arena.ts';
import { encodeError } from './errors.ts';
import type { FromThread, TaskSpec, ToThread, WorkerInit } from './protocol.ts';
import { TaskLink } from './task-link.ts';
import { type Connectors, TaskRun } from './task-run.ts';

/** Runs the tasks that the calling thread sends to this worker: for the module that it starts from. */
export function serveTasks(connectors: Connectors): void {
  const { arena, port } = workerData as WorkerInit;
  // User code finds the data of the worker, and must not speak for it.
  Reflect.deleteProperty(workerData, 'port');
  new TaskServer(port, Arena.attach(arena), connectors).begin();
}

class TaskServer {
  readonly #port: MessagePort;
  readonly #arena: Arena;
  readonly #connectors: Connectors;
  /** The tasks that have begun and not ended. */
  readonly #links = new Map<number, TaskLink>();

  constructor(port: MessagePort, arena: Arena, connectors: Connectors) {
    this.#port = port;
    this.#arena = arena;
    this.#connectors = connectors;
  }

  begin(): void {
    this.#port.on('message', ({ task, message }: ToThread) => {
      if (message.kind === 'start') void this.#run(task, message.spec);
      else this.#links.get(task)?.receive(message);
    });
    this.#post({ kind: 'ready' });
  }

  async #run(task: number, spec: TaskSpec): Promise<void> {
    const link = new TaskLink(this.#port, task);
    this.#links.set(task, link);
    try {
      const begun = await TaskRun.run(spec, link, this.#arena, this.#connectors);
      if (!begun) this.#post({ kind: 'left', task });
    } catch (thrown) {
      const refused = thrown instanceof Error && thrown.name === 'DataCloneError';
      this.#post({ kind: 'broken', task, refused, error: encodeError(thrown) });
    } finally {
      this.#links.delete(task);
    }
  }

  #post(message: FromThread): void {
    this.#port.postMessage(message);
  }
}
