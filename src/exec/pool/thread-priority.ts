import { stat } from 'node:fs';
import os from 'node:os';

/** What is added to the nice value of a thread: it then gets a tenth of a busy core. */
const NICER = 10;
const NICE_MOST = 19;

let isLowered = false;

/**
 * Lets the operating system prefer all other threads of the process to this one, from now on: no
 * thread may raise its priority again. Only on Linux, where priorities are those of threads.
 */
export function lowerPriority(): void {
  if (isLowered || process.platform !== 'linux') return;
  isLowered = true;
  // The threads of libuv begin with the priority of the first one that needs them: not with ours.
  stat('/', () => {
    try {
      os.setPriority(Math.min(NICE_MOST, os.getPriority() + NICER));
    } catch {
      // Where the system forbids it, all threads are equal.
    }
  });
}
