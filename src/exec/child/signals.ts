import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

/**
 * Takes away what signals or slows other processes: Node's permission model lets all code do that, and the
 * program that started this one is the nearest.
 */
export function forbidSignals(): void {
  const { kill, pid } = process;
  const own: typeof kill = (target, signal) => {
    if (target === pid) return kill.call(process, pid, signal);
    throw denied();
  };
  Object.assign(process, { kill: own });
  const { setPriority } = os;
  const ownPriority = (...args: readonly number[]): void => {
    const [target, priority] = args.length > 1 ? args : [0, args[0]];
    if (target !== 0 && target !== pid) throw denied();
    setPriority(0, priority ?? 0);
  };
  Object.assign(os, { setPriority: ownPriority });
  for (const name of ['_kill', '_debugProcess', '_debugEnd']) Reflect.deleteProperty(process, name);
  // What `import { kill } from 'node:process'` gives.
  syncBuiltinESMExports();
}

function denied(): Error {
  const error = new Error('Access to other processes has been restricted.');
  return Object.assign(error, { code: 'ERR_ACCESS_DENIED' });
}
