import type { Writable } from 'node:stream';

/**
 * The program of the reaper: it ends the children that are left when its input ends. A child whose
 * code never returns cannot look itself whether the program that started it still runs.
 */
const PROGRAM = `
const children = new Set();
require('node:readline').createInterface({ input: process.stdin })
  .on('line', (line) => children[line[0] === '+' ? 'add' : 'delete'](Number(line.slice(1))))
  .on('close', () => {
    for (const pid of children) try { process.kill(pid, 'SIGKILL'); } catch {}
    process.exit();
  });
`;

/** The input of the reaper of this program, once there was a child. */
let input: Writable | null = null;

/** Says that a child must not outlive this program. */
export function outlived(pid: number): void {
  input ??= start();
  input.write(`+${pid}\n`);
}

/** Says that a child is gone. */
export function mourn(pid: number): void {
  input?.write(`-${pid}\n`);
}

function start(): Writable {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { SystemRoot } = process.env;
  const reaper = spawn(process.execPath, ['-e', PROGRAM], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Windows needs the one; the others, NODE_OPTIONS above all, are not for it.
    env: SystemRoot === undefined ? {} : { SystemRoot },
    windowsHide: true,
  });
  const { stdin } = reaper;
  // Without a reaper children end all the same, except those whose code never returns.
  reaper.on('error', () => {});
  stdin.on('error', () => {});
  reaper.on('exit', () => {
    if (input === stdin) input = null;
  });
  reaper.unref();
  (stdin as unknown as { unref(): void }).unref();
  return stdin;
}
