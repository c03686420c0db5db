import type { ChildProcess as NodeProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { FrameKind, FrameReader, prefixOf } from './frames.ts';
import { mourn, outlived } from './reaper.ts';

/** How a child is started. */
export interface ChildOptions {
  readonly entry: URL;
  /** Flags of Node. */
  readonly flags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Mebibytes of JavaScript heap. */
  readonly heapMb: number;
}

/** A child is gone. */
export class ChildExit extends Error {
  readonly hint: string | null;

  constructor(reason: string, hint: string | null) {
    super(reason);
    this.hint = hint;
  }
}

/** A request that is under way. */
interface Pending {
  readonly resolve: (frame: Uint8Array<ArrayBuffer>) => void;
  readonly reject: (exit: ChildExit) => void;
  /** Called when the child goes on. */
  readonly alive: () => void;
}

/** What is kept of the last words of a child: V8 says there why it gives up. */
const LAST_WORDS = 8192;
/** How long they may take. */
const LAST_WORDS_MS = 500;
const MOVED = "Its output says why; 'table.exec.child-path' says where a bundler moved its entry.";
const ENDED = 'Functions must not end their process: process.exit, process.kill, process.abort.';
const FULL = 'Let the function keep less at a time.';
const HEAP_FULL = /heap out of memory|Array buffer allocation failed|invalid table size/i;

/** One child: takes a request at a time. It does not keep the program alive. */
export class ChildProcess {
  readonly #process: NodeProcess;
  readonly #heapMb: number;
  readonly #frames = new FrameReader();
  readonly #started = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<void>();
  #hasStarted = false;
  /** It has ended, and its last words may still come. */
  #isGone = false;
  #lastWords = '';
  #pending: Pending | null = null;
  /** Why it was ended, or has ended. */
  #exit: ChildExit | null = null;

  /** Starts a child. */
  static start({ entry, flags, env, heapMb }: ChildOptions): ChildProcess {
    // Loaded here, because most programs never need it.
    const { spawn } = process.getBuiltinModule('node:child_process');
    const heap = `--max-old-space-size=${heapMb}`;
    const child = spawn(process.execPath, [...flags, heap, fileURLToPath(entry)], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    return new ChildProcess(child, heapMb);
  }

  private constructor(child: NodeProcess, heapMb: number) {
    this.#process = child;
    this.#heapMb = heapMb;
    // Whoever started it waits for it.
    this.#started.promise.catch(() => {});
    child.on('error', (error) =>
      this.#end(new ChildExit(`it cannot be started: ${error.message}`, null)),
    );
    child.on('exit', (code, signal) => {
      this.#isGone = true;
      const end = () => this.#end(this.#exitOf(code, signal));
      if (this.#exit !== null) end();
      // 'close' comes after the last words; but never, if what it has started holds its output.
      else {
        const late = setTimeout(end, LAST_WORDS_MS);
        child.once('close', () => {
          clearTimeout(late);
          end();
        });
      }
    });
    // It was not started, and may have no pipes: 'error' follows.
    if (child.pid === undefined) return;
    outlived(child.pid);
    const [, stdout, stderr, requests, replies] = child.stdio;
    forward(stdout as Readable, process.stdout);
    forward(stderr as Readable, process.stderr, (text) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS);
    });
    // A child that is gone is noticed by its end.
    (requests as Writable).on('error', () => {});
    (replies as Readable).on('data', (chunk: Uint8Array) => this.#receive(chunk));
    (replies as Readable).on('error', () => {});
    this.#holdProgram(false);
  }

  /** Resolves when it can take requests. Errors: ChildExit. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  /** Resolves when it is gone. */
  get exited(): Promise<void> {
    return this.#exited.promise;
  }

  /** Whether it waits for a request. */
  get isIdle(): boolean {
    return !this.#isGone && this.#exit === null && this.#pending === null;
  }

  /** Sends a request and waits for the reply. Errors: ChildExit. */
  request(frame: Uint8Array, alive: () => void): Promise<Uint8Array<ArrayBuffer>> {
    return new Promise((resolve, reject) => {
      if (this.#exit !== null) {
        reject(this.#exit);
        return;
      }
      this.#pending = { resolve, reject, alive };
      (this.#process.stdio[3] as Writable).write(frame);
    });
  }

  /** Ends it by force. */
  kill(reason: string, hint: string | null = null): void {
    if (this.#exit !== null) return;
    this.#process.kill('SIGKILL');
    // Whoever ends it may wait until it is gone.
    this.#holdProgram(true);
    this.#end(new ChildExit(reason, hint), false);
  }

  #receive(chunk: Uint8Array): void {
    try {
      for (const frame of this.#frames.push(chunk)) this.#take(frame);
    } catch (error) {
      this.kill(`what it sent cannot be used: ${error instanceof Error ? error.message : error}`);
    }
  }

  #take(frame: Uint8Array<ArrayBuffer>): void {
    switch (prefixOf(frame).kind) {
      case FrameKind.ready:
        this.#hasStarted = true;
        this.#started.resolve();
        return;
      case FrameKind.progress:
        this.#pending?.alive();
        return;
      case FrameKind.reply: {
        const pending = this.#pending;
        this.#pending = null;
        pending?.resolve(frame);
        return;
      }
      default:
        this.kill('what it sent cannot be used: a message of an unknown kind');
    }
  }

  /** Whether the program stays for it. */
  #holdProgram(holds: boolean): void {
    const method = holds ? 'ref' : 'unref';
    this.#process[method]();
    // Its pipes are sockets, which the type of its streams does not say.
    for (const stream of this.#process.stdio) (stream as Socket | null)?.[method]?.();
  }

  #end(exit: ChildExit, isGone = true): void {
    this.#exit ??= exit;
    this.#started.reject(this.#exit);
    this.#pending?.reject(this.#exit);
    this.#pending = null;
    if (!isGone) return;
    if (this.#process.pid !== undefined) mourn(this.#process.pid);
    this.#exited.resolve();
  }

  #exitOf(code: number | null, signal: NodeJS.Signals | null): ChildExit {
    if (HEAP_FULL.test(this.#lastWords)) {
      return new ChildExit(`its heap of ${this.#heapMb} MiB was full`, FULL);
    }
    const end = signal === null ? `exit code ${code}` : `the signal ${signal}`;
    if (!this.#hasStarted) return new ChildExit(`it did not start, but ended with ${end}`, MOVED);
    return new ChildExit(`it ended with ${end}`, ENDED);
  }
}

/** Passes on what a child prints, no faster than it is read. */
function forward(
  from: Readable,
  to: NodeJS.WriteStream,
  listen: (text: string) => void = () => {},
): void {
  from.on('data', (chunk: Buffer) => {
    listen(chunk.toString());
    if (to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
  });
  from.on('error', () => {});
}
