import { appendFileSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { clearScreenDown, createInterface, cursorTo, type Interface } from 'node:readline';
import { NON_RESERVED_KEYWORDS, RESERVED_KEYWORDS } from '../parser/keywords.ts';
import { splitStatements } from '../parser/split.ts';
import type { TableEnvironment } from '../table/environment.ts';
import { type RunOptions, runStatement } from './script.ts';

const HISTORY_FILE = path.join(homedir(), '.millrace_history');
const HISTORY_LINES = 1000;
const PROMPT = 'millrace> ';
const CONTINUATION = '       -> ';

const HELP = `Statements end with ';'.
  \\timing    say how long each statement took, or stop saying it
  \\d [name]  list the tables, or describe one
  \\q         quit (also QUIT;, EXIT; and Ctrl-D); Ctrl-C stops what runs or clears the input
`;

/** Runs the interactive shell until the user leaves it. */
export async function runShell(environment: TableEnvironment, options: RunOptions): Promise<void> {
  const shell = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: PROMPT,
    history: readHistory(),
    historySize: HISTORY_LINES,
    removeHistoryDuplicates: true,
    completer: (line: string) => complete(environment, line),
  });
  process.stdout.write("Millrace SQL shell. Type \\h for help, end statements with ';'.\n");
  await new Promise<void>((resolve) => {
    const state = new ShellState(environment, shell, options);
    shell.on('line', (line) => state.onLine(line));
    shell.on('SIGINT', () => state.onInterrupt());
    shell.on('close', () => resolve(state.stop()));
    shell.prompt();
  });
}

class ShellState {
  readonly #environment: TableEnvironment;
  readonly #shell: Interface;
  #options: RunOptions;
  #pending = '';
  #running: AbortController | null = null;
  #closed = false;
  #queue: Promise<void> = Promise.resolve();

  constructor(environment: TableEnvironment, shell: Interface, options: RunOptions) {
    this.#environment = environment;
    this.#shell = shell;
    this.#options = options;
  }

  onLine(line: string): void {
    if (this.#pending === '' && line.trim().startsWith('\\')) {
      this.#command(line.trim());
      return;
    }
    this.#pending += `${line}\n`;
    const parts = splitStatements(this.#pending);
    const last = parts.at(-1);
    this.#pending = last !== undefined && !last.complete ? `${last.text}\n` : '';
    for (const part of parts) if (part.complete) this.#statement(part.text);
    this.#prompt();
  }

  /** Runs a statement, or one of the commands that Flink's client has as statements. */
  #statement(sql: string): void {
    switch (sql.trim().toUpperCase()) {
      case 'HELP':
        process.stdout.write(HELP);
        return;
      case 'CLEAR':
        cursorTo(process.stdout, 0, 0);
        clearScreenDown(process.stdout);
        return;
      case 'QUIT':
      case 'EXIT':
        this.#leave();
        return;
      default:
        this.#enqueue(sql);
    }
  }

  onInterrupt(): void {
    if (this.#running !== null) {
      this.#running.abort();
      return;
    }
    this.#pending = '';
    process.stdout.write('\n');
    this.#prompt();
  }

  /** Ends what runs and starts no more. Resolves when it has ended. */
  stop(): Promise<void> {
    this.#closed = true;
    this.#running?.abort();
    return this.#queue;
  }

  #enqueue(sql: string): void {
    appendHistory(sql);
    this.#queue = this.#queue.then(async () => {
      if (this.#closed) return;
      this.#running = new AbortController();
      await runStatement(this.#environment, sql, {
        ...this.#options,
        signal: this.#running.signal,
      });
      this.#running = null;
    });
  }

  /** Leaves the shell when what was typed before has run. */
  #leave(): void {
    this.#queue = this.#queue.then(() => this.#shell.close());
  }

  #prompt(): void {
    this.#queue = this.#queue.then(() => {
      if (this.#closed) return;
      this.#shell.setPrompt(this.#pending === '' ? PROMPT : CONTINUATION);
      this.#shell.prompt();
    });
  }

  #command(command: string): void {
    const [name, argument = ''] = command.split(/\s+/, 2);
    if (name === '\\q') this.#leave();
    else if (name === '\\timing') {
      this.#options = { ...this.#options, timing: !this.#options.timing };
      process.stdout.write(`Timing is ${this.#options.timing ? 'on' : 'off'}.\n`);
    } else if (name === '\\d') {
      this.#enqueue(argument === '' ? 'SHOW TABLES' : `DESCRIBE ${argument}`);
    } else process.stdout.write(HELP);
    if (name !== '\\q') this.#prompt();
  }
}

function complete(environment: TableEnvironment, line: string): [string[], string] {
  const word = /[\w$]*$/.exec(line)?.[0] ?? '';
  if (word === '') return [[], word];
  const lower = word.toLowerCase();
  const upper = word === word.toUpperCase();
  const keywords = [...RESERVED_KEYWORDS, ...NON_RESERVED_KEYWORDS]
    .filter((keyword) => keyword.startsWith(word.toUpperCase()))
    .map((keyword) => (upper ? keyword : keyword.toLowerCase()));
  const names = [...environment.listTables(), ...environment.listUserDefinedFunctions()];
  return [[...names.filter((name) => name.toLowerCase().startsWith(lower)), ...keywords], word];
}

function readHistory(): string[] {
  try {
    return readFileSync(HISTORY_FILE, 'utf8').trim().split('\n').slice(-HISTORY_LINES).reverse();
  } catch {
    // No history yet, or none that can be read: the shell works without.
    return [];
  }
}

function appendHistory(sql: string): void {
  try {
    appendFileSync(HISTORY_FILE, `${sql.replaceAll('\n', ' ')};\n`, { mode: 0o600 });
  } catch {
    // A read-only home keeps no history.
  }
}
