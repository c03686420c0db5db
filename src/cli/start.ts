#!/usr/bin/env node
/** The oldest Node that runs the package: [major, minor]. */
const OLDEST = [22, 18] as const;

// What follows needs a newer syntax and newer modules: an older Node would only say "SyntaxError".
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `millrace needs Node ${OLDEST.join('.')} or later; this is ${process.version}.\n`,
  );
  process.exitCode = 2;
} else {
  const { enableCompileCache } = await import('node:module');
  // Node keeps the compiled code of the package in the folder for temporary files, or where
  // NODE_COMPILE_CACHE says: saves a quarter of the time to the first row.
  enableCompileCache();
  await import('./main.ts');
}
