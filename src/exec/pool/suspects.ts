import type { PoolTask } from './pool-task.ts';

/**
 * The tasks of a thread that ended by itself of which one has ended it, all of one segment: what ran
 * just then; else what waited for its functions; else what timers of its functions may have ended.
 * None where several segments come into question.
 */
export function suspectsOf(tasks: readonly PoolTask[]): readonly PoolTask[] {
  const begun = (state: string) => tasks.filter(({ placing }) => placing.state() === state);
  const withFunctions = begun('waiting').filter(({ placing }) => placing.exclusive);
  const groups = [begun('running'), begun('awaiting'), withFunctions];
  const found = groups.find(({ length }) => length > 0) ?? [];
  return new Set(found.map(({ spec }) => spec.control)).size === 1 ? found : [];
}
