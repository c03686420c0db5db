import { ownEntry } from '../own-entry.ts';
import { HEAP_MB } from '../pool/pool.ts';
import { childEnvironment, childFlags } from './child-flags.ts';
import { ChildProcess } from './child-process.ts';
import type { ChildKind } from './protocol.ts';

/** Children that are kept although nobody uses them. */
const IDLE_MAX = 8;

/** What a pool of children is made with. */
export interface ChildPoolOptions {
  readonly heapMb: number | null;
  /** The module of the children; null: the package's own. */
  readonly entry: URL | null;
}

/** The children of one environment: started when they are needed, and used again. */
export class ChildPool {
  readonly #options: ChildPoolOptions;
  readonly #all = new Set<ChildProcess>();
  /** Those that nobody uses, the oldest first. */
  #idle: { readonly key: string; readonly child: ChildProcess }[] = [];

  constructor(options: ChildPoolOptions) {
    this.#options = options;
  }

  /** A child of a kind that is the caller's alone. Errors: ChildExit. */
  async take(kind: ChildKind): Promise<ChildProcess> {
    const key = JSON.stringify(kind);
    const at = this.#idle.findLastIndex((kept) => kept.key === key && kept.child.isIdle);
    const [kept] = at < 0 ? [] : this.#idle.splice(at, 1);
    const child = kept?.child ?? this.#start(kind);
    await child.started;
    return child;
  }

  /** Gives a child back. One that has not ended its request is no good any more. */
  give(kind: ChildKind, child: ChildProcess): void {
    if (!child.isIdle) {
      child.kill('nobody waits for its answer');
      return;
    }
    this.#idle.push({ key: JSON.stringify(kind), child });
    if (this.#idle.length > IDLE_MAX) this.#idle.shift()?.child.kill('it was idle');
  }

  /** Ends all children. */
  async close(): Promise<void> {
    const all = [...this.#all];
    for (const child of all) child.kill('the environment was closed');
    await Promise.all(all.map((child) => child.exited));
  }

  #start(kind: ChildKind): ChildProcess {
    const entry = this.#options.entry ?? ownEntry('child');
    const child = ChildProcess.start({
      entry,
      flags: childFlags(kind, entry),
      env: childEnvironment(kind),
      heapMb: this.#options.heapMb ?? HEAP_MB,
    });
    this.#all.add(child);
    void child.exited.then(() => {
      this.#all.delete(child);
      this.#idle = this.#idle.filter((kept) => kept.child !== child);
    });
    return child;
  }
}
