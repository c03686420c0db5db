import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import path from 'node:path';
import type { SuiteOptions } from '../suites/suite.ts';
import type { Rows } from './engine.ts';
import type { Answer, Order, Run } from './protocol.ts';

/** Half of the machine, in MiB: an engine that takes more is ended before the system ends others. */
const MEMORY_MAX = totalmem() / 2 ** 21;
const PAGE_MIB = 4096 / 2 ** 20;

/** The memory that a process holds, as Linux tells it; elsewhere 0. */
function residentMib(pid: number | undefined): number {
  const file = `/proc/${pid}/statm`;
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[1]) * PAGE_MIB : 0;
}

/** What an engine is started with. */
export interface Start {
  readonly suite: string;
  readonly options: SuiteOptions;
  readonly tables: readonly string[];
  /** The longest that loading or a query may take, in milliseconds. */
  readonly timeMax: number;
}

/** An engine in a process of its own, seen from the process that measures. */
export class RemoteEngine {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #timeMax: number;
  #version = '';

  private constructor(name: string, timeMax: number) {
    this.name = name;
    this.#timeMax = timeMax;
    this.#child = fork(path.join(import.meta.dirname, 'engine-process.ts'), {
      serialization: 'advanced',
    });
  }

  /** Starts an engine and loads the tables of a suite. Errors: what the engine says. */
  static async start(name: string, { timeMax, ...start }: Start): Promise<RemoteEngine> {
    const engine = new RemoteEngine(name, timeMax);
    try {
      const answer = await engine.#ask({ kind: 'load', engine: name, ...start });
      if (answer.kind === 'loaded') engine.#version = answer.version;
      return engine;
    } catch (error) {
      engine.#child.kill('SIGKILL');
      throw error;
    }
  }

  get version(): string {
    return this.#version;
  }

  /** Whether its process is still there. */
  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The rows of a query, and what the first run took. */
  async rows(nth: number): Promise<Run & { readonly rows: Rows }> {
    const answer = await this.#ask({ kind: 'rows', nth });
    if (answer.kind !== 'rows') throw new Error(`${this.name} answers out of turn`);
    return answer;
  }

  /** Runs a query for so many milliseconds, if there are any. */
  async warm(nth: number, milliseconds: number): Promise<void> {
    await this.#ask({ kind: 'warm', nth, milliseconds });
  }

  /** Runs a query as often as its case says. */
  async time(nth: number): Promise<Run> {
    const answer = await this.#ask({ kind: 'time', nth });
    if (answer.kind !== 'time') throw new Error(`${this.name} answers out of turn`);
    return answer;
  }

  /** Ends the process. */
  async end(): Promise<void> {
    if (!this.alive) return;
    await this.#ask({ kind: 'end' });
    this.#child.disconnect();
  }

  async #ask(order: Order): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const onExit = (code: number | null, signal: string | null): void =>
      reject(new Error(`its process ended with ${signal ?? `code ${code}`}`));
    const timer = setTimeout(() => {
      this.#child.kill('SIGKILL');
      reject(new Error(`took longer than ${this.#timeMax / 1000} s`));
    }, this.#timeMax);
    const guard = setInterval(() => {
      if (residentMib(this.#child.pid) < MEMORY_MAX) return;
      this.#child.kill('SIGKILL');
      reject(new Error(`takes more than ${MEMORY_MAX.toFixed(0)} MiB of memory`));
    }, 100);
    this.#child.once('message', resolve).once('exit', onExit);
    this.#child.send(order);
    try {
      const answer = await promise;
      if (answer.kind === 'failed') throw new Error(answer.reason);
      return answer;
    } finally {
      clearTimeout(timer);
      clearInterval(guard);
      this.#child.off('message', resolve).off('exit', onExit);
    }
  }
}
