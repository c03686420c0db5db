import { syncBuiltinESMExports } from 'node:module';

/**
 * Takes away what signals other processes: Node's permission model lets all code do that, and the
 * program that started this one is the nearest.
 */
export function forbidSignals(): void {
  const { kill, pid } = process;
  const own: typeof kill = (target, signal) => {
    if (target === pid) return kill.call(process, pid, signal);
    const error = new Error('Access to other processes has been restricted.');
    throw Object.assign(error, { code: 'ERR_ACCESS_DENIED' });
  };
  Object.assign(process, { kill: own });
  for (const name of ['_kill', '_debugProcess', '_debugEnd']) Reflect.deleteProperty(process, name);
  // What `import { kill } from 'node:process'` gives.
  syncBuiltinESMExports();
}
