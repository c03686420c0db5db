import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { SuiteOptions } from '../suites/suite.ts';
import type { Rows } from './engine.ts';
import type { Answer, Order } from './protocol.ts';

/** The longest that one order may take, in milliseconds. */
const TIME_MAX = 300_000;

/** An engine in a process of its own, seen from the process that measures. */
export class RemoteEngine {
  readonly name: string;
  readonly #child: ChildProcess;

  private constructor(name: string) {
    this.name = name;
    this.#child = fork(path.join(import.meta.dirname, 'engine-process.ts'), {
      serialization: 'advanced',
    });
  }

  /** Starts an engine and loads the tables of a suite. Errors: what the engine says. */
  static async start(name: string, suite: string, options: SuiteOptions): Promise<RemoteEngine> {
    const engine = new RemoteEngine(name);
    await engine.#ask({ kind: 'load', engine: name, suite, options });
    return engine;
  }

  /** The rows of a query; null: the engine cannot say it. */
  async rows(nth: number): Promise<Rows | null> {
    const answer = await this.#ask({ kind: 'rows', nth });
    return answer.kind === 'rows' ? answer.rows : null;
  }

  /** Runs a query and gives the milliseconds. */
  async time(nth: number): Promise<number> {
    const answer = await this.#ask({ kind: 'time', nth });
    return answer.kind === 'time' ? answer.milliseconds : Number.NaN;
  }

  /** Ends the process; gives the most memory it has held, in MiB. */
  async end(): Promise<number> {
    const answer = await this.#ask({ kind: 'end' });
    this.#child.disconnect();
    return answer.kind === 'ended' ? answer.peakKib / 1024 : Number.NaN;
  }

  async #ask(order: Order): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const onExit = (code: number | null): void =>
      reject(new Error(`${this.name} ended with code ${code}`));
    const timer = setTimeout(() => {
      this.#child.kill('SIGKILL');
      reject(new Error(`${this.name} took longer than ${TIME_MAX / 1000} s`));
    }, TIME_MAX);
    this.#child.once('message', resolve).once('exit', onExit);
    this.#child.send(order);
    try {
      const answer = await promise;
      if (answer.kind === 'failed') throw new Error(`${this.name}: ${answer.reason}`);
      return answer;
    } finally {
      clearTimeout(timer);
      this.#child.off('message', resolve).off('exit', onExit);
    }
  }
}
