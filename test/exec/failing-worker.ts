// Starts as long as the program has not said that it does not.
if (process.env['MILLRACE_TEST_NO_THREADS'] === '1') throw new Error('no more threads');
await import('./fault-worker.ts');
