/** The oldest Node that runs the package: [major, minor]. */
const OLDEST = [22, 18] as const;

/** What to say on a Node that is too old for the package; null on the others. */
export function unsupportedNode(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return null;
  return `millrace needs Node 22.18, 24.11, 26 or later; this is Node ${version}.`;
}
