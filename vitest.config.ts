import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Environments that come and go by the hundred can hit an error in V8's bookkeeping of freed
    // WebAssembly code (nodejs/node issue 64500), which ends the process: free less of it.
    execArgv: ['--no-wasm-code-gc', '--no-memory-protection-keys'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
