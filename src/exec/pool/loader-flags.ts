/** Flags of the process that change how modules are found; other flags are not for workers. */
const LOADER_FLAGS = /^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C)(=|$)/;

/** Those of the flags of the program that workers and children need too, with their values. */
export function loaderFlags(flags: readonly string[]): string[] {
  const kept: string[] = [];
  for (const [i, flag] of flags.entries()) {
    if (!LOADER_FLAGS.test(flag)) continue;
    kept.push(flag);
    const value = flags[i + 1];
    if (!flag.includes('=') && value !== undefined) kept.push(value);
  }
  return kept;
}
